"""The shapes of the vetting desk."""

from marshmallow import Schema, fields, validate

from learnplat.admission.desk_queries import Tab
from learnplat.admission.models import AdmissionEventKind, AdmissionState
from learnplat.admission.reasons import REASONS
from learnplat.core.actors import Role
from learnplat.core.lists import institution_kinds, professions
from learnplat.people.models import InstitutionState, Standing
from learnplat.web.api import ListIn
from learnplat.web.shapes import CountryCode, Instant, Line, Paragraphs, Shape, WholeNumber

OPINIONS = ("for", "against")
_NUMBER = validate.Range(1, 2**31 - 1)


def _words(about: str) -> Paragraphs:
    return Paragraphs(
        longest=2000,
        may_be_empty=True,
        allow_none=True,
        load_default=None,
        metadata={"description": about},
    )


class StepIn(Shape):
    """What every step of an application carries."""

    step = WholeNumber(
        required=True,
        validate=validate.Range(0, 2**31 - 1),
        metadata={"description": "`step` of the application as it was read.", "example": 1},
    )


class AdmitIn(StepIn):
    """Let the person in."""


class DeclineIn(StepIn):
    reason = fields.String(
        required=True, validate=validate.OneOf(REASONS), metadata={"example": "incomplete"}
    )
    words = _words("To the applicant, shown in the letter as written.")


class AskForOpinionIn(StepIn):
    question = _words("To the other officers; the applicant does not see it.")


class GiveOpinionIn(StepIn):
    opinion = fields.String(
        required=True, validate=validate.OneOf(OPINIONS), metadata={"example": "for"}
    )
    grounds = _words("To the other officers; the applicant does not see it.")


class ReopenIn(StepIn):
    why = _words("To the other officers; the applicant does not see it.")


class AddNoteIn(Shape):
    note = Paragraphs(
        required=True,
        longest=2000,
        metadata={"description": "For the desk; the applicant never sees it."},
    )


class SettleInstitutionIn(Shape):
    name = Line(
        allow_none=True,
        load_default=None,
        metadata={"description": "List what was proposed under this name."},
    )
    into = WholeNumber(
        allow_none=True,
        load_default=None,
        validate=_NUMBER,
        metadata={"description": "Or the listed institution that was meant."},
    )


class ListAdmissionsIn(ListIn):
    state = fields.Enum(
        Tab, by_value=True, load_default=Tab.WAITING, metadata={"description": "Which part."}
    )
    country = CountryCode(load_default=None, metadata={"example": "MA"})
    profession = fields.String(load_default=None, validate=validate.OneOf(professions()))


class ListInstitutionsIn(ListIn):
    state = fields.Enum(InstitutionState, by_value=True, load_default=InstitutionState.PROPOSED)
    country = CountryCode(load_default=None, metadata={"example": "MA"})


class AddInstitutionIn(Shape):
    country = CountryCode(required=True, metadata={"example": "MA"})
    kind = fields.String(
        required=True, validate=validate.OneOf(institution_kinds()), metadata={"example": "court"}
    )
    name = Line(required=True, metadata={"example": "Cour d'appel de Rabat"})


class ListInstitutionIn(Shape):
    """The name, and the kind, under which it stands on the list from now on."""

    name = Line(required=True, metadata={"example": "Cour d'appel de Rabat"})
    kind = fields.String(load_default=None, validate=validate.OneOf(institution_kinds()))


class MergeInstitutionIn(Shape):
    into = WholeNumber(
        required=True,
        validate=_NUMBER,
        metadata={"description": "An institution listed in the same country.", "example": 4},
    )


class ChangeStandingIn(Shape):
    reason = Line(
        required=True,
        longest=300,
        metadata={"description": "For the audit log; the person does not see it."},
    )
    words = _words("To the person, shown in the letter as written.")


class AdmissionRowOut(Schema):
    """One line of the queue."""

    id = fields.Integer(required=True)
    account_id = fields.Integer(required=True)
    state = fields.Enum(AdmissionState, by_value=True, required=True)
    name = fields.String(required=True)
    name_latin = fields.String(required=True, allow_none=True)
    country = fields.String(required=True)
    profession = fields.String(required=True)
    institution = fields.String(required=True, allow_none=True)
    is_proposed = fields.Boolean(
        required=True, metadata={"description": "The institution is not on the list yet."}
    )
    is_free_mail = fields.Boolean(
        required=True, metadata={"description": "The address is of mail that anybody may open."}
    )
    foreign_country = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Country of the address's domain, when not the one stated."},
    )
    applied_at = Instant(required=True)
    confirmed_at = Instant(
        required=True, allow_none=True, metadata={"description": "When the address answered."}
    )
    decided_at = Instant(required=True, allow_none=True)


class AdmissionEventOut(Schema):
    """One step; `actor_name` is null for what the applicant did."""

    kind = fields.Enum(AdmissionEventKind, by_value=True, required=True)
    at = Instant(required=True)
    actor_name = fields.String(required=True, allow_none=True)
    role = fields.Enum(Role, by_value=True, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class AdmissionOut(AdmissionRowOut):
    """One application with all that was said and done."""

    step = fields.Integer(
        required=True, metadata={"description": "To be sent with whatever is decided next."}
    )
    email = fields.String(required=True, allow_none=True)
    institution_kind = fields.String(required=True)
    gender = fields.String(required=True)
    language = fields.String(required=True)
    purpose = fields.String(required=True, allow_none=True)
    history = fields.List(fields.Nested(AdmissionEventOut), required=True)


class InstitutionRowOut(Schema):
    """One institution as the desk sees it."""

    id = fields.Integer(required=True)
    country = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.Enum(InstitutionState, by_value=True, required=True)
    people = fields.Integer(required=True, metadata={"description": "How many name it."})


class StandingOut(Schema):
    id = fields.Integer(required=True)
    standing = fields.Enum(Standing, by_value=True, required=True)
