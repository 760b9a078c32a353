"""What a person has agreed to: which version of our terms, in which language, from when until when.

The texts are files, `learnplat/privacy/consents/<version>/<language>.md`; a version is never changed.
"""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from learnplat import audit
from learnplat.core.languages import Language
from learnplat.core.refusals import Invalid
from learnplat.orm import Base
from learnplat.people.models import Account
from learnplat.people.sessions import end_all_sessions

CURRENT = "2026-11-21"  # the version in force: a new one is asked of everybody at the next page
WITHDRAWN = "withdrawn"  # what an account says instead of a version


class ConsentKind(enum.StrEnum):
    TERMS_AND_NOTICE = "terms_and_notice"  # terms of use with the data protection notice


class Consent(Base):
    """One agreement. The account says in `consent_version` which one holds."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "account_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[ConsentKind]
    version: Mapped[str] = mapped_column(String(20))
    language: Mapped[Language]  # in which it was read
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


def give_consent(
    session: Session, *, account_id: int, version: str, language: Language, now: datetime
) -> None:
    """Keep that the person agrees to the version in force. Again changes nothing.

    `version` is the one that the person has read: an older one is refused on `consent`.
    """
    if version != CURRENT:
        raise Invalid.field("consent", "consent_needed")
    account = session.get_one(Account, account_id, with_for_update={"key_share": True})
    if account.consent_version == CURRENT:
        return
    account.consent_version = CURRENT
    session.add(
        Consent(
            account_id=account_id,
            kind=ConsentKind.TERMS_AND_NOTICE,
            version=version,
            language=language,
            given_at=now,
        )
    )
    session.flush()


def withdraw_consent(session: Session, *, account_id: int, now: datetime) -> int:
    """Take every consent back: sessions and tokens end; gives the epoch of the next session.

    What the person opens next is their own data, their consent and the way out.
    """
    account = session.get_one(Account, account_id, with_for_update={"key_share": True})
    account.consent_version = WITHDRAWN
    session.execute(
        update(Consent)
        .where(Consent.account_id == account_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    epoch = end_all_sessions(session, account)
    audit.record_own(session, account_id=account_id, action="consent_withdrawn", now=now)
    return epoch


def is_lacking(version: str | None, *, is_everybody_asked: bool) -> bool:
    """Whether an account that says this of its consent must agree before it goes on.

    Who agreed to an earlier version, or took it back, always; who was never asked, in production.
    """
    return version != CURRENT and (version is not None or is_everybody_asked)


def consent_version_of(session: Session, account_id: int) -> str | None:
    """What an account says of its consent: a version, `WITHDRAWN`, or nothing yet."""
    return session.scalar(select(Account.consent_version).where(Account.id == account_id))


def consents_of(session: Session, account_id: int) -> list[Consent]:
    """Everything that a person has agreed to, the latest first."""
    return list(
        session.scalars(
            select(Consent).where(Consent.account_id == account_id).order_by(Consent.id.desc())
        )
    )
