"""What holds of joining, whoever asks: how long links live, how many letters leave, what is open."""

import enum
import secrets
import unicodedata
from datetime import datetime, timedelta

from learnplat.core.text import email_key

CONFIRMATION_LIFETIME = timedelta(hours=48)
# To one address, whoever asks and for whatever reason.
LETTERS_AN_HOUR = 3
REPEAT_WITHIN = timedelta(minutes=1)  # a form sent twice, not a second wish
INVITATION_LIFETIME = timedelta(days=14)
INVITATIONS_AN_HOUR = 20  # of one inviter
UNCONFIRMED_KEPT = timedelta(days=7)
LONGEST_PURPOSE = 1000


class InvitationState(enum.StrEnum):
    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state_of_invitation(
    used_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, now: datetime
) -> InvitationState:
    """What has become of an invitation: what was done with it counts before the time."""
    if used_at is not None:
        return InvitationState.USED
    if revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.OPEN if expires_at > now else InvitationState.EXPIRED


def written_address(typed: str) -> str:
    """The address that letters go to: as it was typed, in the letters that mail servers know."""
    return unicodedata.normalize("NFKC", typed).strip()


def fault_of_address(address: str) -> str | None:
    """Why an address cannot be kept under its unique form, as a code; None when it can."""
    key = email_key(address)
    is_one = len(key) <= 254 and key.count("@") == 1 and not any(char.isspace() for char in key)
    return None if is_one else "address_needed"


def new_token() -> str:
    """The secret part of a link: 256 bits."""
    return secrets.token_urlsafe(32)
