"""The shapes of how a person is seen."""

from marshmallow import fields

from learnplat.people.identity import LONGEST_HANDLE, SHORTEST_HANDLE
from learnplat.people.models import ShownAs
from learnplat.web.shapes import Line, Shape


class ChooseIdentityIn(Shape):
    """How others see a person. A handle may be kept for rooms while another way is the usual one."""

    shown_as = fields.Enum(
        ShownAs,
        by_value=True,
        required=True,
        metadata={"description": "By name, by office (the default) or by handle."},
    )
    handle = Line(
        longest=LONGEST_HANDLE,
        may_be_empty=True,
        allow_none=True,
        load_default=None,
        metadata={
            "description": f"From {SHORTEST_HANDLE} characters: letters, digits, spaces, hyphens, "
            "apostrophes.",
            "example": "Baobab 21",
        },
    )


class IdentityOut(Shape):
    """How others see a person, and what each way would show them."""

    shown_as = fields.Enum(ShownAs, by_value=True, required=True)
    handle = fields.String(required=True, allow_none=True)
    name_label = fields.String(required=True)
    office_label = fields.String(
        required=True, metadata={"description": "Profession and part of the world."}
    )
