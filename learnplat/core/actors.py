"""Who is acting: what an action needs to know of a person, and no more."""

import enum
from dataclasses import dataclass, field

from learnplat.core.languages import Language


class Role(enum.StrEnum):
    PRACTITIONER = "practitioner"
    TRAINER = "trainer"
    TUTOR = "tutor"
    EXPERT = "expert"
    MODERATOR = "moderator"
    FOCAL_POINT = "focal_point"
    VETTER = "vetter"
    AUDITOR = "auditor"
    ADMIN = "admin"


STAFF_ROLES = frozenset(
    {Role.TRAINER, Role.TUTOR, Role.MODERATOR, Role.VETTER, Role.AUDITOR, Role.ADMIN}
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person. `scopes` holds (role, scope) pairs, such as a country or a course key."""

    account_id: int
    name: str
    language: Language
    zone: str
    country: str
    roles: frozenset[Role] = frozenset({Role.PRACTITIONER})
    scopes: frozenset[tuple[Role, str]] = field(default_factory=frozenset)

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF_ROLES)

    def has_any(self, *roles: Role) -> bool:
        return bool(self.roles.intersection(roles))
