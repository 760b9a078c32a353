"""Doors: each view says who is let in, and it is checked before anything is looked up."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app, g, redirect, request, url_for
from flask_login import current_user
from flask_login.utils import login_url

from learnplat.core.actors import Actor
from learnplat.core.permissions import PERMISSIONS, roles_of
from learnplat.core.refusals import NotAllowed, NotSignedIn

ANYONE = "anyone"
SIGNED_IN = "signed_in"
SIGN_IN = "people_pages.sign_in"

View = TypeVar("View", bound=Callable[..., Any])


def visitor() -> Actor | None:
    """The signed-in person, or None."""
    if "visitor" not in g:
        g.visitor = current_user.actor if current_user.is_authenticated else None
    return cast(Actor | None, g.visitor)


def acting() -> Actor:
    """The signed-in person, behind a door that asks for one."""
    actor = visitor()
    if actor is None:
        raise NotSignedIn()
    return actor


def is_api() -> bool:
    return request.path.startswith("/api/")


def door(*who: str) -> Callable[[View], View]:
    """Let in `ANYONE`, everyone `SIGNED_IN`, or who may do the verb somewhere.

    A verb is a row of `core.permissions`: the door asks for one of its roles, and the action behind
    it for the relation. A stranger is sent to sign in (pages) or gets 401 (API); a person without
    the role gets 403, whatever the address names.
    """
    verbs = tuple(name for name in who if name not in (ANYONE, SIGNED_IN))
    if unknown := set(verbs) - set(PERMISSIONS):
        raise ValueError(f"no verb of core/permissions.py: {', '.join(sorted(unknown))}")
    roles = {role for verb in verbs for role in roles_of(verb)}
    let_in = frozenset(str(role) for role in roles) | ({ANYONE, SIGNED_IN} & set(who))

    def hang(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if ANYONE not in let_in:
                actor = visitor()
                if actor is None:
                    if is_api() or request.method not in ("GET", "HEAD"):
                        raise NotSignedIn()
                    return redirect(login_url(url_for(SIGN_IN), request.full_path.rstrip("?")), 303)
                if roles and not actor.has_any(*roles):
                    raise NotAllowed("role_needed")
            return current_app.ensure_sync(view)(*args, **kwargs)

        guarded.door = let_in  # type: ignore[attr-defined]
        guarded.verbs = verbs  # type: ignore[attr-defined]
        return cast(View, guarded)

    return hang


def own_path(target: str | None) -> str | None:
    """`target` when it is a plain path of this site that a redirect may follow, else None."""
    if not target or len(target) > 2000 or not target.startswith("/"):
        return None
    if target.startswith(("//", "/\\")) or any(
        ord(c) < 33 or ord(c) > 126 or c == "\\" for c in target
    ):
        return None
    return None if target.startswith("/api/") else target
