"""The shapes of codes, of what a browser's passkey answers, and of what is done with factors."""

from marshmallow import fields, validate

from learnplat.people import rules
from learnplat.people.schemas import Password
from learnplat.web.shapes import Line, Shape

LONGEST_ANSWER = 20_000


class GiveCodeIn(Shape):
    code = Line(required=True, longest=60)


class ConfirmByPasswordIn(Shape):
    current_password = Password(required=True, metadata={"maxLength": rules.LONGEST_PASSWORD})


class GivePasskeyIn(Shape):
    """What the browser's passkey answered, as JSON."""

    credential = fields.String(required=True, validate=validate.Length(min=2, max=LONGEST_ANSWER))


class AddPasskeyIn(GivePasskeyIn):
    name = Line(required=True, longest=60)


class RenamePasskeyIn(Shape):
    name = Line(required=True, longest=60)


class RemoveLostFactorsIn(Shape):
    """Why all the factors of a person are removed: it is kept in the audit log."""

    reason = Line(required=True, longest=500, validate=validate.Length(min=10))
