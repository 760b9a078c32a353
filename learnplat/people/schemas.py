"""The shapes of accounts, passwords, tokens and roles."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate

from learnplat.core.actors import Role
from learnplat.core.languages import Language
from learnplat.core.lists import genders, institution_kinds, professions
from learnplat.people import rules
from learnplat.people.models import AccountKind
from learnplat.web.api import ListIn
from learnplat.web.shapes import (
    NOT_ENOUGH,
    TOO_LONG,
    CountryCode,
    EmailAddress,
    Instant,
    Line,
    PersonName,
    Shape,
    WholeNumber,
    ZoneName,
    language_field,
)


class Password(fields.String):
    """A password as it is typed: nothing is trimmed, and every spelling of it counts as one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        typed = super()._deserialize(value, attr, data, **kwargs)
        if not typed:
            raise ValidationError(str(NOT_ENOUGH))
        if any("\ud800" <= char <= "\udfff" for char in typed):
            raise self.make_error("invalid")
        # Normalising takes time that grows with the length, so the plainly too long is not tried.
        most = rules.LONGEST_PASSWORD
        if len(typed) > most * 8 or len(rules.one_spelling(typed)) > most:
            raise ValidationError(str(TOO_LONG).format(max=most))
        return typed


def _latin_letters(text: str | None) -> None:
    if text and not rules.is_latin(text):
        raise ValidationError(str(_l("This must be written in Latin letters.")))


class ProfileIn(Shape):
    """What a person says of themself."""

    name = PersonName(
        required=True,
        metadata={"description": "As the person writes it, in any script.", "example": "أمل بناني"},
    )
    name_latin = PersonName(
        may_be_empty=True,
        allow_none=True,
        load_default=None,
        validate=_latin_letters,
        metadata={"description": "In Latin script, if that differs.", "example": "Amal Bennani"},
    )
    country = CountryCode(
        required=True, metadata={"description": "ISO 3166-1 alpha-2.", "example": "MA"}
    )
    institution_kind = fields.String(
        required=True, validate=validate.OneOf(institution_kinds()), metadata={"example": "court"}
    )
    institution = Line(
        may_be_empty=True,
        allow_none=True,
        load_default=None,
        metadata={"description": "Its name.", "example": "Cour d'appel de Rabat"},
    )
    profession = fields.String(
        required=True, validate=validate.OneOf(professions()), metadata={"example": "judge"}
    )
    gender = fields.String(
        required=True, validate=validate.OneOf(genders()), metadata={"example": "not_stated"}
    )
    language = language_field(
        required=True, metadata={"description": "Of pages and mail.", "example": "ar"}
    )
    zone = ZoneName(
        required=True, metadata={"description": "IANA zone name.", "example": "Africa/Casablanca"}
    )


class SignInIn(Shape):
    """An address and its password."""

    email = Line(required=True, longest=254, metadata={"example": "amal@justice.example"})
    password = Password(required=True, metadata={"maxLength": rules.LONGEST_PASSWORD})


class IssueTokenIn(SignInIn):
    """An address, its password, and the second factor where one is set up."""

    code = Line(
        longest=60,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Of the app, or a recovery code. Without it: 401 "
            "`second_factor_needed` where the account has a second factor.",
            "example": "492039",
        },
    )


class ChangePasswordIn(Shape):
    current_password = Password(required=True)
    password = Password(
        required=True,
        metadata={"minLength": rules.SHORTEST_PASSWORD, "maxLength": rules.LONGEST_PASSWORD},
    )


class AskForResetIn(Shape):
    email = EmailAddress(required=True, metadata={"example": "amal@justice.example"})


class ChooseNewPasswordIn(Shape):
    password = Password(required=True)


class ChooseNewPasswordByTokenIn(ChooseNewPasswordIn):
    token = Line(required=True, longest=100, metadata={"description": "The last part of the link."})


class GrantRoleIn(Shape):
    role = fields.Enum(Role, by_value=True, required=True, metadata={"example": "focal_point"})
    scope = Line(
        longest=80,
        may_be_empty=True,
        load_default="",
        metadata={
            "description": "A country code for a focal point, a course key for a trainer or "
            "a tutor, or empty for everywhere.",
            "example": "MA",
        },
    )


class ListPeopleIn(ListIn):
    role = fields.Enum(Role, by_value=True, load_default=None)


class FindPeopleIn(ListPeopleIn):
    """What is looked for goes in a body: addresses are kept in logs and histories."""

    q = Line(
        longest=100,
        may_be_empty=True,
        load_default="",
        metadata={
            "description": "Words that a name or the address holds.",
            "example": "Bennani",
        },
    )


class RoleOut(Schema):
    id = fields.Integer(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    scope = fields.String(required=True, metadata={"description": "Empty for everywhere."})


class AccountOut(Schema):
    """One person's own account."""

    id = fields.Integer(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    name_latin = fields.String(required=True, allow_none=True)
    country = fields.String(required=True)
    institution_kind = fields.String(required=True)
    institution = fields.String(required=True, allow_none=True)
    profession = fields.String(required=True)
    gender = fields.String(required=True)
    language = fields.Enum(Language, by_value=True, required=True)
    zone = fields.String(required=True)
    registered_at = Instant(required=True)
    roles = fields.List(fields.Nested(RoleOut), required=True, attribute="grants")


class MeOut(AccountOut):
    csrf_token = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "For the header `X-CSRFToken` of requests that act by the session "
            "cookie; null with a bearer token."
        },
    )


class PersonOut(Schema):
    """A person as an administrator sees them."""

    id = fields.Integer(required=True)
    email = fields.String(
        required=True, allow_none=True, metadata={"description": "Null when carried over."}
    )
    name = fields.String(required=True)
    name_latin = fields.String(required=True, allow_none=True)
    country = fields.String(required=True)
    profession = fields.String(required=True)
    kind = fields.Enum(
        AccountKind,
        by_value=True,
        required=True,
        metadata={"description": "Only an official counts in a figure."},
    )
    registered_at = Instant(required=True)
    roles = fields.List(fields.Nested(RoleOut), required=True, attribute="grants")


class TokenOut(Schema):
    """A bearer token. It is shown once."""

    token = fields.String(required=True)
    token_type = fields.Constant("Bearer", required=True)
    expires_at = Instant(required=True)


class ListCountriesIn(ListIn):
    limit = WholeNumber(
        load_default=100,
        validate=validate.Range(1, 300),
        metadata={"description": "Items in a page."},
    )


class CountryOut(Schema):
    code = fields.String(required=True, metadata={"description": "ISO 3166-1 alpha-2."})
    m49 = fields.String(required=True)
    region = fields.String(required=True, metadata={"description": "M49 code."})
    subregion = fields.String(required=True, metadata={"description": "M49 code."})
    is_ldc = fields.Boolean(required=True, metadata={"description": "Least developed country."})
    is_lldc = fields.Boolean(
        required=True, metadata={"description": "Landlocked developing country."}
    )
    is_sids = fields.Boolean(
        required=True, metadata={"description": "Small island developing State."}
    )
    names = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "United Nations short names by language."},
    )


class ChoiceOut(Schema):
    key = fields.String(required=True)
    labels = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "By language."},
    )
