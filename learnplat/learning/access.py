"""Which courses and runs a role can be of, and who reads a unit without an own place in its course."""

from sqlalchemy.orm import Session

from learnplat.catalogue.shelf import shelf
from learnplat.core.actors import Actor, Role
from learnplat.core.permissions import may, scopes_of
from learnplat.learning import queries
from learnplat.learning.rules import Place


def is_scope(session: Session, role: Role, scope: str) -> bool:
    """Whether there is what a role is to be given for: a course, or for a tutor also a run."""
    if scope in shelf().courses:
        return True
    return role is Role.TUTOR and queries.is_run_code(session, scope)


def may_read(session: Session, actor: Actor | None, course_key: str, place: Place | None) -> bool:
    """Whether the person reads the units of a course: from a place in it, or to teach it.

    `place` is the person's own. Only a tutor of single runs costs a select.
    """
    if actor is None:
        return False
    owner = actor.account_id if place else None
    if may(actor, "read_unit", course=course_key, owner=owner):
        return True
    runs = queries.run_codes(session, course_key, among=scopes_of(actor, "read_unit"))
    return any(may(actor, "read_unit", run=code) for code in runs)
