"""What a person decides about how others see them."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnplat.core.actors import Actor
from learnplat.core.refusals import Invalid
from learnplat.people import identity
from learnplat.people.models import Account, ShownAs


def choose_identity(
    session: Session, *, actor: Actor, shown_as: ShownAs, handle: str | None
) -> Account:
    """Take a way to be seen and a handle, or none. Of two who want one handle, one gets it."""
    account = session.get_one(Account, actor.account_id, with_for_update={"key_share": True})
    tidy = identity.tidy_handle(handle or "")
    if tidy:
        if fault := identity.fault_of_handle(tidy):
            raise Invalid.field(
                "handle",
                fault,
                shortest=identity.SHORTEST_HANDLE,
                longest=identity.LONGEST_HANDLE,
            )
    elif shown_as is ShownAs.HANDLE:
        raise Invalid.field("handle", "handle_needed")
    try:
        with session.begin_nested():
            account.shown_as = shown_as
            account.handle = tidy or None
            account.handle_key = identity.handle_key(tidy) if tidy else None
    except IntegrityError as error:
        raise Invalid.field("handle", "handle_taken") from error
    return account
