"""Marshmallow's ground for every schema: our fields, and its sentences in four languages."""

from datetime import UTC
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from learnplat.core import text
from learnplat.core.clock import is_zone
from learnplat.core.countries import is_country
from learnplat.core.languages import Language

NOT_ENOUGH = _l("This must not be empty.")
TOO_LONG = _l("This must be at most {max} characters long.")
SOME_LANGUAGE = _l("Please choose one language or more.")
TOO_MANY = _l("This must be a list of at most {max}.")

fields.Field.default_error_messages.update(
    required=_l("This is needed."),
    null=_l("This must not be empty."),
    validator_failed=_l("This value cannot be used."),
)
fields.String.default_error_messages.update(
    invalid=_l("This must be text."), invalid_utf8=_l("This must be text.")
)
fields.Integer.default_error_messages.update(invalid=_l("This must be a whole number."))
fields.Number.default_error_messages.update(
    invalid=_l("This must be a number."), too_large=_l("This number is too large.")
)
fields.Boolean.default_error_messages.update(invalid=_l("This must be yes or no."))
fields.DateTime.default_error_messages.update(
    invalid=_l("This must be a date and a time."),
    invalid_awareness=_l("This time needs its offset from UTC."),
    format=_l("This must be a date and a time."),
)
fields.AwareDateTime.default_error_messages.update(
    invalid_awareness=_l("This time needs its offset from UTC.")
)
fields.Date.default_error_messages.update(
    invalid=_l("This must be a date, such as 2026-11-20."),
    format=_l("This must be a date, such as 2026-11-20."),
)
fields.List.default_error_messages.update(invalid=_l("This must be a list."))
fields.Dict.default_error_messages.update(invalid=_l("This must be an object."))
fields.Nested.default_error_messages.update(type=_l("This must be an object."))
fields.Enum.default_error_messages.update(unknown=_l("This is not one of the choices."))


class _RangeWords:
    """A sentence that keeps its translation until it is said: Range fills one part at import."""

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence

    def format(self, **facts: Any) -> Any:
        return str(self.sentence).format(**facts) if "min" in facts else self


for _name, _sentence in (
    ("message_min", _l("This must be {min} or more.")),
    ("message_max", _l("This must be {max} or less.")),
    ("message_all", _l("This must be from {min} to {max}.")),
):
    setattr(validate.Range, _name, _RangeWords(_sentence))
validate.Length.message_min = _l("This must be at least {min} characters long.")
validate.Length.message_max = TOO_LONG
validate.Length.message_all = _l("This must be from {min} to {max} characters long.")
validate.OneOf.default_message = _l("This is not one of the choices.")


class Shape(Schema):
    """A shape on the wire. A field that it does not name is refused, never ignored."""

    class Meta:
        unknown = RAISE
        ordered = True

    error_messages = {  # noqa: RUF012
        "unknown": _l("This field is not known here."),
        "type": _l("This must be an object."),
        "invalid": _l("This must be an object."),
    }


class Line(fields.String):
    """One line of what a person wrote: tidied, visible characters only, at most `longest` long."""

    default_error_messages = {  # noqa: RUF012
        "empty": NOT_ENOUGH,
        "hidden": _l(
            "This holds invisible or direction-changing characters. Please type it again."
        ),
        "long": TOO_LONG,
        "letters": _l("This needs letters."),
    }

    def __init__(self, *, longest: int = 200, may_be_empty: bool = False, **kwargs: Any) -> None:
        kwargs["metadata"] = {"maxLength": longest, **kwargs.get("metadata", {})}
        super().__init__(**kwargs)
        self.longest = longest
        self.may_be_empty = may_be_empty

    lines = False

    def tidy(self, value: str) -> str:
        return text.tidy_line(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        written = super()._deserialize(value, attr, data, **kwargs)
        if len(written) > self.longest * 4:
            raise ValidationError(str(self.error_messages["long"]).format(max=self.longest))
        written = self.tidy(written)
        if not written and not self.may_be_empty:
            raise self.make_error("empty")
        if not text.is_plain(written, lines=self.lines) or text.has_stacked_marks(written):
            raise self.make_error("hidden")
        if len(written) > self.longest:
            raise ValidationError(str(self.error_messages["long"]).format(max=self.longest))
        return written or (None if self.allow_none else "")


class PersonName(Line):
    """A person's name, in any script."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        written = super()._deserialize(value, attr, data, **kwargs)
        if written and not text.has_letter(written):
            raise self.make_error("letters")
        return written


class Paragraphs(Line):
    """Several lines of plain text."""

    lines = True

    def tidy(self, value: str) -> str:
        return text.tidy_paragraphs(value)


class EmailAddress(Line):
    """Exactly one address."""

    default_error_messages = {  # noqa: RUF012
        "address": _l("This must be an e-mail address, such as name@ministry.example.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=254, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        written = super()._deserialize(value, attr, data, **kwargs)
        local, at, domain = written.rpartition("@")
        labels = domain.split(".")
        if (
            not at
            or not 0 < len(local) <= 64
            or any(c in ' \t,;:<>()[]\\"@' for c in local)
            or local.startswith(".")
            or local.endswith(".")
            or ".." in local
            or len(labels) < 2
            or any(not label or label[0] == "-" or label[-1] == "-" for label in labels)
            or any(not (c.isalnum() or c in "-.") for c in domain)
            or text.has_unseen(written)
            or text.ascii_domain(domain) is None
        ):
            raise self.make_error("address")
        return written


class WholeNumber(fields.Integer):
    """A whole number, counted or written: 12 and "12", but not 12.0, "1_2" or yes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            is_whole = value.strip().removeprefix("-").isdecimal()
        else:
            is_whole = isinstance(value, int)
        if not is_whole:
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class Instant(fields.AwareDateTime):
    """An instant on its way out, as RFC 3339 in UTC: 2027-03-18T13:30:00Z."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value and value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Known(fields.String):
    """A code from a list that we keep."""

    default_error_messages = {"unknown": _l("This is not one of the choices.")}  # noqa: RUF012

    def is_known(self, value: str) -> bool:
        """Whether `value` is in the list."""
        return False

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        code = super()._deserialize(value, attr, data, **kwargs)
        if not self.is_known(code):
            raise self.make_error("unknown")
        return code


class CountryCode(_Known):
    """ISO 3166-1 alpha-2, upper case."""

    default_error_messages = {"unknown": _l("This is not a country that we know.")}  # noqa: RUF012

    def is_known(self, value: str) -> bool:
        return is_country(value)


class ZoneName(_Known):
    """An IANA zone name, such as Africa/Niamey."""

    default_error_messages = {"unknown": _l("This is not a time zone that we know.")}  # noqa: RUF012

    def is_known(self, value: str) -> bool:
        return is_zone(value)


def language_field(**kwargs: Any) -> fields.Enum[Language]:
    """One of ar, en, fr, es."""
    return fields.Enum(
        Language,
        by_value=True,
        error_messages={"unknown": _l("This is not one of the languages of the platform.")},
        **kwargs,
    )
