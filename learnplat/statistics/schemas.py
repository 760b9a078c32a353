"""The shape of the participation report on the wire."""

from marshmallow import fields, validate

from learnplat.core.languages import Language
from learnplat.web.shapes import Line, Shape


def _count(description: str) -> fields.Integer:
    return fields.Integer(required=True, metadata={"description": description})


class ShowParticipationIn(Shape):
    """A period: two days in UTC, both included."""

    since = fields.Date(
        required=True, metadata={"description": "First day, in UTC.", "example": "2012-01-01"}
    )
    until = fields.Date(
        required=True,
        metadata={"description": "Last day, in UTC, included.", "example": "2012-12-31"},
    )


class ExportEnrolmentsIn(ShowParticipationIn):
    """The period, and why the rows are needed: both are kept in the audit log."""

    reason = Line(
        required=True,
        longest=500,
        validate=validate.Length(min=10),
        metadata={"description": "Why the rows are needed.", "minLength": 10},
    )


class PeriodOut(Shape):
    since = fields.String(required=True, metadata={"format": "date"})
    until = fields.String(required=True, metadata={"format": "date"})
    zone = fields.String(required=True, metadata={"example": "UTC"})


class CountryFiguresOut(Shape):
    country = fields.String(
        required=True, metadata={"description": "ISO 3166-1 alpha-2.", "example": "AR"}
    )
    enrolments = _count("Enrolments made in the period.")
    completions = _count("Completions dated in the period.")
    practitioners_trained = _count("Distinct persons with a completion in the period.")


class CourseFiguresOut(Shape):
    course = fields.String(
        required=True, metadata={"description": "Code of the run.", "example": "MLJ-ES-2012"}
    )
    language = fields.String(
        required=True,
        metadata={
            "description": "`mul` when the run has several.",
            "enum": [*Language, "mul"],
            "example": "es",
        },
    )
    enrolments = _count("Enrolments made in the period.")
    completions = _count("Completions dated in the period.")
    practitioners_trained = _count("Distinct persons with a completion in the period.")
    country_count = _count("Distinct countries of those persons.")


def _counts(description: str) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": description},
    )


class ParticipationOut(Shape):
    """The participation report. `definitions` says what each figure counts."""

    period = fields.Nested(PeriodOut, required=True)
    as_at = fields.String(required=True, metadata={"format": "date-time"})
    basis = fields.String(required=True, metadata={"example": "internal"})
    courses_delivered = _count("Runs that ended in the period and had a completion.")
    practitioners_trained = _count("Distinct persons with a completion in the period.")
    countries = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Countries of the practitioners trained, as at enrolment."},
    )
    country_count = _count("How many countries that is.")
    enrolments = _count("Enrolments made in the period.")
    completions = _count("Completions dated in the period.")
    users = _count("Accounts registered by the last day.")
    user_country_count = _count("Distinct countries of those accounts.")
    discussions_held = _count("Discussions started in the period and not cancelled.")
    discussion_languages = fields.List(fields.String(), required=True)
    discussion_participants = _count("Distinct persons who attended one of them.")
    attendances = _count("Attendances at them.")
    by_country = fields.List(fields.Nested(CountryFiguresOut), required=True)
    by_course = fields.List(fields.Nested(CourseFiguresOut), required=True)
    by_gender = _counts("Practitioners trained, by gender.")
    by_profession = _counts("Practitioners trained, by profession.")
    by_language = _counts("Practitioners trained, by language.")
    definitions = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "What each figure counts, in words."},
    )
    digest = fields.String(
        required=True,
        metadata={
            "description": "SHA-256 of the canonical JSON without `as_at` and `digest`.",
            "example": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
    )
