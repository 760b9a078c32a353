"""What both doors do with an application: passwords are hashed and compared before anything waits."""

from typing import Any

from learnplat.admission import actions, inviting, queries
from learnplat.admission.models import Invitation
from learnplat.core.clock import utc_now
from learnplat.core.text import email_key
from learnplat.db import end_reading, reading, transaction
from learnplat.people import passwords
from learnplat.people.models import Account
from learnplat.people.rules import digest_of


def applied(values: dict[str, Any]) -> None:
    """Take an application in the shape of `JoinIn`; the work is the same for every address."""
    password = values.pop("password")
    known = passwords.known_of(*(values[name] for name in passwords.KNOWN))
    password_hash = passwords.chosen(password, values["email"], *known)
    kept = queries.hash_of_unconfirmed(reading(), email_key(values["email"]))
    end_reading()
    same_as = kept if passwords.is_right(password, kept) else None
    with transaction() as session:
        actions.apply(
            session, password_hash=password_hash, same_as=same_as, now=utc_now(), **values
        )


def confirmed_address(token: str, account: Account | None, password: str | None) -> None:
    """Use the link of an applicant, with the password where one is still to be chosen."""
    chosen = None
    if password is not None and account is not None and account.password_hash is None:
        end_reading()
        chosen = passwords.chosen_by(account, password)
    with transaction() as session:
        actions.confirm_address(session, token=token, password_hash=chosen, now=utc_now())


def applicant_of(token: str) -> Account | None:
    return queries.applicant_of_link(reading(), digest_of(token), utc_now())


def joined(token: str, invitation: Invitation, values: dict[str, Any]) -> None:
    """Take what an invited person says, in the shape of `JoinByInvitationIn`."""
    facts = values | {"country": invitation.country}
    known = passwords.known_of(*(facts[name] for name in passwords.KNOWN))
    end_reading()
    password_hash = passwords.chosen(values.pop("password"), invitation.email, *known)
    with transaction() as session:
        inviting.join_by_invitation(
            session, token=token, password_hash=password_hash, now=utc_now(), **values
        )
