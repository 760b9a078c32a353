"""Three invented applications for the demonstration, so that the vetting desk has work."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnplat.admission.models import (
    Admission,
    AdmissionEvent,
    AdmissionEventKind,
    AdmissionState,
)
from learnplat.core.languages import Language
from learnplat.people.institutions import institution_key
from learnplat.people.models import (
    Account,
    AccountKind,
    Institution,
    InstitutionState,
    Standing,
)

# address, name, in Latin letters, country, kind, institution and its state, profession, gender,
# language, zone, why the person asks, days ago
_APPLICANTS: tuple[
    tuple[str, str, str | None, str, str, str, InstitutionState, str, str, Language, str, str, int],
    ...,
] = (
    (
        "salma.idrissi@court.example",
        "سلمى الإدريسي (عرض توضيحي)",
        "Salma Idrissi (demonstration)",
        "MA",
        "court",
        "محكمة الاستئناف (عرض توضيحي)",
        InstitutionState.LISTED,
        "judge",
        "female",
        Language.AR,
        "Africa/Casablanca",
        "أنظر في طلبات تسليم المجرمين وأرغب في مراجعة الصكوك الدولية.",
        6,
    ),
    (
        "ibrahim.garba@prosecution.example",
        "Ibrahim Garba (démonstration)",
        None,
        "NE",
        "prosecution_service",
        "Parquet spécialisé (démonstration)",
        InstitutionState.PROPOSED,
        "prosecutor",
        "male",
        Language.FR,
        "Africa/Niamey",
        "Je rédige des demandes d’entraide judiciaire.\nMon procureur général m’a parlé du cours.",
        3,
    ),
    (
        "marta.quispe@outlook.example",
        "Marta Quispe (demostración)",
        None,
        "PE",
        "ministry_of_justice",
        "Dirección de Cooperación (demostración)",
        InstitutionState.PROPOSED,
        "legal_adviser",
        "female",
        Language.ES,
        "America/Lima",
        "Preparo las respuestas a solicitudes de otros Estados.",
        1,
    ),
)


def seed_applications(session: Session, now: datetime) -> None:
    """Add the applicants that are missing; one who was decided on stays as decided."""
    addresses = [applicant[0] for applicant in _APPLICANTS]
    known = set(session.scalars(select(Account.email_key).where(Account.email_key.in_(addresses))))
    for (
        email,
        name,
        latin,
        country,
        kind,
        institution,
        state,
        profession,
        gender,
        language,
        zone,
        purpose,
        days,
    ) in _APPLICANTS:
        if email in known:
            continue
        applied_at = now - timedelta(days=days, hours=2)
        confirmed_at = applied_at + timedelta(minutes=20)
        account = Account(
            email=email,
            email_key=email,
            name=name,
            name_latin=latin,
            country=country,
            institution_kind=kind,
            institution=institution,
            institution_id=_institution(session, country, kind, institution, state, now),
            profession=profession,
            gender=gender,
            language=language,
            zone=zone,
            kind=AccountKind.TEST,
            registered_at=applied_at,
            standing=Standing.APPLICANT,
            email_confirmed_at=confirmed_at,
            calendar_token=f"demonstration-{email.split('@')[0]}",
        )
        session.add(account)
        session.flush()
        admission = Admission(
            account_id=account.id,
            state=AdmissionState.WAITING,
            purpose=purpose,
            proposed_institution=None if state is InstitutionState.LISTED else institution,
            applied_at=applied_at,
            confirmed_at=confirmed_at,
            step=1,
        )
        session.add(admission)
        session.flush()
        session.add_all(
            AdmissionEvent(admission_id=admission.id, kind=step, at=at)
            for step, at in (
                (AdmissionEventKind.APPLIED, applied_at),
                (AdmissionEventKind.ADDRESS_CONFIRMED, confirmed_at),
            )
        )


def _institution(
    session: Session, country: str, kind: str, name: str, state: InstitutionState, now: datetime
) -> int:
    key = institution_key(name)
    found = session.scalar(
        select(Institution.id).where(Institution.country == country, Institution.name_key == key)
    )
    if found is not None:
        return found
    made = Institution(
        country=country, kind=kind, name=name, name_key=key, state=state, proposed_at=now
    )
    session.add(made)
    session.flush()
    return made.id
