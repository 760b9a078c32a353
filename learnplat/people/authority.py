"""Who somebody is at this moment: what every act with power asks again inside its transaction."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnplat.core.actors import Actor, Role
from learnplat.core.permissions import may_somewhere
from learnplat.core.refusals import NotAllowed
from learnplat.people import queries
from learnplat.people.models import Account, RoleGrant, Standing


def as_of_now(session: Session, actor: Actor, *, whom: int | None = None) -> Actor:
    """The person with the roles that they hold now, kept as they are until the transaction ends.

    The door was opened a moment ago: a role that was revoked since, or a person who was suspended,
    is refused here. Administrators take turns, so that none waits for another crosswise.
    An act upon somebody who may act upon the actor too names them, `whom`: the two meet in one order.
    """
    if may_somewhere(actor, "grant_role"):
        queries.wait_for_admins(session)
        queries.admin_grants(session)
    held = select(Account.id).where(Account.id.in_({actor.account_id, whom} - {None}))
    session.execute(held.order_by(Account.id).with_for_update(key_share=True))
    # Asked after the lock: what somebody changed while we waited for it is seen.
    now = actor_now(session, actor.account_id)
    if now is None:
        raise NotAllowed("role_needed")
    return replace(actor, roles=now.roles, scopes=now.scopes)


def actor_now(session: Session, account_id: int) -> Actor | None:
    """Somebody as an actor, with what they hold now; None for who may not sign in.

    By this an act asks what the person may do upon whose word it goes, who is not the one asking.
    """
    rows = session.execute(
        select(
            Account.name,
            Account.language,
            Account.zone,
            Account.country,
            RoleGrant.role,
            RoleGrant.scope,
        )
        .outerjoin(RoleGrant, RoleGrant.account_id == Account.id)
        .where(Account.id == account_id, Account.standing == Standing.ADMITTED)
        .order_by(RoleGrant.id)
    ).all()
    if not rows:
        return None
    grants = frozenset((role, scope) for *_, role, scope in rows if role is not None)
    return Actor(
        account_id,
        *rows[0][:4],
        roles=frozenset({Role.PRACTITIONER, *(role for role, _ in grants)}),
        scopes=grants,
    )
