"""The audit log as a page and as files."""

from collections.abc import Iterator
from typing import Any

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat import audit
from learnplat.core.clock import utc_now
from learnplat.core.refusals import Invalid
from learnplat.db import reading, transaction
from learnplat.oversight import large_exports, queries
from learnplat.oversight.actions import export_for_reason
from learnplat.oversight.exports import TYPES, pieces
from learnplat.oversight.large_exports import A_DAY, WISHES, open_wishes
from learnplat.oversight.recording import keep_reading
from learnplat.oversight.rules import LOOKED_AT, instants_of
from learnplat.oversight.schemas import FORMS, ExportAuditIn, ListAuditIn
from learnplat.oversight.words import (
    action_name,
    action_options,
    export_lines,
    fact_lines,
    subject_name,
)
from learnplat.people.step_up import confirmed_lately
from learnplat.web.doors import acting, door
from learnplat.web.errors import said_by_field
from learnplat.web.form_pages import form_page, typed
from learnplat.web.forms import loaded, posted
from learnplat.web.limits import limiter
from learnplat.web.pages import pages_blueprint
from learnplat.web.paging import asked_stretch, window

bp = pages_blueprint("oversight", __name__)
ENTRIES_ON_A_PAGE = 50
_EXPORT = "oversight/export_audit.html"
_FIELDS = ("since", "until", "action", "account", "form", "reason")


@bp.get("/audit")
@door("read_audit_log")
def show_audit() -> ResponseReturnValue:
    """The entries asked for; that somebody reads is one of the next."""
    asked_for = _asked_for()
    stretch = asked_stretch()
    facts: dict[str, Any] = {
        "typed": asked_for,
        "actions": action_options(),
        "action_name": action_name,
        "subject_name": subject_name,
        "fact_lines": fact_lines,
    }
    try:
        asked = loaded(ListAuditIn(only=("action", "account")), asked_for)
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
        found, ENTRIES_ON_A_PAGE, stretch, lambda entry: entry.number, ".show_audit", **asked_for
    )
    keep_reading(asked)
    return render_template(
        "oversight/audit.html",
        entries=shown.items,
        errors={},
        newer_url=shown.newer_url,
        older_url=shown.older_url,
        **facts,
    )


@bp.post("/audit/verification")
@door("verify_audit_log")
@limiter.limit("12 per minute")
def verify_audit() -> ResponseReturnValue:
    """Read the newest entries again, and say whether each is as it was written."""
    broken = audit.verify(reading(), newest=LOOKED_AT)
    number, digest = audit.head(reading())
    if broken is not None:
        sentence = gettext(
            "Entry %(number)s is not as it was written, or is missing. Please tell those who "
            "operate the platform, and change nothing.",
            number=broken,
        )
        flash(sentence, "error")
    elif number > LOOKED_AT:
        sentence = gettext(
            "The newest %(count)s entries are as they were written. The digest of entry "
            "%(number)s is %(digest)s",
            count=LOOKED_AT,
            number=number,
            digest=digest,
        )
        flash(sentence, "success")
    else:
        sentence = gettext(
            "Every entry is as it was written. The digest of entry %(number)s is %(digest)s",
            number=number,
            digest=digest,
        )
        flash(sentence, "success")
    return redirect(url_for(".show_audit"), code=303)


@bp.route("/audit/export", methods=["GET", "POST"])
@door("export_audit_log")
@confirmed_lately
def export_audit() -> ResponseReturnValue:
    """Entries of a period as a file, for a reason that is kept before a row leaves."""
    now = utc_now()
    facts: dict[str, Any] = {"order": _FIELDS, "actions": action_options()}
    if request.method == "GET":
        today = now.date()
        form = {"since": str(today.replace(day=1)), "until": str(today), "form": FORMS[0]}
        return form_page(_EXPORT, form | _asked_for(), **facts)
    try:
        asked = posted(ExportAuditIn())
        begins_at, ends_at = instants_of(asked["since"], asked["until"], now.date())
        acts, account = asked.pop("action"), asked.pop("account")
        with transaction() as session:
            held = export_for_reason(
                session, actor=acting(), acts=acts, account=account, now=now, **asked
            )
    except Invalid as refusal:
        return form_page(_EXPORT, typed(), refusal, **facts)
    if held:
        # The wish is committed; the form stands ready to be sent once more.
        return form_page(_EXPORT, typed(), held, **facts)

    def streamed() -> Iterator[bytes]:
        # Streamed when the view's own session is gone: this one ends with the stream.
        found = queries.entries_of_period(
            reading(), begins_at=begins_at, ends_at=ends_at, action=acts, account_id=account
        )
        yield from pieces(found, asked["form"])

    name = f"audit-{asked['since']}-{asked['until']}.{asked['form']}"
    return Response(
        stream_with_context(streamed()),
        content_type=TYPES[asked["form"]],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/audit/exports")
@door("agree_to_export")
def show_large_exports() -> ResponseReturnValue:
    """The wishes of the last day with which nobody has agreed yet."""
    entries = queries.entries_since(reading(), WISHES, utc_now() - A_DAY)
    return render_template(
        "oversight/large_exports.html",
        wishes=open_wishes(entries),
        own_id=acting().account_id,
        export_lines=export_lines,
    )


@bp.post("/audit/exports/<int:wish_number>/agreement")
@door("agree_to_export")
@confirmed_lately
def agree_to_export(wish_number: int) -> ResponseReturnValue:
    """Let the file of somebody else leave, once."""
    with transaction() as session:
        large_exports.agree_to_export(session, actor=acting(), number=wish_number, now=utc_now())
    flash(
        gettext("You have agreed. The file can be taken once, within a day of the request."),
        "success",
    )
    return redirect(url_for(".show_large_exports"), code=303)


def _asked_for() -> dict[str, Any]:
    return {
        name: request.args[name].strip() for name in ("action", "account") if request.args.get(name)
    }
