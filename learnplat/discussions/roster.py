"""What one reader is shown of those who take part, and how the reader is or would be seen there."""

from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from learnplat.core.actors import Actor
from learnplat.core.countries import part_of_world
from learnplat.core.languages import Language
from learnplat.core.permissions import may
from learnplat.discussions import queries
from learnplat.discussions.models import Discussion
from learnplat.discussions.participants import participants_seen
from learnplat.discussions.showing import DiscussionSeen
from learnplat.people.models import ShownAs


def may_see_participants(session: Session, actor: Actor | None, discussion: Discussion) -> bool:
    """Those with a seat see each other, and staff of the discussion see them alike."""
    if actor is None:
        return False
    has_seat = bool(queries.seats_held(session, actor.account_id, [discussion.id]))
    owner = actor.account_id if has_seat else None
    return may(actor, "show_participants", course=discussion.course_key, owner=owner)


def roster_for(
    session: Session,
    actor: Actor | None,
    discussion: Discussion,
    shown: DiscussionSeen,
    language: Language,
) -> dict[str, Any]:
    """What the page of a discussion says of people: `participants`, and `choice` for the reader."""
    if actor is None:
        return {"participants": None, "choice": None}
    owner = actor.account_id if shown.is_registered else None
    may_see = may(actor, "show_participants", course=discussion.course_key, owner=owner)
    found = queries.identities(session, discussion.id) if may_see else []
    is_choosing = shown.is_coming and (shown.is_registered or not shown.is_full)
    return {
        "participants": participants_seen(found, language) if may_see else None,
        "choice": _choice(session, actor, discussion.id, shown.is_registered, language)
        if is_choosing
        else None,
    }


def _choice(
    session: Session, actor: Actor, discussion_id: int, is_registered: bool, language: Language
) -> dict[str, Any]:
    own = queries.own_identity(session, actor.account_id)
    chosen = own.shown_as
    if is_registered:
        registration = queries.registration_of(session, discussion_id, actor.account_id)
        chosen = registration.shown_as if registration else chosen
    ways = [
        way
        for way in (ShownAs.OFFICE, ShownAs.NAME, ShownAs.HANDLE)
        if way is not ShownAs.HANDLE or own.handle
    ]
    return {
        "options": [
            (way.value, Markup("<bdi>{}</bdi>").format(own.label(language, way))) for way in ways
        ],
        "chosen": chosen.value if chosen in ways else ShownAs.OFFICE.value,
        "label": own.label(language, chosen),
        "has_handle": own.handle is not None,
        "others": queries.others_of_office(
            session, discussion_id, actor.account_id, own.profession, part_of_world(own.country)
        ),
    }
