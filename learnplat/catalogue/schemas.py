"""The shape of courses, instruments and search results on the wire."""

from marshmallow import Schema, fields, validate

from learnplat.library.instruments import KINDS
from learnplat.web.api import ListIn
from learnplat.web.shapes import TOO_LONG, Shape, language_field

LONGEST_QUERY = 200  # characters


class TextsOut(Schema):
    """One text in each of the four languages."""

    ar = fields.String(required=True)
    en = fields.String(required=True)
    fr = fields.String(required=True)
    es = fields.String(required=True)


class VerifiedOut(Schema):
    """Of each title, whether its wording was read in an official copy."""

    ar = fields.Boolean(required=True)
    en = fields.Boolean(required=True)
    fr = fields.Boolean(required=True)
    es = fields.Boolean(required=True)


class CatalogueUnitOut(Schema):
    key = fields.String(required=True)
    minutes = fields.Integer(required=True, metadata={"description": "The time that it needs."})
    titles = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True,
        metadata={"description": "By language; only those in which it is published."},
    )  # fmt: skip


class ModuleOut(Schema):
    key = fields.String(required=True)
    titles = fields.Nested(TextsOut, required=True)
    summaries = fields.Nested(TextsOut, required=True)
    units = fields.List(fields.Nested(CatalogueUnitOut), required=True)


class CourseOut(Schema):
    key = fields.String(required=True)
    level = fields.String(
        required=True, validate=validate.OneOf(["foundation", "intermediate", "advanced"])
    )
    titles = fields.Nested(TextsOut, required=True)
    summaries = fields.Nested(TextsOut, required=True)
    audiences = fields.Nested(TextsOut, required=True)
    minutes = fields.Integer(required=True, metadata={"description": "Of all units together."})
    languages = fields.List(
        fields.String(), required=True,
        metadata={"description": "Those in which every unit can be studied."},
    )  # fmt: skip
    edition = fields.Integer(
        required=True, metadata={"description": "Number of the course edition in force."}
    )
    modules = fields.List(fields.Nested(ModuleOut), required=True)


class CitedByOut(Schema):
    course_key = fields.String(required=True)
    unit_key = fields.String(required=True)
    place = fields.String(
        required=True, allow_none=True,
        metadata={"description": "Article or paragraph; null for the whole.", "example": "7.1"},
    )  # fmt: skip


class InstrumentOut(Schema):
    key = fields.String(required=True)
    number = fields.Integer(
        required=True, allow_none=True,
        metadata={"description": "Place among the 19 universal instruments."},
    )  # fmt: skip
    group = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    body = fields.String(
        required=True,
        metadata={
            "description": "Who adopted it, or called the conference that did.",
            "example": "un-general-assembly",
        },
    )
    year = fields.Integer(required=True)
    adopted_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "Null when it is not certain."}
    )
    in_force_on = fields.Date(
        required=True, allow_none=True,
        metadata={"description": "Null when it is not certain, or when it is not a treaty."},
    )  # fmt: skip
    symbol = fields.String(required=True, allow_none=True)
    supplements = fields.String(
        required=True, allow_none=True, metadata={"description": "Key of another instrument."}
    )
    amends = fields.String(
        required=True, allow_none=True, metadata={"description": "Key of another instrument."}
    )
    shorts = fields.Nested(TextsOut, required=True)
    titles = fields.Nested(TextsOut, required=True)
    verified = fields.Nested(VerifiedOut, required=True)
    notes = fields.Nested(TextsOut, required=True, allow_none=True)


class InstrumentInFullOut(InstrumentOut):
    cited_by = fields.List(fields.Nested(CitedByOut), required=True)


_IS_SHORT = validate.Length(max=LONGEST_QUERY, error=TOO_LONG)
_WORDS = {"description": "Words to look for.", "example": "تمويل الإرهاب"}


class SearchIn(ListIn):
    q = fields.String(required=True, validate=_IS_SHORT, metadata=_WORDS)
    language = language_field(
        load_default=None,
        metadata={"description": "Where to look first; by default the language of the request."},
    )


class SearchPageIn(Shape):
    """What the search page takes."""

    q = fields.String(load_default="", validate=_IS_SHORT, metadata=_WORDS)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100))


class InstrumentsPageIn(Shape):
    """What the page of the instruments takes."""

    q = fields.String(load_default="", validate=_IS_SHORT, metadata=_WORDS)
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))


class GlossaryPageIn(Shape):
    """What the page of the glossary takes."""

    q = fields.String(load_default="", validate=_IS_SHORT, metadata=_WORDS)


class MatchOut(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(["course", "unit", "instrument"]))
    key = fields.String(
        required=True, metadata={"description": "Of a unit: its course's key, a stroke, its own."}
    )
    language = fields.String(required=True)
    title = fields.String(required=True)
    excerpt = fields.String(required=True)
