"""The shapes of the audit log."""

from marshmallow import Schema, fields, validate

from learnplat.audit import ACTIONS
from learnplat.web.api import ListIn
from learnplat.web.shapes import Instant, WholeNumber


class ListAuditIn(ListIn):
    action = fields.String(
        load_default=None,
        validate=validate.OneOf(tuple(ACTIONS)),
        metadata={"description": "Acts of one kind.", "example": "role_granted"},
    )
    account = WholeNumber(
        load_default=None,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "The account that acted, or was acted upon.", "example": 7},
    )


class AuditEntryOut(Schema):
    """One act, with its place in the chain of digests."""

    number = fields.Integer(required=True)
    at = Instant(required=True)
    actor_id = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Number of the account; null for the command line."},
    )
    actor_name = fields.String(
        required=True, allow_none=True, metadata={"description": "Null when the account is gone."}
    )
    action = fields.String(required=True, metadata={"enum": list(ACTIONS)})
    subject_kind = fields.String(required=True)
    subject_id = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    facts = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "Numbers, days and codes; never a name."},
    )
    previous = fields.String(
        required=True, metadata={"description": "`digest` of the entry before."}
    )
    digest = fields.String(
        required=True,
        metadata={"description": "SHA-256 of the canonical JSON of all the rest but `actor_name`."},
    )
