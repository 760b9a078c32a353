"""The shapes of applications and confirmations on the wire."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from learnplat.learning.applications.rules import REASONS
from learnplat.learning.models import ApplicationState, Confirmation
from learnplat.web.api import ListIn
from learnplat.web.shapes import EmailAddress, Instant, PersonName, Shape


class SupervisorName(PersonName):
    """A name that opens a letter to a stranger: it holds nothing that could be an address."""

    default_error_messages = {"name": _l("This must be a person's name.")}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        written = super()._deserialize(value, attr, data, **kwargs)
        if written and any(sign in written for sign in "@/:\\<>"):
            raise self.make_error("name")
        return written


_NAME: dict[str, Any] = {
    "longest": 120,
    "metadata": {"description": "The supervisor's name.", "example": "Idrissa Oumarou"},
}
_EMAIL: dict[str, Any] = {
    "metadata": {
        "description": "The supervisor's official address, not one's own.",
        "example": "idrissa@justice.example",
    }
}


class ApplyForPlaceIn(Shape):
    """The supervisor is named for a run whose confirmation is `supervisor`, and for no other."""

    supervisor_name = SupervisorName(load_default=None, allow_none=True, may_be_empty=True, **_NAME)
    supervisor_email = EmailAddress(load_default=None, allow_none=True, **_EMAIL)


class NameSupervisorIn(Shape):
    supervisor_name = SupervisorName(required=True, **_NAME)
    supervisor_email = EmailAddress(required=True, **_EMAIL)


class WithdrawApplicationIn(Shape):
    """Nothing is said with a withdrawal."""


class WriteAgainIn(Shape):
    """Nothing is said with a reminder."""


_ANSWER: dict[str, Any] = {
    "required": True,
    "validate": validate.OneOf(["confirm", "decline"]),
    "metadata": {"example": "confirm"},
}


class AnswerByLinkIn(Shape):
    answer = fields.String(**_ANSWER)


class AnswerIn(Shape):
    answer = fields.String(**_ANSWER)
    reason = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(REASONS),
        metadata={"description": "Needed to decline, and then alone.", "example": None},
    )


class ListConfirmationsIn(ListIn):
    """The applications that wait for an answer of the asker."""


class PlaceApplicationOut(Shape):
    id = fields.Integer(required=True)
    run_id = fields.Integer(required=True)
    course_key = fields.String(required=True, allow_none=True)
    asks = fields.Enum(
        Confirmation, by_value=True, required=True, metadata={"description": "Who confirms."}
    )
    state = fields.Enum(ApplicationState, by_value=True, required=True)
    has_place = fields.Boolean(
        required=True,
        metadata={
            "description": "Whether the place was given. Confirmed without one: enrol again."
        },
    )
    reason = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it was not confirmed."}
    )
    supervisor_name = fields.String(required=True, allow_none=True)
    supervisor_email = fields.String(required=True, allow_none=True)
    applied_at = Instant(required=True)
    decided_at = Instant(required=True, allow_none=True)
    withdrawn_at = Instant(required=True, allow_none=True)


class ConfirmationOut(Shape):
    """An application as the one who answers it sees it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    name_latin = fields.String(required=True, allow_none=True)
    country = fields.String(required=True, metadata={"description": "ISO 3166-1 alpha-2."})
    profession = fields.String(required=True)
    institution_kind = fields.String(required=True)
    institution = fields.String(required=True, allow_none=True)
    run_id = fields.Integer(required=True)
    course_key = fields.String(required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)
    ends_on = fields.Date(required=True, allow_none=True)
    seats_left = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null means no limit."}
    )
    applied_at = Instant(required=True)


class AnsweredOut(Shape):
    id = fields.Integer(required=True)
    state = fields.Enum(ApplicationState, by_value=True, required=True)
    has_place = fields.Boolean(
        required=True, metadata={"description": "False when every seat was taken."}
    )
