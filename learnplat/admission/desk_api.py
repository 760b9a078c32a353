"""The vetting desk as JSON: applications and what is decided, institutions, where a person stands."""

from typing import Any

from learnplat.admission import desk, desk_institutions, standing
from learnplat.admission import desk_institution_queries as institution_queries
from learnplat.admission import desk_queries as queries
from learnplat.admission.desk_institution_queries import InstitutionRow
from learnplat.admission.desk_lists import moment_of, place_of_row
from learnplat.admission.desk_queries import Dossier
from learnplat.admission.desk_schemas import (
    AddInstitutionIn,
    AddNoteIn,
    AdmissionOut,
    AdmissionRowOut,
    AdmitIn,
    AskForOpinionIn,
    ChangeStandingIn,
    DeclineIn,
    GiveOpinionIn,
    InstitutionRowOut,
    ListAdmissionsIn,
    ListInstitutionIn,
    ListInstitutionsIn,
    MergeInstitutionIn,
    ReopenIn,
    SettleInstitutionIn,
    StandingOut,
)
from learnplat.core.clock import utc_now
from learnplat.core.permissions import scopes_of
from learnplat.core.refusals import NotFound
from learnplat.db import reading, transaction
from learnplat.people.models import Account
from learnplat.people.step_up import confirmed_lately
from learnplat.web.api import api_blueprint, idempotent, page_of, paged, place_of
from learnplat.web.doors import acting, door

bp = api_blueprint("desk", __name__, "The vetting desk: applications, institutions, suspending")

_ROW = {
    "id": 5,
    "account_id": 12,
    "state": "waiting",
    "name": "Salma Idrissi",
    "name_latin": None,
    "country": "MA",
    "profession": "judge",
    "institution": "Cour d'appel de Rabat",
    "is_proposed": True,
    "is_free_mail": False,
    "foreign_country": None,
    "applied_at": "2026-11-19T09:00:00Z",
    "confirmed_at": "2026-11-19T09:10:00Z",
    "decided_at": None,
}
_ADMISSION = {
    **_ROW,
    "step": 1,
    "email": "salma@justice.example",
    "institution_kind": "court",
    "gender": "female",
    "language": "fr",
    "purpose": "I hear requests for extradition.",
    "history": [
        {
            "kind": "applied",
            "at": "2026-11-19T09:00:00Z",
            "actor_name": None,
            "role": None,
            "reason": None,
            "note": None,
        }
    ],
}
_INSTITUTION = {
    "id": 4,
    "country": "MA",
    "kind": "court",
    "name": "Cour d'appel de Rabat",
    "state": "listed",
    "people": 3,
}
_STANDING = {"id": 12, "standing": "suspended"}


def _told(dossier: Dossier) -> dict[str, Any]:
    """An application as it stands now; what came of an act is read anew."""
    row, account = dossier.row, dossier.account
    return {
        **{name: getattr(row, name) for name in AdmissionRowOut().fields},
        "step": dossier.admission.step,
        "email": account.email,
        "institution_kind": account.institution_kind,
        "gender": account.gender,
        "language": account.language.value,
        "purpose": dossier.admission.purpose,
        "history": dossier.events,
    }


def _acted(act: Any, admission_id: int, values: dict[str, Any]) -> dict[str, Any]:
    with transaction() as writer:
        act(writer, actor=acting(), admission_id=admission_id, now=utc_now(), **values)
        writer.flush()
        return _told(desk.found(writer, acting(), admission_id))


@bp.get("/admissions")
@door("vet")
@bp.arguments(ListAdmissionsIn, location="query")
@bp.response(200, page_of(AdmissionRowOut), example={"items": [_ROW], "next": None})
def list_admissions(asked: dict[str, Any]) -> dict[str, Any]:
    """Who waits, the longest first; or what was decided, the latest first."""
    found = queries.queue(
        reading(),
        asked["state"],
        countries=scopes_of(acting(), desk.VET),
        country=asked["country"],
        profession=asked["profession"],
        after=moment_of(place_of(asked["cursor"], (str, int))),
        limit=asked["limit"] + 1,
    )
    return paged(found, asked["limit"], place_of_row)


