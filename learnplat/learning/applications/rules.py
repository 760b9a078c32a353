"""What holds of applications for a place, whoever asks: limits, reasons, addresses."""

from dataclasses import dataclass
from datetime import timedelta

from learnplat.core.actors import Actor
from learnplat.core.permissions import scopes_of, stands_in
from learnplat.core.text import ascii_domain, email_key

LINK_LIFETIME = timedelta(days=14)
LETTERS_TO_ONE_SUPERVISOR = 3
LETTERS_OF_ONE_PERSON = 6  # in a day
LETTERS_TO_ONE_MAILBOX = 3  # in an hour, whoever asks
APPLICATIONS_TO_ONE_RUN = 3
# Why a focal point does not confirm; the sentences are in templates/learning/reasons.html.
REASONS = ("not_known", "not_the_audience", "others_first", "contact_first")


def mailbox(address: str) -> str:
    """The one form of an address whose letters reach the same reader; a tag after a plus is left out."""
    local, _, domain = email_key(address).rpartition("@")
    return f"{local.partition('+')[0] or local}@{(ascii_domain(domain) or domain).casefold()}"


ANSWER = "answer_application"


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who may answer for countries; an admin stands in where one has no focal point."""

    account_id: int
    countries: frozenset[str]
    stands_in: bool


def answerer_of(actor: Actor) -> Answerer:
    """For which countries a person answers."""
    countries = scopes_of(actor, ANSWER) or frozenset()
    return Answerer(actor.account_id, countries, stands_in(actor, ANSWER))
