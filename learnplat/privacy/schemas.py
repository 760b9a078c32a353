"""The shapes of agreeing, of erasing, and of a copy of one's own data."""

from marshmallow import Schema, fields, validate

from learnplat.web.shapes import Line, Shape


class GiveConsentIn(Shape):
    consent = Line(required=True, longest=20)


class EraseSelfIn(Shape):
    typed = Line(required=True, longest=254)


class ErasePersonIn(Shape):
    typed = Line(required=True, longest=20)
    reason = Line(required=True, longest=500, validate=validate.Length(min=5))


class AboutCopyOut(Schema):
    format = fields.Integer(required=True)
    made_at = fields.String(required=True, metadata={"description": "RFC 3339, UTC."})
    account_number = fields.Integer(required=True)
    times = fields.String(required=True)
    left_out = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "What of the person is not in the copy, and why."},
    )


class OwnDataOut(Schema):
    """The whole copy: `about`, `account`, and a list for each other kind of record."""

    about = fields.Nested(AboutCopyOut, required=True)
    account = fields.Dict(required=True, metadata={"description": "The profile."})
    records = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Dict()),
        required=True,
        metadata={"description": "Every other record, by kind: enrolments, sessions, consents."},
    )
