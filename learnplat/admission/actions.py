"""Applying for an account, and showing that an address is one's own.

Whatever becomes of an application is decided by the conditions of its statements, not by which
statements run: an address that is taken costs what a new one costs, and answers alike.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Executable,
    Insert,
    Table,
    bindparam,
    delete,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from learnplat.admission import queries, rules
from learnplat.admission.models import (
    AddressConfirmation,
    Admission,
    AdmissionEvent,
    AdmissionEventKind,
    AdmissionState,
)
from learnplat.core.languages import Language
from learnplat.core.refusals import Invalid, NotFound
from learnplat.core.text import email_key
from learnplat.outbox import post
from learnplat.people.institutions import institution_of, listed_institution
from learnplat.people.models import Account, AccountKind, Institution, InstitutionState, Standing
from learnplat.people.rules import digest_of

_ACCOUNT = cast(Table, Account.__table__)
_ADMISSION = cast(Table, Admission.__table__)
_EVENT = cast(Table, AdmissionEvent.__table__)
_LINK = cast(Table, AddressConfirmation.__table__)
_NOBODY = 0  # the number of no row


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody says of themself when they join."""

    name: str
    name_latin: str | None
    country: str
    institution_kind: str
    institution: str | None
    profession: str
    gender: str
    language: Language
    zone: str

    def values(self) -> dict[str, Any]:
        """The columns of an account that hold it."""
        said = {name: getattr(self, name) for name in self.__slots__}
        if said["name_latin"] == said["name"]:
            said["name_latin"] = None
        return said


def apply(
    session: Session,
    *,
    email: str,
    password_hash: str,
    same_as: str | None,
    purpose: str | None,
    now: datetime,
    **said: Any,
) -> None:
    """Ask for an account. Neither the answer nor the work says whether the address is known.

    A new address waits for its confirmation. One that waits already takes what was said last; who
    does not know its first password (`same_as` is the hash that it was found right with) leaves it
    without one, to be chosen by whoever reads the address. The holder of any other is told.
    """
    address = rules.written_address(email)
    if fault := rules.fault_of_address(address):
        raise Invalid.field("email", fault)
    saying, key = Saying(**said), email_key(address)
    values = saying.values() | {
        "email": address,
        "institution_id": listed_institution(session, saying.country, saying.institution),
    }
    is_new = keep_account(
        session,
        {
            **values,
            "email_key": key,
            "password_hash": password_hash,
            "registered_at": now,
            "standing": Standing.APPLICANT,
        },
    )
    holder = queries.holder_of_address(session, key)
    if holder is None:
        raise NotFound()
    letters, last = queries.letters_since(session, holder.account_id, now - timedelta(hours=1))
    is_same = is_new or (same_as is not None and same_as == holder.password_hash)
    is_repeat = (
        last is not None
        and now - last < rules.REPEAT_WITHIN
        and (is_same or not holder.is_unconfirmed)
    )
    is_told = letters < rules.LETTERS_AN_HOUR and not is_repeat
    is_taken_in = holder.is_unconfirmed and (is_told or is_repeat)
    session.execute(
        update(_ACCOUNT)
        .where(_ACCOUNT.c.id == (holder.account_id if is_taken_in else _NOBODY))
        .values(**values, password_hash=password_hash if is_same else None)
    )
    _wait_for_confirmation(
        session,
        account_id=holder.account_id if is_taken_in else _NOBODY,
        purpose=purpose,
        institution=None if values["institution_id"] else saying.institution,
        now=now,
    )
    _write(
        session,
        holder=holder,
        address=address if holder.is_unconfirmed else holder.email,
        language=saying.language if holder.is_unconfirmed else holder.language,
        is_told=is_told,
        now=now,
    )