@bp.get("/admissions/<int:admission_id>")
@door("vet")
@bp.response(200, AdmissionOut, example=_ADMISSION)
def show_admission(admission_id: int) -> dict[str, Any]:
    """One application. That it was opened is kept in the audit log, and the person sees it."""
    with transaction() as writer:
        return _told(
            desk.open_admission(writer, actor=acting(), admission_id=admission_id, now=utc_now())
        )


@bp.post("/admissions/<int:admission_id>/admission")
@door("vet")
@idempotent
@bp.arguments(AdmitIn)
@bp.response(200, AdmissionOut, example={**_ADMISSION, "state": "admitted", "step": 2})
def admit_person(values: dict[str, Any], admission_id: int) -> dict[str, Any]:
    """Let the person in. Of two decisions on the same step one is refused: `decided_meanwhile`."""
    return _acted(desk.admit, admission_id, values)


@bp.post("/admissions/<int:admission_id>/declination")
@door("vet")
@idempotent
@bp.arguments(DeclineIn)
@bp.response(200, AdmissionOut, example={**_ADMISSION, "state": "declined", "step": 2})
def decline_person(values: dict[str, Any], admission_id: int) -> dict[str, Any]:
    """Keep the person out, for a reason that the letter says."""
    return _acted(desk.decline, admission_id, values)


@bp.post("/admissions/<int:admission_id>/second-opinion")
@door("vet")
@idempotent
@bp.arguments(AskForOpinionIn)
@bp.response(200, AdmissionOut, example={**_ADMISSION, "state": "second_opinion", "step": 2})
def ask_for_opinion(values: dict[str, Any], admission_id: int) -> dict[str, Any]:
    """Ask another officer to look. Whoever asks cannot decide alone from then on."""
    return _acted(desk.ask_for_opinion, admission_id, values)


@bp.post("/admissions/<int:admission_id>/opinion")
@door("vet")
@idempotent
@bp.arguments(GiveOpinionIn)
@bp.response(200, AdmissionOut, example={**_ADMISSION, "state": "second_opinion", "step": 3})
def give_opinion(values: dict[str, Any], admission_id: int) -> dict[str, Any]:
    """Give the opinion that another officer asked for."""
    return _acted(desk.give_opinion, admission_id, values)


@bp.post("/admissions/<int:admission_id>/reopening")
@door("vet")
@idempotent
@bp.arguments(ReopenIn)
@bp.response(200, AdmissionOut, example={**_ADMISSION, "step": 3})
def reopen_admission(values: dict[str, Any], admission_id: int) -> dict[str, Any]:
    """Look again at an application that was declined in the last ninety days."""
    return _acted(desk.reopen, admission_id, values)


@bp.post("/admissions/<int:admission_id>/notes")
@door("vet")
@idempotent
@bp.arguments(AddNoteIn)
@bp.response(201, AdmissionOut, example=_ADMISSION)
def add_note(values: dict[str, Any], admission_id: int) -> dict[str, Any]:
    """Keep a remark for the desk. The step stays the same."""
    return _acted(desk.add_note, admission_id, values)


@bp.post("/admissions/<int:admission_id>/institution")
@door("vet")
@idempotent
@bp.arguments(SettleInstitutionIn)
@bp.response(200, AdmissionOut, example={**_ADMISSION, "is_proposed": False})
def settle_institution(values: dict[str, Any], admission_id: int) -> dict[str, Any]:
    """List what the person proposed under a name, or take it for a listed institution."""
    return _acted(desk_institutions.settle_institution, admission_id, values)


def _row(session: Any, institution_id: int) -> InstitutionRow:
    row = institution_queries.institution(session, institution_id, countries=None)
    if row is None:
        raise NotFound()
    return row


