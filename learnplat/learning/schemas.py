"""The shape of runs, enrolments and progress on the wire."""

from datetime import date
from typing import Any

from marshmallow import fields, validate

from learnplat.core.languages import Language
from learnplat.learning.models import Confirmation, EnrolmentStatus, Pace
from learnplat.learning.rules import RunState
from learnplat.web.api import ListIn
from learnplat.web.shapes import (
    SOME_LANGUAGE,
    TOO_MANY,
    Instant,
    Line,
    Shape,
    WholeNumber,
    ZoneName,
    language_field,
)

_DAY: dict[str, Any] = {
    "load_default": None,
    "allow_none": True,
    "validate": validate.Range(date(2000, 1, 1), date(2100, 12, 31)),
}


class ChangeRunIn(Shape):
    pace = fields.Enum(
        Pace, by_value=True, required=True, metadata={"description": "Dated or self-paced."}
    )
    starts_on = fields.Date(
        **_DAY,
        metadata={"description": "First day, in `zone`; dated runs only.", "example": "2027-02-01"},
    )
    ends_on = fields.Date(
        **_DAY,
        metadata={"description": "Last day, in `zone`, included.", "example": "2027-03-12"},
    )
    zone = ZoneName(
        load_default="UTC", metadata={"description": "IANA time zone.", "example": "Africa/Niamey"}
    )
    languages = fields.List(
        language_field(),
        required=True,
        validate=validate.Length(min=1, max=len(Language), error=SOME_LANGUAGE),
        metadata={"description": "The languages in which tutors accompany the run."},
    )
    partners = fields.List(
        Line(longest=120),
        load_default=list,
        validate=validate.Length(max=20, error=TOO_MANY),
        metadata={"description": "Organisations that deliver it too.", "example": ["INTERPOL"]},
    )
    seats = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 100_000),
        metadata={"description": "Null means no limit.", "example": 25},
    )
    confirmation = fields.Enum(
        Confirmation,
        by_value=True,
        load_default=Confirmation.NONE,
        metadata={"description": "Who confirms, before a place is given, that a person may come."},
    )


class PlanRunIn(ChangeRunIn):
    course_key = Line(longest=80, required=True, metadata={"example": "universal-legal-framework"})


class RunsIn(ListIn):
    course_key = Line(
        longest=80, load_default=None, metadata={"description": "Only runs of this course."}
    )


class RunOut(Shape):
    id = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"example": "ULF-2027-1"})
    course_key = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Null for a run carried over from an older platform."},
    )
    title = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Its own title, when it has no course."},
    )
    pace = fields.Enum(Pace, by_value=True, required=True)
    state = fields.Enum(RunState, by_value=True, required=True)
    may_be_entered = fields.Boolean(
        required=True, metadata={"description": "Not over, and a seat is free."}
    )
    starts_on = fields.Date(required=True, allow_none=True)
    ends_on = fields.Date(required=True, allow_none=True)
    zone = fields.String(required=True)
    languages = fields.List(fields.Enum(Language, by_value=True), required=True)
    partners = fields.List(fields.String(), required=True)
    seats = fields.Integer(required=True, allow_none=True)
    seats_left = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null means no limit."}
    )
    confirmation = fields.Enum(
        Confirmation,
        by_value=True,
        required=True,
        metadata={"description": "Unless it is `none`, a place is asked for by an application."},
    )


class EnrolIn(Shape):
    """Nothing is said with an enrolment: the person and the run are known."""


class WithdrawIn(Shape):
    """Nothing is said with a withdrawal."""


class CompleteUnitIn(Shape):
    language = language_field(
        load_default=None,
        allow_none=True,
        metadata={"description": "Studied in; without it, the language of the enrolment."},
    )


class ProgressOut(Shape):
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)


class EnrolmentOut(Shape):
    id = fields.Integer(required=True, attribute="enrolment_id")
    run_id = fields.Integer(required=True)
    course_key = fields.String(required=True, allow_none=True)
    status = fields.Enum(EnrolmentStatus, by_value=True, required=True)
    language = fields.Enum(Language, by_value=True, required=True)
    enrolled_at = Instant(required=True)
    withdrawn_at = Instant(required=True, allow_none=True)
    completed_at = Instant(required=True, allow_none=True)
    progress = fields.Nested(ProgressOut, required=True)
    units_done = fields.List(fields.String(), required=True)
    next_unit = fields.String(
        required=True, allow_none=True, metadata={"description": "The unit to study next."}
    )


class UnitDoneOut(Shape):
    enrolment_id = fields.Integer(required=True)
    unit_key = fields.String(required=True)
    is_new = fields.Boolean(
        required=True, metadata={"description": "False when it had been recorded before."}
    )
    has_completed_course = fields.Boolean(
        required=True, metadata={"description": "True once: with the unit that completed it."}
    )
    progress = fields.Nested(ProgressOut, required=True)
    next_unit = fields.String(required=True, allow_none=True)


class ShowUnitIn(Shape):
    language = language_field(
        load_default=None,
        metadata={"description": "Without it your own; where it is missing, another is answered."},
    )


class KeyTermOut(Shape):
    key = fields.String(required=True, metadata={"description": "Of the glossary."})
    term = fields.String(required=True)
    meaning = fields.String(required=True)


class OptionOut(Shape):
    text = fields.String(required=True)
    is_right = fields.Boolean(required=True)
    feedback = fields.String(required=True)


class QuestionOut(Shape):
    key = fields.String(required=True)
    prompt = fields.String(required=True)
    options = fields.List(fields.Nested(OptionOut), required=True)


class CitationOut(Shape):
    instrument = fields.String(required=True, metadata={"description": "An instrument's key."})
    place = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Article or paragraph.", "example": "7.1"},
    )
    text = fields.String(required=True)


class UnitOut(Shape):
    course_key = fields.String(required=True)
    module_key = fields.String(required=True)
    key = fields.String(required=True)
    minutes = fields.Integer(required=True)
    language = fields.Enum(Language, by_value=True, required=True)
    languages = fields.List(fields.Enum(Language, by_value=True), required=True)
    title = fields.String(required=True)
    objectives = fields.List(fields.String(), required=True)
    html = fields.String(required=True, metadata={"description": "Safe HTML, without a heading 1."})
    key_terms = fields.List(fields.Nested(KeyTermOut), required=True)
    questions = fields.List(fields.Nested(QuestionOut), required=True)
    citations = fields.List(fields.Nested(CitationOut), required=True)
    is_done = fields.Boolean(required=True)
