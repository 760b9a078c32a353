"""What is asked of linked sign-ins."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnplat.people.institutional.models import InstitutionalLink


def account_of(session: Session, issuer: str, subject: str) -> int | None:
    """The account that is linked to whom the institution names, if one is."""
    return session.scalar(
        select(InstitutionalLink.account_id).where(
            InstitutionalLink.issuer == issuer, InstitutionalLink.subject == subject
        )
    )


def links_of(session: Session, account_id: int) -> list[InstitutionalLink]:
    """The linked sign-ins of an account, the first linked first."""
    return list(
        session.scalars(
            select(InstitutionalLink)
            .where(InstitutionalLink.account_id == account_id)
            .order_by(InstitutionalLink.id)
        )
    )


def link_of(session: Session, account_id: int, link_id: int) -> InstitutionalLink | None:
    return session.scalar(
        select(InstitutionalLink).where(
            InstitutionalLink.id == link_id, InstitutionalLink.account_id == account_id
        )
    )
