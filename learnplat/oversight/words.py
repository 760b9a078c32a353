"""What the audit log says, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from learnplat.web import filters

ACTION_NAMES = {
    "account_added": _l("Account added"),
    "person_invited": _l("Person invited"),
    "invitation_used": _l("Invitation used"),
    "invitation_revoked": _l("Invitation revoked"),
    "role_granted": _l("Role granted"),
    "role_revoked": _l("Role taken back"),
    "password_changed": _l("Password changed"),
    "password_reset": _l("Password chosen anew by mail"),
    "factor_added": _l("Second factor added"),
    "factor_removed": _l("Second factor removed"),
    "factors_removed": _l("All second factors of a person removed"),
    "recovery_codes_made": _l("Recovery codes made"),
    "recovery_code_used": _l("Recovery code used"),
    "address_changed": _l("Address changed"),
    "country_changed": _l("Country of a person changed"),
    "institution_linked": _l("Sign-in of an institution linked"),
    "institution_unlinked": _l("Sign-in of an institution no longer linked"),
    "token_issued": _l("Access token issued"),
    "token_revoked": _l("Access token revoked"),
    "consent_withdrawn": _l("Consent withdrawn"),
    "own_data_exported": _l("Own data exported"),
    "account_erased": _l("Account erased"),
    "person_opened": _l("Person's record opened"),
    "person_admitted": _l("Person admitted"),
    "person_declined": _l("Person declined"),
    "opinion_asked": _l("Second opinion asked for"),
    "opinion_given": _l("Second opinion given"),
    "admission_reopened": _l("Application opened again"),
    "person_suspended": _l("Person suspended"),
    "person_reinstated": _l("Person let in again"),
    "institution_added": _l("Institution added to the list"),
    "institution_listed": _l("Proposed institution listed"),
    "institution_renamed": _l("Institution renamed"),
    "institution_refused": _l("Institution refused"),
    "institution_merged": _l("Institution merged into another"),
    "participation_exported": _l("Participation report exported"),
    "enrolments_exported": _l("Enrolments exported"),
    "programme_imported": _l("Programme imported"),
    "run_planned": _l("Course run planned"),
    "run_changed": _l("Course run changed"),
    "application_confirmed": _l("Application for a place confirmed"),
    "application_declined": _l("Application for a place not confirmed"),
    "discussion_planned": _l("Discussion planned"),
    "discussion_changed": _l("Discussion changed"),
    "discussion_cancelled": _l("Discussion cancelled"),
    "audit_read": _l("Audit log read"),
    "audit_exported": _l("Audit log exported"),
    "export_asked": _l("Large export asked for"),
    "export_agreed": _l("Large export agreed to"),
    "try_refused": _l("Attempt refused: outside the person’s rights"),
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
        case "invitation":
            return str(gettext("Invitation %(number)s", number=number))
        case "course_run":
            return str(gettext("Course run %(number)s", number=number))
        case "application":
            return str(gettext("Application for a place %(number)s", number=number))
        case "discussion":
            return str(gettext("Discussion %(number)s", number=number))
        case "export":
            return str(gettext("Entry %(number)s", number=number))
        case "institution":
            return str(gettext("Institution %(number)s", number=number))
        case _:
            return f"{kind} {number}"


def fact_lines(facts: Mapping[str, Any]) -> list[str]:
    """The facts as they are kept, in codes; what is empty is left out."""
    return [
        f"{name}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in sorted(facts.items())
        if value not in (None, "", [])
    ]


def export_lines(facts: Mapping[str, Any]) -> list[str]:
    """What a file that is wanted would hold: which rows, of which days, how many, and of what only."""
    is_log = facts["export"] == "audit"
    since, until = (filters.day(date.fromisoformat(facts[name])) for name in ("since", "until"))
    rows = facts["rows"]
    lines = [
        gettext("Audit log") if is_log else gettext("All enrolments without names"),
        gettext("%(since)s to %(until)s", since=since, until=until),
        ngettext("%(count)s row", "%(count)s rows", rows, count=filters.number(rows)),
    ]
    if facts.get("acts"):
        lines.append(action_name(facts["acts"]))
    if facts.get("account") is not None:
        lines.append(gettext("Account %(number)s", number=facts["account"]))
    return lines
