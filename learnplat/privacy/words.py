"""What is kept of people, why and for how long, in the reader's words; drawn from the inventory."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from learnplat.privacy.inventory import inventory
from learnplat.privacy.rules import DataClass

# (what, why, the names of the rows in a copy)
TOPICS: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
    (
        _l("Your profile: name, address, country, institution, profession, gender, language, zone"),
        _l("To let you in, to address you, and to count practitioners in figures without names."),
        ("account",),
    ),
    (
        _l("Your application to join, its steps, and invitations"),
        _l("So that vetting officers can decide whether the platform is for you."),
        ("applications_to_join", "steps_of_the_application", "invitations"),
    ),
    (
        _l("Links sent to you by mail"),
        _l("To know that an address is yours, and that a link is used once."),
        ("address_links", "address_changes", "password_links"),
    ),
    (
        _l("Where you are signed in, access tokens, and your second factors"),
        _l("To keep others out of your account, and to let you see and end what is open."),
        (
            "sessions",
            "access_tokens",
            "second_factor",
            "passkeys",
            "code_app",
            "recovery_codes",
            "institutional_sign_ins",
        ),
    ),
    (
        _l("Your roles"),
        _l("To know what you may do here."),
        ("roles",),
    ),
    (
        _l("What you have agreed to"),
        _l("To be able to show which terms you accepted, and when."),
        ("consents",),
    ),
    (
        _l("Your enrolments, the units that you completed, and your completions"),
        _l("To keep your place in a course, and to count who was trained."),
        ("enrolments", "units_completed", "completions"),
    ),
    (
        _l("Your applications for places, and the supervisor whom you named"),
        _l("To have a place confirmed where the course asks for it."),
        ("applications_for_places", "letters_to_supervisors"),
    ),
    (
        _l("Your seats in live discussions, and when you attended"),
        _l("To keep your seat, and to count who took part."),
        (
            "seats_in_discussions",
            "attendance_at_discussions",
            "connections_to_discussions",
        ),
    ),
    (
        _l("Letters to you that are waiting to be sent"),
        _l("To send them. Once a letter is sent, the address and the words are removed."),
        ("letters_waiting",),
    ),
)
_FOR_HOW_LONG = {
    "account": _l("As long as your account."),
    "figures": _l("What figures need: for good, without your name once your account is erased."),
    "for_ever": _l("What figures need: for good, without your name once your account is erased."),
    "published": _l("As long as it is published."),
    "session": _l("A session: until it ends."),
    "a_day": _l("For a day."),
    "spent_7_days": _l("A link: until seven days after it has run out."),
    "spent_30_days": _l("A token or an invitation: until thirty days after its end."),
    "sent_30_days": _l("The bare fact that one was sent: thirty days."),
}
_ORDER = tuple(_FOR_HOW_LONG)


@dataclass(frozen=True, slots=True)
class Kept:
    what: str
    why: str
    how_long: tuple[str, ...]


def kept() -> list[Kept]:
    """What is kept, by topic; for how long is what the inventory says of its columns."""
    tables = {entry.told_as: entry for entry in inventory().tables.values() if entry.told_as}
    found = []
    for what, why, names in TOPICS:
        rules = {
            column.retention
            for name in names
            for column in tables[name].columns.values()
            if column.kind is not DataClass.OPERATIONAL
        }
        sentences = dict.fromkeys(str(_FOR_HOW_LONG[rule]) for rule in _ORDER if rule in rules)
        found.append(Kept(str(what), str(why), tuple(sentences)))
    return found


# What an erasure leaves, and what it takes; said before the person decides.
STAYS = (
    _l("The number of the account, so that it is never given to anybody else."),
    _l("Country, profession, gender and kind of institution, which figures count."),
    _l("That there were enrolments, completions and attendance, with their dates."),
    _l("The audit log: it holds numbers and codes, no names, and cannot be changed."),
)
GOES = (
    _l("Name, address, password, institution, handle, and the secret address of the calendar."),
    _l("Sessions, access tokens, passkeys, codes and roles."),
    _l("The application to join with all its notes, and applications for places."),
    _l("Seats in discussions to come, progress unit by unit, and letters not sent yet."),
)
