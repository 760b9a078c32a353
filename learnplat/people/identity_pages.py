"""The page on which a person chooses how others see them."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.core.refusals import Refusal
from learnplat.db import reading, transaction
from learnplat.people import queries
from learnplat.people.identity import LONGEST_HANDLE, SHORTEST_HANDLE, office_label
from learnplat.people.identity_actions import choose_identity as choose
from learnplat.people.identity_schemas import ChooseIdentityIn
from learnplat.web.doors import SIGNED_IN, acting, door
from learnplat.web.form_pages import form_page, typed
from learnplat.web.forms import posted
from learnplat.web.languages import reader_language
from learnplat.web.pages import pages_blueprint

bp = pages_blueprint("identity", __name__)


@bp.get("/profile/identity")
@door(SIGNED_IN)
def show_identity() -> ResponseReturnValue:
    return _form(None)


@bp.post("/profile/identity")
@door(SIGNED_IN)
def choose_identity() -> ResponseReturnValue:
    try:
        values = posted(ChooseIdentityIn())
        with transaction() as session:
            choose(session, actor=acting(), **values)
    except Refusal as refusal:
        return _form(typed(), refusal)
    flash(gettext("From now on others see you as you have chosen."), "success")
    return redirect(url_for("people_pages.show_profile", _anchor="identity"), code=303)


def _form(form: dict[str, str] | None, refusal: Refusal | None = None) -> ResponseReturnValue:
    account = queries.account_with_roles(reading(), acting().account_id)
    shown: Any = account if form is None else form
    return form_page(
        "people/identity.html",
        shown,
        refusal,
        order=("shown_as", "handle"),
        account=account,
        office=office_label(account.profession, account.country, reader_language())
        if account
        else "",
        shortest=SHORTEST_HANDLE,
        longest=LONGEST_HANDLE,
    )
