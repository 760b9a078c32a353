"""The JSON door to live discussions."""

from datetime import datetime
from typing import Any

from learnplat.catalogue.shelf import shelf
from learnplat.core.clock import utc_now
from learnplat.core.refusals import NotFound
from learnplat.db import reading, transaction
from learnplat.discussions import actions, queries
from learnplat.discussions.models import Discussion, Registration
from learnplat.discussions.participants import participants_seen
from learnplat.discussions.places import as_place, place
from learnplat.discussions.roster import may_see_participants
from learnplat.discussions.rules import ends_at, wall_time
from learnplat.discussions.schemas import (
    CancelDiscussionIn,
    ChangeDiscussionIn,
    ChangeHowSeenIn,
    DiscussionOut,
    GiveBackSeatIn,
    ListDiscussionsIn,
    ParticipantsOut,
    PlanDiscussionIn,
    RegisterIn,
    RegistrationOut,
    ShowParticipantsIn,
)
from learnplat.web.api import api_blueprint, idempotent, page_of, paged, place_of
from learnplat.web.doors import ANYONE, SIGNED_IN, acting, door, visitor

bp = api_blueprint("discussions", __name__, "Live expert discussions: the schedule and its seats.")

_DISCUSSION: dict[str, Any] = {
    "id": 12,
    "status": "planned",
    "starts_at": "2027-03-18T13:30:00Z",
    "ends_at": "2027-03-18T15:00:00Z",
    "zone": "Africa/Niamey",
    "date": "2027-03-18",
    "time": "14:30",
    "minutes": 90,
    "seats": 40,
    "seats_taken": 7,
    "languages": ["ar", "fr"],
    "course": "universal-legal-framework",
    "texts": {
        "fr": {
            "topic": "Geler des avoirs sans délai",
            "description": "Comment le juge contrôle une mesure de gel.",
        }
    },
    "experts": [{"name": "Inés Carvajal", "biographies": {"fr": "Juge d’appel depuis 2011."}}],
    "sequence": 1,
    "is_registered": False,
}
_SEAT: dict[str, Any] = {
    "discussion_id": 12,
    "is_registered": True,
    "registered_at": "2027-02-01T09:12:00Z",
    "withdrawn_at": None,
    "shown_as": "office",
}


@bp.get("/discussions")
@door(ANYONE)
@bp.arguments(ListDiscussionsIn, location="query")
@bp.response(200, page_of(DiscussionOut), example={"items": [_DISCUSSION], "next": None})
def list_discussions(query: dict[str, Any]) -> dict[str, Any]:
    """The schedule, cancelled discussions included."""
    session, now, limit = reading(), utc_now(), query["limit"]
    kept = as_place(place_of(query["cursor"], (str, int)))
    if query["when"] == "past":
        found = queries.past_discussions(
            session, now, language=query["language"], before=kept, limit=limit + 1
        )
    else:
        found = queries.coming_discussions(
            session, now, language=query["language"], after=kept, limit=limit + 1
        )
    person = visitor()
    held = (
        queries.seats_held(session, person.account_id, [one.id for one in found])
        if person
        else frozenset()
    )
    page = paged(found, limit, place)
    page["items"] = [_shown(one, one.id in held) for one in page["items"]]
    return page


@bp.post("/discussions")
@door("plan_discussion")
@idempotent
@bp.arguments(PlanDiscussionIn)
@bp.response(201, DiscussionOut, example=_DISCUSSION)
def plan_discussion(values: dict[str, Any]) -> dict[str, Any]:
    """Plan a discussion: the start is a wall time in a zone."""
    with transaction() as session:
        discussion = actions.plan_discussion(
            session, shelf(), actor=acting(), values=values, now=utc_now()
        )
    return _shown(discussion, False)


@bp.get("/discussions/<int:discussion_id>")
@door(ANYONE)
@bp.response(200, DiscussionOut, example=_DISCUSSION)
def show_discussion(discussion_id: int) -> dict[str, Any]:
    """One discussion."""
    discussion = queries.discussion_by_id(reading(), discussion_id)
    if discussion is None:
        raise NotFound()
    return _shown(discussion, _holds_seat(discussion_id))


@bp.patch("/discussions/<int:discussion_id>")
@door("change_discussion")
@bp.arguments(ChangeDiscussionIn)
@bp.response(200, DiscussionOut, example=_DISCUSSION)
def change_discussion(values: dict[str, Any], discussion_id: int) -> dict[str, Any]:
    """Change a discussion before its start; who is registered is told by mail."""
    with transaction() as session:
        discussion = actions.change_discussion(
            session,
            shelf(),
            actor=acting(),
            discussion_id=discussion_id,
            values=values,
            now=utc_now(),
        )
    return _shown(discussion, _holds_seat(discussion_id))