def ask_for_confirmation(
    session: Session, *, email: str, language: Language, now: datetime
) -> None:
    """Send the link once more, if the address waits for one. The asker is not told."""
    address = rules.written_address(email)
    holder = queries.holder_of_address(session, email_key(address))
    account_id = holder.account_id if holder else _NOBODY
    letters, last = queries.letters_since(session, account_id, now - timedelta(hours=1))
    is_repeat = last is not None and now - last < rules.REPEAT_WITHIN
    _write(
        session,
        holder=holder,
        address=holder.email if holder else address,
        language=holder.language if holder else language,
        is_told=holder is not None and letters < rules.LETTERS_AN_HOUR and not is_repeat,
        now=now,
    )


def confirm_address(
    session: Session, *, token: str, password_hash: str | None = None, now: datetime
) -> Account:
    """Use a link from a mail, once: the address is the applicant's, and a vetting officer is next.

    `password_hash` is needed, and taken, where two applications did not agree on a password.
    """
    digest = digest_of(token)
    # The account first and its links after it, as in an application: they wait, and do not cross.
    found = queries.account_of_link(session, digest) or _NOBODY
    account = session.get(
        Account, found, with_for_update={"key_share": True}, populate_existing=True
    )
    used = session.execute(
        update(AddressConfirmation)
        .where(
            AddressConfirmation.token_digest == digest,
            AddressConfirmation.used_at.is_(None),
            AddressConfirmation.expires_at > now,
        )
        .values(used_at=now)
        .returning(AddressConfirmation.account_id)
    ).scalar_one_or_none()
    admission = queries.admission_of(session, used) if used else None
    if account is None or admission is None or account.standing is not Standing.APPLICANT:
        raise NotFound("link_spent")
    if account.email_confirmed_at is not None or account.email is None:
        raise NotFound("link_spent")
    if account.password_hash is None:
        if password_hash is None:
            raise Invalid.field("password", "password_needed")
        account.password_hash = password_hash
    end_links(session, account.id, now)
    account.email_confirmed_at = now
    if account.institution_id is None:
        propose_institution(session, account, now)
    proposed = account.institution_id and session.get(Institution, account.institution_id)
    is_proposed = proposed and proposed.state is not InstitutionState.LISTED
    admission.state, admission.confirmed_at = AdmissionState.WAITING, now
    admission.proposed_institution = account.institution if is_proposed else None
    admission.step += 1
    session.add(
        AdmissionEvent(admission_id=admission.id, kind=AdmissionEventKind.ADDRESS_CONFIRMED, at=now)
    )
    post(
        session,
        key=f"application-received:{account.id}:{admission.step}",
        template="application_received",
        recipient=account.email,
        language=account.language,
        now=now,
        facts={"name": account.name},
    )
    session.flush()
    return account


def forget_unconfirmed(session: Session, before: datetime) -> int:
    """Remove the applications from before a moment whose address never answered; gives how many."""
    stale = queries.stale_applications(session, before)
    for start in range(0, len(stale), 500):
        session.execute(delete(_ACCOUNT).where(_ACCOUNT.c.id.in_(stale[start : start + 500])))
    return len(stale)


def keep_account(session: Session, values: dict[str, Any]) -> bool:
    """Write a new account unless its address is taken; of two at once, one is written."""
    statement = _keep_account(session.get_bind().dialect.name)
    made = session.connection().execute(
        statement,
        {
            "kind": AccountKind.OFFICIAL,
            "calendar_token": rules.new_token(),
            "email_confirmed_at": None,
            **values,
        },
    )
    return made.first() is not None


def propose_institution(session: Session, account: Account, now: datetime) -> None:
    """Give the account its row of the list; a name that nobody has used yet makes one."""
    account.institution_id = institution_of(
        session,
        country=account.country,
        kind=account.institution_kind,
        name=account.institution,
        now=now,
    )


def end_links(session: Session, account_id: int, now: datetime) -> None:
    """No link that is on its way to the address confirms it any more."""
    session.execute(
        update(_LINK)
        .where(_LINK.c.account_id == account_id, _LINK.c.used_at.is_(None))
        .values(used_at=now)
    )


