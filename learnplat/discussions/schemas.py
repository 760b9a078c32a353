"""The shapes of discussions on the wire."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from learnplat.core.languages import Language
from learnplat.discussions.rules import MAX_EXPERTS, MAX_MINUTES, MAX_SEATS, MIN_MINUTES
from learnplat.people.models import ShownAs
from learnplat.web.api import ListIn
from learnplat.web.shapes import (
    SOME_LANGUAGE,
    Instant,
    Line,
    Paragraphs,
    PersonName,
    Shape,
    WholeNumber,
    ZoneName,
    language_field,
)

ONE_TEXT = _l("Please write the topic and the description in one language or more.")
ONE_BIOGRAPHY = _l("Please write the short biography in one language or more.")
EXPERT_COUNT = _l("Please name from one to six experts.")
CLOCK_TIME = _l("This must be a time of day, such as 14:30.")


class DiscussionWordsIn(Shape):
    topic = Line(required=True, longest=200, metadata={"example": "Freezing assets without delay"})
    description = Paragraphs(
        required=True,
        longest=4000,
        metadata={"example": "How courts review a freezing order, with questions from the room."},
    )


class _PerLanguageIn(Shape):
    """One value or more, each in its language."""

    empty: Any = ONE_TEXT

    @validates_schema(skip_on_field_errors=True)
    def _at_least_one(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if not data:
            raise ValidationError([str(self.empty)])


class DiscussionTextsIn(_PerLanguageIn):
    ar = fields.Nested(DiscussionWordsIn)
    en = fields.Nested(DiscussionWordsIn)
    fr = fields.Nested(DiscussionWordsIn)
    es = fields.Nested(DiscussionWordsIn)


class BiographiesIn(_PerLanguageIn):
    empty = ONE_BIOGRAPHY

    ar = Paragraphs(longest=600)
    en = Paragraphs(longest=600, metadata={"example": "Judge of a court of appeal since 2011."})
    fr = Paragraphs(longest=600)
    es = Paragraphs(longest=600)


class DiscussionExpertIn(Shape):
    name = PersonName(required=True, longest=200, metadata={"example": "Inés Carvajal"})
    biographies = fields.Nested(BiographiesIn, required=True)


_DATE: dict[str, Any] = {
    "validate": validate.Range(min=date(2000, 1, 1), max=date(2100, 12, 31)),
    "metadata": {"description": "The day on the organiser's calendar.", "example": "2027-03-18"},
}
_TIME: dict[str, Any] = {
    "format": "%H:%M",
    "error_messages": {"invalid": CLOCK_TIME, "format": CLOCK_TIME},
    "metadata": {
        "description": "The time on the organiser's clock.",
        "example": "14:30",
        "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
    },
}
_ZONE: dict[str, Any] = {
    "metadata": {"description": "IANA name of that clock's zone.", "example": "Africa/Niamey"}
}
_MINUTES: dict[str, Any] = {
    "validate": validate.Range(MIN_MINUTES, MAX_MINUTES),
    "metadata": {"example": 90},
}
_SEATS: dict[str, Any] = {
    "allow_none": True,
    "validate": validate.Range(1, MAX_SEATS),
    "metadata": {"description": "Most people who may come; null for no limit.", "example": 40},
}
_COURSE: dict[str, Any] = {
    "allow_none": True,
    "longest": 80,
    "metadata": {
        "description": "Key of the course that it belongs to; null when it is open.",
        "example": "universal-legal-framework",
    },
}
_LANGUAGES: dict[str, Any] = {
    "validate": validate.Length(min=1, max=len(Language), error=SOME_LANGUAGE),
    "metadata": {"description": "Languages spoken.", "example": ["ar", "fr"]},
}
_EXPERTS: dict[str, Any] = {"validate": validate.Length(min=1, max=MAX_EXPERTS, error=EXPERT_COUNT)}


class PlanDiscussionIn(Shape):
    """A discussion to put on the schedule."""

    date = fields.Date(required=True, **_DATE)
    time = fields.Time(required=True, **_TIME)
    zone = ZoneName(required=True, **_ZONE)
    minutes = WholeNumber(required=True, **_MINUTES)
    seats = WholeNumber(load_default=None, **_SEATS)
    languages = fields.List(language_field(), required=True, **_LANGUAGES)
    course = Line(load_default=None, **_COURSE)
    texts = fields.Nested(DiscussionTextsIn, required=True)
    experts = fields.List(fields.Nested(DiscussionExpertIn), required=True, **_EXPERTS)


class ChangeDiscussionIn(Shape):
    """What is to change; what is left out stays. Texts and experts are replaced whole."""

    date = fields.Date(**_DATE)
    time = fields.Time(**_TIME)
    zone = ZoneName(**_ZONE)
    minutes = WholeNumber(**_MINUTES)
    seats = WholeNumber(**_SEATS)
    languages = fields.List(language_field(), **_LANGUAGES)
    course = Line(**_COURSE)
    texts = fields.Nested(DiscussionTextsIn)
    experts = fields.List(fields.Nested(DiscussionExpertIn), **_EXPERTS)


class RegisterIn(Shape):
    """How the person is to be seen there; without it, as the profile says."""

    shown_as = fields.Enum(ShownAs, by_value=True, load_default=None)


class ChangeHowSeenIn(Shape):
    shown_as = fields.Enum(ShownAs, by_value=True, required=True)


class ShowParticipantsIn(Shape):
    language = language_field(
        load_default=None, metadata={"description": "Of the labels; without it your own."}
    )


class ParticipantOut(Schema):
    """People are told apart by nothing but their label; those with the same one are counted."""

    label = fields.String(required=True)
    number = fields.Integer(required=True)


class ParticipantsOut(Schema):
    items = fields.List(fields.Nested(ParticipantOut), required=True)


class GiveBackSeatIn(Shape):
    """Nothing is said when a seat is given back."""


class CancelDiscussionIn(Shape):
    """Nothing is said with a cancellation."""


class ListDiscussionsIn(ListIn):
    when = fields.String(
        load_default="coming",
        validate=validate.OneOf(["coming", "past"]),
        metadata={"description": "Those to come, the next first; or those past, the last first."},
    )
    language = language_field(
        load_default=None, metadata={"description": "Only those in which this language is spoken."}
    )


class DiscussionWordsOut(Schema):
    topic = fields.String(required=True)
    description = fields.String(required=True)


class DiscussionExpertOut(Schema):
    name = fields.String(required=True)
    biographies = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class DiscussionOut(Schema):
    id = fields.Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["planned", "cancelled"]))
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    zone = fields.String(required=True, metadata={"description": "The organiser's zone."})
    date = fields.Date(required=True, metadata={"description": "The day in that zone."})
    time = fields.Time(
        required=True, format="%H:%M", metadata={"description": "The time in that zone."}
    )
    minutes = fields.Integer(required=True)
    seats = fields.Integer(required=True, allow_none=True)
    seats_taken = fields.Integer(required=True)
    languages = fields.List(fields.String(), required=True)
    course = fields.String(required=True, allow_none=True)
    texts = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(DiscussionWordsOut),
        required=True,
        metadata={"description": "Topic and description by language code."},
    )
    experts = fields.List(fields.Nested(DiscussionExpertOut), required=True)
    sequence = fields.Integer(
        required=True, metadata={"description": "Rises with each change that a calendar hears."}
    )
    is_registered = fields.Boolean(
        required=True, metadata={"description": "Whether the asker holds a seat."}
    )


class RegistrationOut(Schema):
    discussion_id = fields.Integer(required=True)
    is_registered = fields.Boolean(required=True)
    registered_at = Instant(required=True, allow_none=True)
    withdrawn_at = Instant(required=True, allow_none=True)
    shown_as = fields.Enum(
        ShownAs,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "How others with a seat see you."},
    )
