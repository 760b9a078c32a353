"""What people do with discussions: plan, change, cancel; register and give the seat back."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.catalogue.content import Catalogue
from learnplat.core.actors import Actor
from learnplat.core.clock import instant_of
from learnplat.core.languages import Language
from learnplat.core.permissions import may, scopes_of
from learnplat.core.refusals import Conflict, Invalid, NotFound
from learnplat.discussions import queries, rules
from learnplat.discussions.letters import facts_of, moment
from learnplat.discussions.models import (
    Discussion,
    DiscussionExpert,
    DiscussionStatus,
    DiscussionText,
    Registration,
)
from learnplat.outbox import post
from learnplat.people.models import Account, ShownAs

Values = Mapping[str, Any]


def plan_discussion(
    session: Session, catalogue: Catalogue, *, actor: Actor, values: Values, now: datetime
) -> Discussion:
    """Put a discussion on the schedule. `values` has the shape of `PlanDiscussionIn`."""
    plan = _planned(values, None, catalogue, now)
    if not may(actor, "plan_discussion", course=plan.course_key):
        raise Invalid.field("course", "not_yours_to_plan")
    discussion = Discussion(
        uid=uuid.uuid4().hex, planned_by=actor.account_id, planned_at=now, changed_at=now
    )
    _write(discussion, plan)
    session.add(discussion)
    session.flush()
    _record(session, "discussion_planned", actor, discussion, now)
    return discussion


def change_discussion(
    session: Session,
    catalogue: Catalogue,
    *,
    actor: Actor,
    discussion_id: int,
    values: Values,
    now: datetime,
) -> Discussion:
    """Change what `values` names, before the start. Who holds a seat hears of it by letter.

    Saying again what is so already changes nothing.
    """
    discussion = _yours_before_the_start(session, actor, "change_discussion", discussion_id, now)
    if discussion.status is DiscussionStatus.CANCELLED:
        raise Conflict("discussion_is_cancelled")
    before = plan_of(discussion)
    after = _planned(values, before, catalogue, now)
    if not may(actor, "change_discussion", course=after.course_key):
        raise Invalid.field("course", "not_yours_to_plan")
    if after.seats is not None and after.seats < discussion.seats_taken:
        raise Invalid.field("seats", "too_few_seats", taken=discussion.seats_taken)
    if after == before:
        return discussion
    _write(discussion, after)
    discussion.changed_at = now
    if rules.is_heard_by_calendars(before, after):
        discussion.sequence += 1
        _tell_registrants(
            session,
            discussion,
            "discussion_changed",
            f"changed-{discussion.sequence}",
            now,
            moved_from=before if after.starts_at != before.starts_at else None,
        )
    session.flush()
    changed = [
        part.name
        for part in fields(rules.Plan)
        if getattr(before, part.name) != getattr(after, part.name)
    ]
    _record(session, "discussion_changed", actor, discussion, now, changed=changed)
    return discussion


def cancel_discussion(
    session: Session, *, actor: Actor, discussion_id: int, now: datetime
) -> Discussion:
    """Call it off before the start: it stays visible as cancelled. Twice changes nothing."""
    discussion = _yours_before_the_start(session, actor, "cancel_discussion", discussion_id, now)
    if discussion.status is DiscussionStatus.CANCELLED:
        return discussion
    discussion.status = DiscussionStatus.CANCELLED
    discussion.cancelled_at = discussion.changed_at = now
    discussion.sequence += 1
    _tell_registrants(session, discussion, "discussion_cancelled", "cancelled", now)
    session.flush()
    _record(session, "discussion_cancelled", actor, discussion, now)
    return discussion


def _record(
    session: Session,
    action: str,
    actor: Actor,
    discussion: Discussion,
    now: datetime,
    **facts: Any,
) -> None:
    audit.record(
        session,
        actor_id=actor.account_id,
        action=action,
        subject=("discussion", discussion.id),
        now=now,
        **facts,
    )


def register(
    session: Session,
    *,
    actor: Actor,
    discussion_id: int,
    shown_as: ShownAs | None = None,
    now: datetime,
) -> Registration:
    """Take a seat before the start. Whoever holds one keeps it: twice changes nothing.

    `shown_as` is how others there see the person; without it, as the profile says.
    """
    discussion = _before_the_start(session, discussion_id, now)
    if discussion.status is DiscussionStatus.CANCELLED:
        raise Conflict("discussion_is_cancelled")
    registration = queries.registration_of(session, discussion_id, actor.account_id)
    if registration is not None and registration.withdrawn_at is None:
        return registration
    chosen = _how_seen(session, actor, shown_as)
    taken = session.execute(
        update(Discussion)
        .where(
            Discussion.id == discussion_id,
            or_(Discussion.seats.is_(None), Discussion.seats_taken < Discussion.seats),
        )
        .values(seats_taken=Discussion.seats_taken + 1)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Conflict("discussion_is_full")
    if registration is None:
        registration = Registration(discussion_id=discussion_id, account_id=actor.account_id)
        session.add(registration)
    registration.registered_at, registration.withdrawn_at = now, None
    registration.shown_as = chosen
    session.flush()
    session.refresh(discussion, ["seats_taken"])
    person = queries.registrant(session, actor.account_id)
    if person is not None:
        post(
            session,
            # A seat given back and taken again is a new wish for a letter.
            key=f"discussion-{discussion_id}-registered-{person.account_id}-{uuid.uuid4().hex}",
            template="discussion_registered",
            recipient=person.email,
            language=person.language,
            now=now,
            facts=facts_of(discussion, language=person.language, zone=person.zone),
        )
    return registration


def change_how_seen(
    session: Session, *, actor: Actor, discussion_id: int, shown_as: ShownAs, now: datetime
) -> Registration:
    """Be seen differently in a discussion in which the person has a seat, until it starts."""
    discussion = queries.locked_discussion(session, discussion_id)
    registration = queries.registration_of(session, discussion_id, actor.account_id)
    if discussion is None or registration is None or registration.withdrawn_at is not None:
        raise NotFound()
    if discussion.starts_at <= now:
        raise Conflict("discussion_has_started")
    registration.shown_as = _how_seen(session, actor, shown_as)
    session.flush()
    return registration


def _how_seen(session: Session, actor: Actor, shown_as: ShownAs | None) -> ShownAs:
    own = queries.own_identity(session, actor.account_id)
    if shown_as is ShownAs.HANDLE and own.handle is None:
        raise Invalid.field("shown_as", "handle_needed")
    return shown_as or own.shown_as


def give_back_seat(
    session: Session, *, actor: Actor, discussion_id: int, now: datetime
) -> Registration | None:
    """Free the person's seat before the start. Without a seat nothing changes."""
    discussion = _before_the_start(session, discussion_id, now)
    registration = queries.registration_of(session, discussion_id, actor.account_id)
    if registration is None or registration.withdrawn_at is not None:
        return registration
    registration.withdrawn_at = now
    session.execute(
        update(Discussion)
        .where(Discussion.id == discussion_id)
        .values(seats_taken=Discussion.seats_taken - 1)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    session.refresh(discussion, ["seats_taken"])
    return registration


def renew_calendar_address(session: Session, *, actor: Actor) -> str:
    """Give the person's calendar a new secret; the old address answers no more."""
    token = secrets.token_urlsafe(32)
    session.execute(
        update(Account)
        .where(Account.id == actor.account_id)
        .values(calendar_token=token)
        .execution_options(synchronize_session=False)
    )
    return token


def plan_of(discussion: Discussion) -> rules.Plan:
    """What is planned, as a value to compare or to show in a form."""
    return rules.Plan(
        starts_at=discussion.starts_at,
        zone=discussion.zone,
        minutes=discussion.minutes,
        seats=discussion.seats,
        languages=tuple(Language(code) for code in discussion.languages),
        course_key=discussion.course_key,
        texts={
            text.language: rules.Words(text.topic, text.description) for text in discussion.texts
        },
        experts=tuple(
            rules.Expert(
                expert.name,
                {Language(code): words for code, words in expert.biographies.items()},
            )
            for expert in discussion.experts
        ),
    )


def _yours_before_the_start(
    session: Session, actor: Actor, verb: str, discussion_id: int, now: datetime
) -> Discussion:
    """As `_before_the_start`; one that is not the actor's is as if it were missing."""
    among = scopes_of(actor, verb)
    return _startable(queries.locked_discussion(session, discussion_id, among=among), now)


def _before_the_start(session: Session, discussion_id: int, now: datetime) -> Discussion:
    return _startable(queries.locked_discussion(session, discussion_id), now)


def _startable(discussion: Discussion | None, now: datetime) -> Discussion:
    if discussion is None:
        raise NotFound()
    if discussion.starts_at <= now:
        raise Conflict("discussion_has_started")
    return discussion


def _planned(
    values: Values, before: rules.Plan | None, catalogue: Catalogue, now: datetime
) -> rules.Plan:
    """The plan that `values` makes, on top of the plan before; every fault is of a field."""
    course_key = values["course"] if before is None else values.get("course", before.course_key)
    if "course" in values and course_key is not None and course_key not in catalogue.courses:
        raise Invalid.field("course", "unknown_course")
    zone = values["zone"] if before is None else values.get("zone", before.zone)
    if before is None:
        wall = datetime.combine(values["date"], values["time"])
        starts_at = instant_of(wall, zone, field="time")
    else:
        known = rules.wall_time(before.starts_at, before.zone)
        wall = datetime.combine(values.get("date", known.date()), values.get("time", known.time()))
        is_moved = (wall, zone) != (known, before.zone)
        starts_at = instant_of(wall, zone, field="time") if is_moved else before.starts_at
    if starts_at <= now:
        is_earlier_day = wall.date() < rules.wall_time(now, zone).date()
        raise Invalid.field("date" if is_earlier_day else "time", "start_has_passed")
    return rules.Plan(
        starts_at=starts_at,
        zone=zone,
        minutes=values["minutes"] if before is None else values.get("minutes", before.minutes),
        seats=values["seats"] if before is None else values.get("seats", before.seats),
        languages=(
            rules.in_order(values["languages"])
            if before is None or "languages" in values
            else before.languages
        ),
        course_key=course_key,
        texts=(
            {
                Language(code): rules.Words(words["topic"], words["description"])
                for code, words in values["texts"].items()
            }
            if before is None or "texts" in values
            else before.texts
        ),
        experts=(
            tuple(
                rules.Expert(
                    expert["name"],
                    {Language(code): text for code, text in expert["biographies"].items()},
                )
                for expert in values["experts"]
            )
            if before is None or "experts" in values
            else before.experts
        ),
    )


def _write(discussion: Discussion, plan: rules.Plan) -> None:
    discussion.starts_at = plan.starts_at
    discussion.zone = plan.zone
    discussion.minutes = plan.minutes
    discussion.seats = plan.seats
    discussion.languages = [language.value for language in plan.languages]
    discussion.course_key = plan.course_key
    # Rows are changed in place: new ones beside the old would meet the unique constraint.
    kept_texts = {text.language: text for text in discussion.texts if text.language in plan.texts}
    for language, words in plan.texts.items():
        text = kept_texts.setdefault(language, DiscussionText(language=language))
        text.topic, text.description = words.topic, words.description
    discussion.texts[:] = kept_texts.values()
    kept_experts = discussion.experts[: len(plan.experts)]
    kept_experts += [DiscussionExpert() for _ in plan.experts[len(kept_experts) :]]
    for position, (row, expert) in enumerate(zip(kept_experts, plan.experts, strict=True)):
        row.position, row.name = position, expert.name
        row.biographies = {code.value: words for code, words in expert.biographies.items()}
    discussion.experts[:] = kept_experts


def _tell_registrants(
    session: Session,
    discussion: Discussion,
    template: str,
    occasion: str,
    now: datetime,
    moved_from: rules.Plan | None = None,
) -> None:
    for person in queries.registrants(session, discussion.id):
        facts = facts_of(discussion, language=person.language, zone=person.zone)
        if moved_from is not None:
            facts["before"] = moment(moved_from.starts_at, person.zone, person.language)
        post(
            session,
            key=f"discussion-{discussion.id}-{occasion}-{person.account_id}",
            template=template,
            recipient=person.email,
            language=person.language,
            now=now,
            facts=facts,
        )
