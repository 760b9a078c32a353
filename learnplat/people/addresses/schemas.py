"""The shapes of a change of address."""

from learnplat.people.schemas import Password
from learnplat.web.shapes import EmailAddress, Line, Shape


class AskForAddressIn(Shape):
    email = EmailAddress(
        required=True,
        metadata={"description": "The new address.", "example": "amal@court.example"},
    )
    current_password = Password(required=True)


class ChangeAddressIn(Shape):
    token = Line(required=True, longest=100, metadata={"description": "The last part of the link."})