@bp.post("/discussions/<int:discussion_id>/cancellation")
@door("cancel_discussion")
@idempotent
@bp.arguments(CancelDiscussionIn)
@bp.response(200, DiscussionOut, example=_DISCUSSION | {"status": "cancelled", "sequence": 2})
def cancel_discussion(_nothing: dict[str, Any], discussion_id: int) -> dict[str, Any]:
    """Cancel a discussion before its start. It stays on the schedule as cancelled."""
    with transaction() as session:
        discussion = actions.cancel_discussion(
            session, actor=acting(), discussion_id=discussion_id, now=utc_now()
        )
    return _shown(discussion, _holds_seat(discussion_id))


@bp.post("/discussions/<int:discussion_id>/registration")
@door(SIGNED_IN)
@idempotent
@bp.arguments(RegisterIn)
@bp.response(201, RegistrationOut, example=_SEAT)
def register(values: dict[str, Any], discussion_id: int) -> dict[str, Any]:
    """Take a seat, and choose how others there see you. Doing it twice changes nothing."""
    with transaction() as session:
        registration = actions.register(
            session, actor=acting(), discussion_id=discussion_id, now=utc_now(), **values
        )
    return _seat(discussion_id, registration)


@bp.put("/discussions/<int:discussion_id>/registration/identity")
@door(SIGNED_IN)
@bp.arguments(ChangeHowSeenIn)
@bp.response(200, RegistrationOut, example=_SEAT)
def change_how_seen(values: dict[str, Any], discussion_id: int) -> dict[str, Any]:
    """Be seen differently in a discussion in which you have a seat, until it starts."""
    with transaction() as session:
        registration = actions.change_how_seen(
            session, actor=acting(), discussion_id=discussion_id, now=utc_now(), **values
        )
    return _seat(discussion_id, registration)


@bp.get("/discussions/<int:discussion_id>/participants")
@door("show_participants")
@bp.arguments(ShowParticipantsIn, location="query")
@bp.response(
    200,
    ParticipantsOut,
    example={"items": [{"label": "Prosecutor, Western Africa", "number": 2}]},
)
def list_participants(asked: dict[str, Any], discussion_id: int) -> dict[str, Any]:
    """Who takes part, as they choose to be seen: for those with a seat, and for its staff."""
    session, actor = reading(), acting()
    discussion = queries.discussion_by_id(session, discussion_id)
    if discussion is None or not may_see_participants(session, actor, discussion):
        raise NotFound()
    language = asked["language"] or actor.language
    return {"items": participants_seen(queries.identities(session, discussion_id), language)}


@bp.post("/discussions/<int:discussion_id>/registration/withdrawal")
@door(SIGNED_IN)
@idempotent
@bp.arguments(GiveBackSeatIn)
@bp.response(
    200,
    RegistrationOut,
    example=_SEAT | {"is_registered": False, "withdrawn_at": "2027-02-03T10:00:00Z"},
)
def give_back_seat(_nothing: dict[str, Any], discussion_id: int) -> dict[str, Any]:
    """Give the seat back. Without a seat nothing changes."""
    with transaction() as session:
        registration = actions.give_back_seat(
            session, actor=acting(), discussion_id=discussion_id, now=utc_now()
        )
    return _seat(discussion_id, registration)


def _holds_seat(discussion_id: int) -> bool:
    person = visitor()
    return person is not None and bool(
        queries.seats_held(reading(), person.account_id, [discussion_id])
    )


def _seat(discussion_id: int, registration: Registration | None) -> dict[str, Any]:
    registered_at: datetime | None = registration.registered_at if registration else None
    withdrawn_at: datetime | None = registration.withdrawn_at if registration else None
    return {
        "discussion_id": discussion_id,
        "is_registered": registration is not None and withdrawn_at is None,
        "registered_at": registered_at,
        "withdrawn_at": withdrawn_at,
        "shown_as": registration.shown_as if registration else None,
    }


def _shown(discussion: Discussion, is_registered: bool) -> dict[str, Any]:
    wall = wall_time(discussion.starts_at, discussion.zone)
    return {
        "id": discussion.id,
        "status": discussion.status.value,
        "starts_at": discussion.starts_at,
        "ends_at": ends_at(discussion.starts_at, discussion.minutes),
        "zone": discussion.zone,
        "date": wall.date(),
        "time": wall.time(),
        "minutes": discussion.minutes,
        "seats": discussion.seats,
        "seats_taken": discussion.seats_taken,
        "languages": discussion.languages,
        "course": discussion.course_key,
        "texts": {
            text.language.value: {"topic": text.topic, "description": text.description}
            for text in discussion.texts
        },
        "experts": [
            {"name": expert.name, "biographies": expert.biographies}
            for expert in discussion.experts
        ],
        "sequence": discussion.sequence,
        "is_registered": is_registered,
    }
