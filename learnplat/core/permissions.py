"""Who may do what, and to which of it: the one table that every door and every action asks."""

import enum
from collections.abc import Mapping
from types import MappingProxyType

from learnplat.core.actors import Actor, Role
from learnplat.core.refusals import NotAllowed, NotFound


class Relation(enum.StrEnum):
    """What must hold between a person and the thing, beside the role."""

    EVERYWHERE = "everywhere"
    OF_COURSE = "of_course"  # the role is held for this course, or for every one
    OF_RUN = "of_run"  # the role is held for this run, for its course, or for every one
    OF_COUNTRY = "of_country"  # the role is held for this country
    OF_COUNTRIES = "of_countries"  # the role is held for this country, or for every one
    STANDING_IN = "standing_in"  # nobody holds another role of the row for it
    OWN = "own"  # the thing is the person's own; everybody signed in is a practitioner


EVERYWHERE, OF_COURSE, OF_RUN, OF_COUNTRY, OF_COUNTRIES, STANDING_IN, OWN = Relation
_OWN = {Role.PRACTITIONER: OWN}
_ADMIN = {Role.ADMIN: EVERYWHERE}
_OVERSEEING = {Role.AUDITOR: EVERYWHERE, **_ADMIN}
_VETTING = {Role.VETTER: OF_COUNTRIES, **_ADMIN}
_INVITING = {Role.VETTER: OF_COUNTRIES, Role.FOCAL_POINT: OF_COUNTRY, **_ADMIN}
_PLANNING_RUNS = {Role.TRAINER: OF_COURSE, **_ADMIN}
_PLANNING_DISCUSSIONS = {Role.TRAINER: OF_COURSE, Role.MODERATOR: EVERYWHERE, **_ADMIN}

PERMISSIONS: Mapping[str, Mapping[Role, Relation]] = MappingProxyType(
    {
        # people
        "end_session": _OWN,
        "revoke_own_token": _OWN,
        "list_people": _ADMIN,
        "open_person": _ADMIN,
        "grant_role": _ADMIN,
        "revoke_role": _ADMIN,
        "change_own_factor": _OWN,
        "unlink_institution": _OWN,
        "remove_lost_factors": _ADMIN,
        "read_audit_log": _OVERSEEING,
        "verify_audit_log": _OVERSEEING,
        "export_audit_log": _OVERSEEING,
        "agree_to_export": _OVERSEEING,
        # admission
        "vet": _VETTING,
        "change_standing": _VETTING,
        "change_standing_of_role_holder": _ADMIN,
        "keep_institutions": _VETTING,
        # joining
        "list_invitations": _INVITING,
        "invite_person": _INVITING,
        "revoke_invitation": _INVITING,
        # privacy
        "erase_person": _ADMIN,
        # learning
        "read_unit": {**_OWN, Role.TRAINER: OF_COURSE, Role.TUTOR: OF_RUN, **_ADMIN},
        "complete_unit": _OWN,
        "show_enrolment": _OWN,
        "withdraw": _OWN,
        "read_guide": {Role.TRAINER: OF_COURSE, Role.TUTOR: OF_COURSE, **_ADMIN},
        "list_runs": {
            Role.TRAINER: OF_COURSE,
            Role.TUTOR: OF_RUN,
            Role.MODERATOR: EVERYWHERE,
            **_ADMIN,
        },
        "plan_run": _PLANNING_RUNS,
        "change_run": _PLANNING_RUNS,
        "show_application": _OWN,
        "change_application": _OWN,
        "answer_application": {Role.FOCAL_POINT: OF_COUNTRY, Role.ADMIN: STANDING_IN},
        # discussions
        "plan_discussion": _PLANNING_DISCUSSIONS,
        "change_discussion": _PLANNING_DISCUSSIONS,
        "cancel_discussion": _PLANNING_DISCUSSIONS,
        "show_participants": {**_OWN, **_PLANNING_DISCUSSIONS},
        # statistics
        "read_participation": _ADMIN,
        "export_participation": _ADMIN,
        "export_enrolments": _ADMIN,
    }
)


def roles_of(verb: str) -> frozenset[Role]:
    """The roles that a door of this verb lets in."""
    return frozenset(PERMISSIONS[verb])


def may_somewhere(actor: Actor | None, verb: str) -> bool:
    """Whether there can be anything to which the person may do it: what a door asks."""
    return actor is not None and actor.has_any(*PERMISSIONS[verb])


def may(
    actor: Actor | None,
    verb: str,
    *,
    course: str | None = None,
    run: str | None = None,
    country: str | None = None,
    owner: int | None = None,
) -> bool:
    """Whether the person may do it to the thing with these facts: the key of its course, the code of
    its run, its country, the number of the account whose it is. A fact left out is none of theirs.
    """
    if actor is None:
        return False
    facts = {
        Relation.OF_COURSE: ("", course),
        Relation.OF_RUN: ("", course, run),
        Relation.OF_COUNTRY: (country or None,),
        Relation.OF_COUNTRIES: ("", country),
    }
    for role, relation in PERMISSIONS[verb].items():
        if role not in actor.roles:
            continue
        if relation is EVERYWHERE or (relation is OWN and owner == actor.account_id):
            return True
        if any(
            (role, scope) in actor.scopes for scope in facts.get(relation, ()) if scope is not None
        ):
            return True
    return False


def require(
    actor: Actor | None,
    verb: str,
    *,
    course: str | None = None,
    run: str | None = None,
    country: str | None = None,
    owner: int | None = None,
) -> None:
    """Refuse what `may` does not allow: what is not theirs is as if it were missing.

    Only who could do it to nothing at all is told that another role is needed.
    """
    if may(actor, verb, course=course, run=run, country=country, owner=owner):
        return
    if not may_somewhere(actor, verb):
        raise NotAllowed("role_needed")
    raise NotFound()


def scopes_of(actor: Actor, verb: str) -> frozenset[str] | None:
    """The courses, runs or countries for which the person may do it; None when for all there are.

    What is the person's own, and where they stand in, is not among them: that a query says.
    """
    found = set()
    for role, relation in PERMISSIONS[verb].items():
        if role not in actor.roles or relation in (OWN, STANDING_IN):
            continue
        held = {scope for given, scope in actor.scopes if given is role}
        if relation is EVERYWHERE or (relation is not OF_COUNTRY and "" in held):
            return None
        found |= held - {""}
    return frozenset(found)


def stands_in(actor: Actor, verb: str) -> bool:
    """Whether the person may do it where nobody else holds the role for it."""
    return any(
        role in actor.roles and relation is STANDING_IN
        for role, relation in PERMISSIONS[verb].items()
    )