def _wait_for_confirmation(
    session: Session,
    *,
    account_id: int,
    purpose: str | None,
    institution: str | None,
    now: datetime,
) -> None:
    facts = {"account": account_id, "purpose": purpose, "institution": institution, "now": now}
    session.connection().execute(_wait(session.get_bind().dialect.name), facts)
    applied = select(
        _ADMISSION.c.id,
        _typed(_EVENT, "kind", AdmissionEventKind.APPLIED),
        _typed(_EVENT, "at", now),
    ).where(_ADMISSION.c.account_id == account_id)
    session.execute(_EVENT.insert().from_select(["admission_id", "kind", "at"], applied))


def _write(
    session: Session,
    *,
    holder: queries.Holder | None,
    address: str,
    language: Language,
    is_told: bool,
    now: datetime,
) -> None:
    """Write to the holder of an address: the link, or that there is an account; or nothing."""
    is_link = is_told and holder is not None and holder.is_unconfirmed
    account_id = holder.account_id if holder else _NOBODY
    end_links(session, account_id if is_link else _NOBODY, now)
    token = rules.new_token()
    ends = now + rules.CONFIRMATION_LIFETIME if is_told else now
    link = select(
        _ACCOUNT.c.id,
        _typed(_LINK, "token_digest", digest_of(token)),
        _typed(_LINK, "asked_at", now),
        _typed(_LINK, "expires_at", ends),
        _typed(_LINK, "used_at", None if is_link else now),
    ).where(_ACCOUNT.c.id == account_id)
    columns = ["account_id", "token_digest", "asked_at", "expires_at", "used_at"]
    session.execute(_LINK.insert().from_select(columns, link))
    hours = int(rules.CONFIRMATION_LIFETIME.total_seconds() // 3600)
    if is_link or holder is None:
        template, facts = "confirm_address", {"token": token, "hours": hours}
    else:
        template, facts = "address_known", {"name": holder.name, "state": known_as(holder)}
    post(
        session,
        key=f"joining:{digest_of(token)}",
        template=template,
        recipient=address,
        language=language,
        now=now,
        facts=facts,
        is_withheld=not is_told,
    )
    session.flush()


def known_as(holder: queries.Holder) -> str:
    """What the letter says to who has the address already: `account`, `waiting` or `closed`."""
    if holder.standing is Standing.ADMITTED:
        return "account"
    return "waiting" if holder.standing is Standing.APPLICANT else "closed"


def _typed(table: Table, column: str, value: Any) -> ColumnElement[Any]:
    return literal(value, table.c[column].type).label(column)


def _insert(engine: str, table: Table) -> Any:
    return (postgresql if engine == "postgresql" else sqlite).insert(table)


@cache
def _keep_account(engine: str) -> Executable:
    statement: Insert = _insert(engine, _ACCOUNT).on_conflict_do_nothing(
        index_elements=[_ACCOUNT.c.email_key]
    )
    return statement.returning(_ACCOUNT.c.id)


@cache
def _wait(engine: str) -> Executable:
    """An application that waits for its address: a new one, or the one there is, said anew."""
    columns = _ADMISSION.c
    found = select(
        _ACCOUNT.c.id,
        literal(AdmissionState.UNCONFIRMED, columns.state.type),
        bindparam("purpose", type_=columns.purpose.type),
        bindparam("institution", type_=columns.proposed_institution.type),
        bindparam("now", type_=columns.applied_at.type),
        literal(0, columns.step.type),
    ).where(_ACCOUNT.c.id == bindparam("account", type_=columns.account_id.type))
    names = ["account_id", "state", "purpose", "proposed_institution", "applied_at", "step"]
    statement = _insert(engine, _ADMISSION).from_select(names, found)
    new = statement.excluded
    return cast(
        Executable,
        statement.on_conflict_do_update(
            index_elements=[columns.account_id],
            set_={
                "purpose": new.purpose,
                "proposed_institution": new.proposed_institution,
                "applied_at": new.applied_at,
                "step": columns.step + 1,
            },
        ),
    )
