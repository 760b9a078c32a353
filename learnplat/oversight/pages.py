"""The audit log as a page."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from learnplat.core.actors import Role
from learnplat.core.refusals import Invalid
from learnplat.db import reading
from learnplat.oversight import queries
from learnplat.oversight.schemas import ListAuditIn
from learnplat.oversight.words import action_name, action_options, fact_lines, subject_name
from learnplat.web.api import cursor_of, place_of
from learnplat.web.doors import door
from learnplat.web.errors import said_by_field
from learnplat.web.forms import loaded
from learnplat.web.pages import pages_blueprint

bp = pages_blueprint("oversight", __name__)
ENTRIES_ON_A_PAGE = 50


@bp.get("/audit")
@door(Role.ADMIN)
def show_audit() -> ResponseReturnValue:
    typed: dict[str, Any] = {
        name: request.args[name].strip() for name in ("action", "account") if request.args.get(name)
    }
    older_than, newer_than = _place("cursor"), _place("newer")
    facts: dict[str, Any] = {
        "typed": typed,
        "actions": action_options(),
        "action_name": action_name,
        "subject_name": subject_name,
        "fact_lines": fact_lines,
    }
    try:
        asked = loaded(ListAuditIn(only=("action", "account")), typed)
    except Invalid as refusal:
        errors = said_by_field(refusal)
        page = render_template("oversight/audit.html", entries=[], errors=errors, **facts)
        return page, refusal.status
    found = queries.entries(
        reading(),
        action=asked["action"],
        account_id=asked["account"],
        older_than=older_than,
        newer_than=newer_than,
        limit=ENTRIES_ON_A_PAGE + 1,
    )
    is_more = len(found) > ENTRIES_ON_A_PAGE
    if newer_than is not None:
        entries = found[-ENTRIES_ON_A_PAGE:]
        has_newer, has_older = is_more, True
    else:
        entries = found[:ENTRIES_ON_A_PAGE]
        has_newer, has_older = older_than is not None, is_more
    return render_template(
        "oversight/audit.html",
        entries=entries,
        errors={},
        newer_url=url_for(".show_audit", newer=cursor_of([entries[0].number]), **typed)
        if has_newer and entries
        else None,
        older_url=url_for(".show_audit", cursor=cursor_of([entries[-1].number]), **typed)
        if has_older and entries
        else None,
        **facts,
    )


def _place(name: str) -> int | None:
    place = place_of(request.args.get(name) or None, (int,))
    return int(place[0]) if place else None