@bp.get("/admissions/institutions")
@door("keep_institutions")
@bp.arguments(ListInstitutionsIn, location="query")
@bp.response(200, page_of(InstitutionRowOut), example={"items": [_INSTITUTION], "next": None})
def list_institutions_at_desk(asked: dict[str, Any]) -> dict[str, Any]:
    """Institutions of one state with how many people name each; the proposed ones unless asked."""
    found = institution_queries.institutions(
        reading(),
        asked["state"],
        countries=scopes_of(acting(), desk_institutions.KEEP),
        country=asked["country"],
        after=place_of(asked["cursor"], (str, int)),
        limit=asked["limit"] + 1,
    )
    return paged(found, asked["limit"], lambda row: (row.name_key, row.id))


@bp.post("/institutions")
@door("keep_institutions")
@idempotent
@bp.arguments(AddInstitutionIn)
@bp.response(201, InstitutionRowOut, example=_INSTITUTION)
def add_institution(values: dict[str, Any]) -> InstitutionRow:
    """Put an institution on the list. A name that its country has is refused on `name`."""
    with transaction() as writer:
        added = desk_institutions.add_institution(writer, actor=acting(), now=utc_now(), **values)
        return _row(writer, added.id)


@bp.patch("/institutions/<int:institution_id>")
@door("keep_institutions")
@bp.arguments(ListInstitutionIn)
@bp.response(200, InstitutionRowOut, example=_INSTITUTION)
def list_institution(values: dict[str, Any], institution_id: int) -> InstitutionRow:
    """List an institution under a name, or rename a listed one."""
    with transaction() as writer:
        desk_institutions.list_institution(
            writer, actor=acting(), institution_id=institution_id, now=utc_now(), **values
        )
        return _row(writer, institution_id)


@bp.post("/institutions/<int:institution_id>/refusal")
@door("keep_institutions")
@idempotent
@bp.response(200, InstitutionRowOut, example={**_INSTITUTION, "state": "refused"})
def refuse_institution(institution_id: int) -> InstitutionRow:
    """Keep an institution off the list."""
    with transaction() as writer:
        desk_institutions.refuse_institution(
            writer, actor=acting(), institution_id=institution_id, now=utc_now()
        )
        return _row(writer, institution_id)


@bp.post("/institutions/<int:institution_id>/merger")
@door("keep_institutions")
@idempotent
@bp.arguments(MergeInstitutionIn)
@bp.response(200, InstitutionRowOut, example=_INSTITUTION)
def merge_institution(values: dict[str, Any], institution_id: int) -> InstitutionRow:
    """Take an institution for a listed one of its country; all who named it move there."""
    with transaction() as writer:
        kept = desk_institutions.merge_institution(
            writer, actor=acting(), institution_id=institution_id, now=utc_now(), **values
        )
        return _row(writer, kept.id)


@bp.post("/people/<int:account_id>/suspension")
@door("change_standing")
@confirmed_lately
@idempotent
@bp.arguments(ChangeStandingIn)
@bp.response(200, StandingOut, example=_STANDING)
def suspend_person(values: dict[str, Any], account_id: int) -> Account:
    """Close every door to a person at once; their sessions and tokens end."""
    with transaction() as writer:
        return standing.suspend(
            writer, actor=acting(), account_id=account_id, now=utc_now(), **values
        )


@bp.post("/people/<int:account_id>/reinstatement")
@door("change_standing")
@confirmed_lately
@idempotent
@bp.arguments(ChangeStandingIn)
@bp.response(200, StandingOut, example={**_STANDING, "standing": "admitted"})
def reinstate_person(values: dict[str, Any], account_id: int) -> Account:
    """Let a suspended person in again."""
    with transaction() as writer:
        return standing.reinstate(
            writer, actor=acting(), account_id=account_id, now=utc_now(), **values
        )
