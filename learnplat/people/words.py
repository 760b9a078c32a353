"""The names of roles in the reader's language."""

from flask_babel import lazy_gettext as _l

from learnplat.core.actors import Role

ROLE_NAMES = {
    Role.PRACTITIONER: _l("Practitioner"),
    Role.TRAINER: _l("Trainer"),
    Role.TUTOR: _l("Tutor"),
    Role.EXPERT: _l("Expert"),
    Role.MODERATOR: _l("Moderator"),
    Role.FOCAL_POINT: _l("Focal point"),
    Role.VETTER: _l("Vetting officer"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMIN: _l("Administrator"),
}


def role_name(role: Role) -> str:
    return str(ROLE_NAMES[role])


def role_options() -> list[tuple[str, str]]:
    """The roles that can be granted."""
    return [
        (role.value, str(name))
        for role, name in ROLE_NAMES.items()
        if role is not Role.PRACTITIONER
    ]
