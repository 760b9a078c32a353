"""What the audit log says, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

ACTION_NAMES = {
    "account_added": _l("Account added"),
    "role_granted": _l("Role granted"),
    "role_revoked": _l("Role taken back"),
    "password_changed": _l("Password changed"),
    "password_reset": _l("Password chosen anew by mail"),
    "token_issued": _l("Access token issued"),
    "token_revoked": _l("Access token revoked"),
    "person_opened": _l("Person's record opened"),
    "participation_exported": _l("Participation report exported"),
    "enrolments_exported": _l("Enrolments exported"),
    "programme_imported": _l("Programme imported"),
    "run_planned": _l("Course run planned"),
    "run_changed": _l("Course run changed"),
    "discussion_planned": _l("Discussion planned"),
    "discussion_changed": _l("Discussion changed"),
    "discussion_cancelled": _l("Discussion cancelled"),
}


def action_options() -> list[tuple[str, str]]:
    return [(action, str(name)) for action, name in ACTION_NAMES.items()]


def action_name(action: str) -> str:
    return str(ACTION_NAMES.get(action, action))


def subject_name(kind: str, number: int | None) -> str | None:
    """What an entry is about, when it is one row; its kind alone is said by the action."""
    if number is None:
        return None
    match kind:
        case "account":
            return str(gettext("Account %(number)s", number=number))
        case "course_run":
            return str(gettext("Course run %(number)s", number=number))
        case "discussion":
            return str(gettext("Discussion %(number)s", number=number))
        case _:
            return f"{kind} {number}"


def fact_lines(facts: Mapping[str, Any]) -> list[str]:
    """The facts as they are kept, in codes; what is empty is left out."""
    return [
        f"{name}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in sorted(facts.items())
        if value not in (None, "", [])
    ]
