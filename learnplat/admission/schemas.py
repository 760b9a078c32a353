"""The shapes of applications, confirmations, invitations and institutions."""

from marshmallow import Schema, fields, validate

from learnplat.admission import rules
from learnplat.admission.rules import InvitationState
from learnplat.core.languages import Language
from learnplat.people.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from learnplat.people.schemas import Password, ProfileIn
from learnplat.web.api import ListIn
from learnplat.web.shapes import (
    CountryCode,
    EmailAddress,
    Instant,
    Line,
    Paragraphs,
    Shape,
    WholeNumber,
    language_field,
)

_LENGTHS = {"minLength": SHORTEST_PASSWORD, "maxLength": LONGEST_PASSWORD}


class JoinIn(ProfileIn):
    """What an application says."""

    email = EmailAddress(required=True, metadata={"example": "amal@justice.example"})
    password = Password(required=True, metadata=_LENGTHS)
    purpose = Paragraphs(
        longest=rules.LONGEST_PURPOSE,
        may_be_empty=True,
        allow_none=True,
        load_default=None,
        metadata={
            "description": "Why the person asks; only those who decide read it.",
            "example": "I sit in the chamber for terrorist offences.",
        },
    )


class JoinByInvitationIn(ProfileIn):
    """What an invited person says: the address and the country are those of the invitation."""

    class Meta(Shape.Meta):
        exclude = ("country",)

    password = Password(required=True, metadata=_LENGTHS)


class AskForConfirmationIn(Shape):
    email = EmailAddress(required=True, metadata={"example": "amal@justice.example"})


class ConfirmAddressIn(Shape):
    """Empty, but where two applications for one address did not agree on a password."""

    password = Password(load_default=None, metadata=_LENGTHS)


class ConfirmAddressByTokenIn(ConfirmAddressIn):
    token = Line(required=True, longest=100, metadata={"description": "The last part of the link."})


class InvitePersonIn(Shape):
    email = EmailAddress(required=True, metadata={"example": "moussa@justice.example"})
    country = CountryCode(
        required=True, metadata={"description": "ISO 3166-1 alpha-2.", "example": "NE"}
    )
    language = language_field(
        required=True, metadata={"description": "Of the letter.", "example": "fr"}
    )


class ListInstitutionsIn(ListIn):
    country = CountryCode(
        required=True, metadata={"description": "ISO 3166-1 alpha-2.", "example": "MA"}
    )
    q = Line(
        longest=100,
        may_be_empty=True,
        load_default="",
        metadata={"description": "Words that the name holds."},
    )
    limit = WholeNumber(
        load_default=20,
        validate=validate.Range(1, 200),
        metadata={"description": "Items in a page."},
    )


class LetterSentOut(Schema):
    """The same for every address, whether it is known or not."""

    state = fields.Constant("letter_sent", required=True)


class JoiningOut(Schema):
    state = fields.Constant("waiting", required=True)


class InstitutionOut(Schema):
    id = fields.Integer(required=True)
    country = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)


class InvitationOut(Schema):
    """An invitation as those who may send one see it. It never says whether there is an account."""

    id = fields.Integer(required=True)
    email = fields.String(required=True)
    country = fields.String(required=True)
    language = fields.Enum(Language, by_value=True, required=True)
    state = fields.Enum(InvitationState, by_value=True, required=True)
    is_mine = fields.Boolean(
        required=True, metadata={"description": "Whether you have sent it yourself."}
    )
    invited_at = Instant(required=True)
    expires_at = Instant(required=True)
