"""The audit log as a page."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from learnplat.core.actors import Role
from learnplat.core.refusals import Invalid
from learnplat.db import reading
from learnplat.oversight import queries
from learnplat.oversight.schemas import ListAuditIn
from learnplat.oversight.words import action_name, action_options, fact_lines, subject_name
from learnplat.web.doors import door
from learnplat.web.errors import said_by_field
from learnplat.web.forms import loaded
from learnplat.web.pages import pages_blueprint
from learnplat.web.paging import asked_stretch, window

bp = pages_blueprint("oversight", __name__)
ENTRIES_ON_A_PAGE = 50


@bp.get("/audit")
@door(Role.ADMIN)
def show_audit() -> ResponseReturnValue:
    typed: dict[str, Any] = {
        name: request.args[name].strip() for name in ("action", "account") if request.args.get(name)
    }
    stretch = asked_stretch()
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
        older_than=stretch.older_than,
        newer_than=stretch.newer_than,
        limit=ENTRIES_ON_A_PAGE + 1,
    )
    shown = window(
        found, ENTRIES_ON_A_PAGE, stretch, lambda entry: entry.number, ".show_audit", **typed
    )
    return render_template(
        "oversight/audit.html",
        entries=shown.items,
        errors={},
        newer_url=shown.newer_url,
        older_url=shown.older_url,
        **facts,
    )
