"""The desk's codes in the reader's language."""

from datetime import timedelta

from babel.dates import format_timedelta
from flask_babel import lazy_gettext as _l

from learnplat.admission.desk_queries import Tab
from learnplat.admission.models import AdmissionEventKind, AdmissionState
from learnplat.people.models import InstitutionState, Standing
from learnplat.web.languages import reader_language

REASON_NAMES = {
    "not_an_official": _l("Not an official"),
    "address_not_official": _l("The address is not that of an office"),
    "institution_not_confirmed": _l("The institution could not be confirmed"),
    "incomplete": _l("The application is incomplete"),
    "duplicate": _l("The person has another account"),
    "other": _l("Another reason, said in words"),
}
OPINION_NAMES = {"for": _l("For admission"), "against": _l("Against admission")}
TAB_NAMES = {
    Tab.WAITING: _l("Waiting"),
    Tab.SECOND_OPINION: _l("Second opinion"),
    Tab.DECIDED: _l("Decided"),
}
STATE_NAMES = {
    AdmissionState.UNCONFIRMED: (_l("Address not confirmed"), "neutral"),
    AdmissionState.WAITING: (_l("Waiting"), "accent"),
    AdmissionState.IN_SECOND_OPINION: (_l("Second opinion"), "warn"),
    AdmissionState.ADMITTED: (_l("Admitted"), "good"),
    AdmissionState.DECLINED: (_l("Declined"), "bad"),
    AdmissionState.WITHDRAWN: (_l("Withdrawn"), "neutral"),
}
STANDING_NAMES = {
    Standing.APPLICANT: (_l("Applicant"), "accent"),
    Standing.ADMITTED: (_l("Admitted"), "good"),
    Standing.DECLINED: (_l("Declined"), "bad"),
    Standing.SUSPENDED: (_l("Suspended"), "bad"),
    Standing.ERASED: (_l("Erased"), "neutral"),
}
EVENT_NAMES = {
    AdmissionEventKind.APPLIED: _l("Applied"),
    AdmissionEventKind.ADDRESS_CONFIRMED: _l("Confirmed the address"),
    AdmissionEventKind.NOTED: _l("Note"),
    AdmissionEventKind.OPINION_ASKED: _l("Asked for a second opinion"),
    AdmissionEventKind.OPINION_GIVEN: _l("Gave an opinion"),
    AdmissionEventKind.ADMITTED: _l("Admitted"),
    AdmissionEventKind.DECLINED: _l("Declined"),
    AdmissionEventKind.REOPENED: _l("Opened the application again"),
    AdmissionEventKind.SUSPENDED: _l("Suspended the person"),
    AdmissionEventKind.REINSTATED: _l("Let the person in again"),
}
INSTITUTION_STATE_NAMES = {
    InstitutionState.PROPOSED: (_l("Proposed"), "warn"),
    InstitutionState.LISTED: (_l("Listed"), "good"),
    InstitutionState.REFUSED: (_l("Refused"), "neutral"),
}
LIKENESS_NAMES = {
    "name": _l("similar name"),
    "address": _l("similar address"),
    "office": _l("same mail domain"),
}


def length_of(wait: timedelta) -> str:
    """A length of time in the reader's language, roughly: “3 days”."""
    locale = reader_language().locale
    return str(format_timedelta(wait, granularity="hour", threshold=1, locale=locale))


def said_of(code: str | None) -> str:
    """The reason or the opinion of a step."""
    return str(REASON_NAMES.get(code or "") or OPINION_NAMES.get(code or "") or code or "")
