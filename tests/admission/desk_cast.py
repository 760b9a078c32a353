"""What the tests of the desk share: people who wait, and what is kept of a decision."""

import itertools
from datetime import timedelta
from types import SimpleNamespace

from sqlalchemy import select

from learnplat.admission.models import (
    Admission,
    AdmissionEvent,
    AdmissionEventKind,
    AdmissionState,
)
from learnplat.audit import AuditEntry
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import reading, transaction
from learnplat.outbox import OutboxMessage
from learnplat.people.institutions import institution_key
from learnplat.people.models import Account, Institution, InstitutionState, RoleGrant, Standing

_serial = itertools.count(1)


class Desk:
    """A house with applications on its desk."""

    def __init__(self, house):
        self.house = house

    def applicant(
        self,
        name="Salma Idrissi",
        *,
        email=None,
        state=AdmissionState.WAITING,
        standing=Standing.APPLICANT,
        purpose="I hear requests for extradition.",
        institution=None,
        institution_state=InstitutionState.PROPOSED,
        waiting=timedelta(days=3),
        decided_at=None,
        **values,
    ):
        """Somebody whose address is confirmed; `institution` is a name."""
        email = email or f"applicant{next(_serial)}@justice.example"
        person = self.house.person(
            name,
            email=email,
            **{"standing": standing, "email_confirmed_at": utc_now(), "language": Language.FR}
            | values,
        )
        at = utc_now() - waiting
        named = institution and self.institution(
            institution, country=person.country, state=institution_state
        )
        with self.house.app.app_context(), transaction() as session:
            account = session.get_one(Account, person.id)
            if institution:
                account.institution = institution
                account.institution_id = named
            admission = Admission(
                account_id=person.id,
                state=state,
                purpose=purpose,
                applied_at=at,
                confirmed_at=at,
                decided_at=decided_at,
                step=1,
            )
            session.add(admission)
            session.flush()
            session.add(
                AdmissionEvent(admission_id=admission.id, kind=AdmissionEventKind.APPLIED, at=at)
            )
            return SimpleNamespace(
                id=admission.id, account_id=person.id, name=name, email=email, person=person
            )

    def institution(self, name, *, country="MA", state=InstitutionState.LISTED, kind="court"):
        """The number of an institution of this name."""
        key = institution_key(name)
        with self.house.app.app_context(), transaction() as session:
            found = session.scalar(
                select(Institution.id).where(
                    Institution.country == country, Institution.name_key == key
                )
            )
            if found is None:
                made = Institution(
                    country=country, kind=kind, name=name, name_key=key, state=state,
                    proposed_at=utc_now(),
                )  # fmt: skip
                session.add(made)
                session.flush()
                found = made.id
            return found

    def vetter_of(self, country):
        """An officer who acts for one country."""
        person = self.house.person("Country Officer")
        with self.house.app.app_context(), transaction() as session:
            session.add(RoleGrant(account_id=person.id, role=Role.VETTER, scope=country))
        return person

    def page(self, applicant):
        return self.house.get(f"/en/admissions/{applicant.id}")

    def act(self, applicant, verb, **form):
        """Send a form of the application's page, as that page carries its step."""
        if verb not in ("notes", "institution"):
            form = {"step": str(self.step(applicant))} | form
        return self.house.post(f"/en/admissions/{applicant.id}/{verb}", form)

    def step(self, applicant):
        return self.kept(applicant).step

    def kept(self, applicant):
        with self.house.app.app_context():
            return reading().get_one(Admission, applicant.id)

    def account(self, applicant):
        with self.house.app.app_context():
            return reading().get_one(Account, applicant.account_id)

    def state(self, applicant):
        return self.kept(applicant).state.value, self.account(applicant).standing.value

    def mails(self, template=None):
        """The letters that are to leave."""
        query = select(OutboxMessage).order_by(OutboxMessage.id)
        if template:
            query = query.where(OutboxMessage.template == template)
        with self.house.app.app_context():
            return list(reading().scalars(query))

    def events(self, applicant):
        with self.house.app.app_context():
            return [
                (event.kind.value, event.actor_id, event.reason, event.note)
                for event in reading().scalars(
                    select(AdmissionEvent)
                    .where(AdmissionEvent.admission_id == applicant.id)
                    .order_by(AdmissionEvent.id)
                )
            ]

    def log(self, *actions):
        """What the audit log says of these actions: who, what, about whom, reason, facts."""
        with self.house.app.app_context():
            return [
                (entry.actor_id, entry.action, entry.subject_id, entry.reason, entry.facts)
                for entry in reading().scalars(
                    select(AuditEntry)
                    .where(AuditEntry.action.in_(actions))
                    .order_by(AuditEntry.number)
                )
            ]
