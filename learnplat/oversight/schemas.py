"""The shapes of the audit log."""

from marshmallow import Schema, fields, validate

from learnplat.audit import ACTIONS
from learnplat.web.api import ListIn
from learnplat.web.shapes import Instant, Line, Shape, WholeNumber

FORMS = ("csv", "xlsx", "json")


def _action() -> fields.String:
    return fields.String(
        load_default=None,
        validate=validate.OneOf(tuple(ACTIONS)),
        metadata={"description": "Acts of one kind.", "example": "role_granted"},
    )


def _account() -> WholeNumber:
    return WholeNumber(
        load_default=None,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "The account that acted, or was acted upon.", "example": 7},
    )


class ListAuditIn(ListIn):
    action = _action()
    account = _account()


class ExportAuditIn(Shape):
    """Which entries, in which form, and why: all of it is kept in the log itself."""

    since = fields.Date(required=True)
    until = fields.Date(required=True)
    action = _action()
    account = _account()
    form = fields.String(required=True, validate=validate.OneOf(FORMS))
    reason = Line(required=True, longest=500, validate=validate.Length(min=10))


class AuditVerificationOut(Schema):
    """Whether the newest part of the chain is as it was written."""

    is_whole = fields.Boolean(required=True)
    first_broken = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Number of the first entry that is not as it was written."},
    )
    looked_at = fields.Integer(
        required=True, metadata={"description": "How many of the newest entries were read."}
    )
    last_number = fields.Integer(required=True)
    last_digest = fields.String(
        required=True, metadata={"description": "Note it elsewhere: it never changes."}
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
