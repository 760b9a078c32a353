"""A small demonstration for `make run`: someone to sign in as for each role, something to join."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from flask import Flask
from sqlalchemy import select

from learnplat.core.actors import STAFF_ROLES, Role
from learnplat.core.clock import instant_of, utc_now
from learnplat.core.languages import Language
from learnplat.db import transaction
from learnplat.demonstration_desk import seed_applications
from learnplat.discussions.models import Discussion, DiscussionExpert, DiscussionText
from learnplat.learning.models import (
    Application,
    ApplicationState,
    Confirmation,
    CourseRun,
    Pace,
)
from learnplat.people.consents import CURRENT, give_consent
from learnplat.people.models import Account, AccountKind, RoleGrant
from learnplat.people.passwords import hashed

PASSWORD = "lawful and learning"  # noqa: S105  printed at every start, for development only
# role, address, name, name in Latin letters, country, institution, profession, gender, language, zone
_PEOPLE: tuple[tuple[Role, str, str, str | None, str, str, str, str, Language, str], ...] = (
    (Role.PRACTITIONER, "amal@learnplat.example", "أمل بناني", "Amal Bennani", "MA",
     "court", "judge", "female", Language.AR, "Africa/Casablanca"),
    (Role.PRACTITIONER, "moussa@learnplat.example", "Moussa Issoufou", None, "NE",
     "prosecution_service", "prosecutor", "male", Language.FR, "Africa/Niamey"),
    (Role.TRAINER, "ines@learnplat.example", "Inés Carvajal", None, "ES",
     "training_school", "school_trainer", "female", Language.ES, "Europe/Madrid"),
    (Role.MODERATOR, "jonas@learnplat.example", "Jonas Brandt", None, "AT",
     "international_organization", "other", "male", Language.EN, "Europe/Vienna"),
    (Role.TUTOR, "karim@learnplat.example", "كريم الحداد", "Karim Haddad", "TN",
     "training_school", "school_trainer", "male", Language.AR, "Africa/Tunis"),
    (Role.EXPERT, "lucia@learnplat.example", "Lucía Ferrer", None, "PE",
     "court", "judge", "female", Language.ES, "America/Lima"),
    (Role.FOCAL_POINT, "fatou@learnplat.example", "Fatou Ndiaye", None, "SN",
     "ministry_of_justice", "ministry_of_justice_official", "female", Language.FR, "Africa/Dakar"),
    (Role.VETTER, "elodie@learnplat.example", "Élodie Mercier", None, "FR",
     "international_organization", "other", "female", Language.FR, "Europe/Paris"),
    (Role.AUDITOR, "tomas@learnplat.example", "Tomás Iriarte", None, "AT",
     "international_organization", "other", "male", Language.ES, "Europe/Vienna"),
    (Role.ADMIN, "ruth@learnplat.example", "Ruth Adeyemi", None, "AT",
     "international_organization", "other", "female", Language.EN, "Europe/Vienna"),
)  # fmt: skip
_OTHER_COURSES = (
    ("CTX", "ct-legal-context"),
    ("ICC", "international-cooperation"),
    ("HR", "human-rights"),
    ("TRA", "transport-offences"),
    ("CBRN", "cbrn-framework"),
    ("FIN", "financing"),
)
_TOPICS: tuple[dict[Language, tuple[str, str]], ...] = (
    {
        Language.EN: (
            "Drafting a request for mutual legal assistance",
            "What the requested State needs to read in the first page, and the mistakes that cost months.",
        ),
        Language.FR: (
            "Rédiger une demande d’entraide judiciaire",
            "Ce que l’État requis doit lire dès la première page, et les erreurs qui coûtent des mois.",
        ),
        Language.ES: (
            "Redactar una solicitud de asistencia judicial recíproca",
            "Lo que el Estado requerido necesita leer en la primera página y los errores que cuestan meses.",
        ),
        Language.AR: (
            "صياغة طلب المساعدة القانونية المتبادلة",
            "ما تحتاج الدولة المطلوب منها إلى قراءته في الصفحة الأولى، والأخطاء التي تكلّف شهورا.",
        ),
    },
    {
        Language.FR: (
            "Le procès équitable dans les affaires de terrorisme",
            "Du premier interrogatoire au jugement : les garanties qui font tenir une procédure.",
        ),
        Language.AR: (
            "المحاكمة العادلة في قضايا الإرهاب",
            "من الاستجواب الأول إلى الحكم: الضمانات التي تصمد بها الإجراءات.",
        ),
    },
)


def seed_demonstration(app: Flask) -> list[tuple[str, str]]:
    """Add what is missing of the demonstration; gives (role, address) of each account."""
    now = utc_now()
    with app.app_context(), transaction() as session:
        found = set(
            session.scalars(
                select(Account.email_key).where(
                    Account.email_key.in_([person[1] for person in _PEOPLE])
                )
            )
        )
        if len(found) < len(_PEOPLE):
            password_hash = hashed(PASSWORD)
            for (
                role,
                email,
                name,
                latin,
                country,
                kind,
                profession,
                gender,
                language,
                zone,
            ) in _PEOPLE:
                if email in found:
                    continue
                session.add(
                    Account(
                        email=email,
                        email_key=email,
                        name=name,
                        name_latin=latin,
                        password_hash=password_hash,
                        country=country,
                        institution_kind=kind,
                        profession=profession,
                        gender=gender,
                        language=language,
                        zone=zone,
                        kind=AccountKind.STAFF if role in STAFF_ROLES else AccountKind.TEST,
                        registered_at=now,
                        calendar_token=f"demonstration-{email.split('@')[0]}",
                        grants=[
                            RoleGrant(role=role, scope=country if role is Role.FOCAL_POINT else "")
                        ]
                        if role is not Role.PRACTITIONER
                        else [],
                    )
                )
            session.flush()
            for account_id, language in session.execute(
                select(Account.id, Account.language)
                .where(Account.email_key.in_([person[1] for person in _PEOPLE]))
                .order_by(Account.id)
            ).all():
                give_consent(
                    session, account_id=account_id, version=CURRENT, language=language, now=now
                )
        if session.scalar(select(CourseRun.id).limit(1)) is None:
            runs = list(_runs(now))
            session.add_all(runs)
            session.flush()
            amal = session.scalars(
                select(Account).where(Account.email_key == "amal@learnplat.example")
            ).one()
            session.add(
                Application(
                    account_id=amal.id,
                    run_id=runs[2].id,
                    asks=Confirmation.FOCAL_POINT,
                    state=ApplicationState.WAITING,
                    country=amal.country,
                    applied_at=now,
                )
            )
        if (
            session.scalar(select(Discussion.id).where(Discussion.imported_as.is_(None)).limit(1))
            is None
        ):
            session.add_all(_discussions(now))
        seed_applications(session, now)
    return [(role.value, email) for role, email, *_ in _PEOPLE]


def _runs(now: datetime) -> Iterator[CourseRun]:
    """One that is entered at once, one after a supervisor's word, one after a focal point's.

    Every other course has one that is entered at once.
    """
    shared = {
        "languages": [code.value for code in Language],
        "partners": [],
        "planned_at": now,
    }
    framework = "universal-legal-framework"
    yield CourseRun(
        code="ULF-SELF", course_key=framework, pace=Pace.SELF_PACED, zone="UTC", **shared
    )
    for code, weeks, confirmation in (
        ("ULF-TUTORED-1", 6, Confirmation.SUPERVISOR),
        ("ULF-TUTORED-2", 12, Confirmation.FOCAL_POINT),
    ):
        starts_on = (now + timedelta(weeks=weeks)).date()
        yield CourseRun(
            code=code,
            course_key=framework,
            pace=Pace.DATED,
            zone="Africa/Dakar",
            starts_on=starts_on,
            ends_on=starts_on + timedelta(weeks=5),
            seats=25,
            confirmation=confirmation,
            **shared,
        )
    for code, key in _OTHER_COURSES:
        yield CourseRun(
            code=f"{code}-SELF", course_key=key, pace=Pace.SELF_PACED, zone="UTC", **shared
        )


def _discussions(now: datetime) -> Iterator[Discussion]:
    places = (("Africa/Dakar", 10, 9), ("Africa/Casablanca", 24, 15))
    for serial, (texts, (zone, days, hour)) in enumerate(zip(_TOPICS, places, strict=True), 1):
        day: date = (now + timedelta(days=days)).date()
        yield Discussion(
            uid=f"demonstration-{serial}",
            starts_at=instant_of(datetime.combine(day, time(hour)), zone),
            zone=zone,
            minutes=90,
            seats=40,
            languages=[code.value for code in texts],
            course_key="universal-legal-framework",
            planned_at=now,
            changed_at=now,
            texts=[
                DiscussionText(language=code, topic=topic, description=description)
                for code, (topic, description) in texts.items()
            ],
            experts=[
                DiscussionExpert(
                    position=1,
                    name="Inés Carvajal",
                    biographies={
                        "en": "Trains magistrates in international cooperation (demonstration).",
                        "fr": "Forme des magistrats à la coopération internationale (démonstration).",
                        "es": "Forma a magistrados en cooperación internacional (demostración).",
                        "ar": "مدرّبة للقضاة في مجال التعاون الدولي (عرض توضيحي).",
                    },
                )
            ],
        )
