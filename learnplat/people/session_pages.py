"""Where a person is signed in, and which programs act for them: to be seen and to be ended."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.people import queries, rules, sessions
from learnplat.people.sign_in import signed_out
from learnplat.web.doors import SIGNED_IN, acting, door
from learnplat.web.pages import pages_blueprint

bp = pages_blueprint("sessions", __name__)
TOKENS_SHOWN = 100


@bp.get("/profile/sessions")
@door(SIGNED_IN)
def show_sessions() -> ResponseReturnValue:
    actor, now = acting(), utc_now()
    return render_template(
        "people/sessions.html",
        sessions=queries.open_sessions(
            reading(), actor.account_id, now=now, idle=rules.idle_limit(actor.is_staff)
        ),
        this_one=current_user.sign_in_id,
        tokens=queries.live_tokens(reading(), actor.account_id, now=now, limit=TOKENS_SHOWN),
    )


@bp.post("/profile/sessions/<int:sign_in_id>/ending")
@door("end_session")
def end_session(sign_in_id: int) -> ResponseReturnValue:
    if sign_in_id == current_user.sign_in_id:
        return signed_out()
    with transaction() as session:
        sessions.end_session(session, actor=acting(), sign_in_id=sign_in_id)
    flash(gettext("The session has ended."), "success")
    return redirect(url_for(".show_sessions"), code=303)


@bp.post("/profile/sessions/others/ending")
@door(SIGNED_IN)
def end_other_sessions() -> ResponseReturnValue:
    with transaction() as session:
        sessions.end_other_sessions(session, actor=acting(), kept=current_user.sign_in_id)
    flash(gettext("Every other session has ended."), "success")
    return redirect(url_for(".show_sessions"), code=303)


@bp.post("/profile/tokens/<int:token_id>/revocation")
@door("revoke_own_token")
def revoke_token(token_id: int) -> ResponseReturnValue:
    with transaction() as session:
        sessions.revoke_listed_token(session, actor=acting(), token_id=token_id, now=utc_now())
    flash(gettext("The token is no longer valid."), "success")
    return redirect(url_for(".show_sessions"), code=303)
