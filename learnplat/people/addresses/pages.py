"""Another address, as pages: asking for it, and the link that the new one is proved by."""

from datetime import datetime

from flask import Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.core.clock import utc_now
from learnplat.core.refusals import NotFound, Refusal, TooMany
from learnplat.db import reading, transaction
from learnplat.people import queries as people
from learnplat.people.addresses import actions, queries, resets, rules
from learnplat.people.addresses.schemas import AskForAddressIn
from learnplat.people.rules import digest_of
from learnplat.people.sign_in import confirmed, stay_if_self
from learnplat.people.step_up import confirmed_lately
from learnplat.people.tries import mail_tries, password_tries
from learnplat.web.doors import ANYONE, SIGNED_IN, acting, door, visitor
from learnplat.web.form_pages import form_page, typed
from learnplat.web.forms import posted
from learnplat.web.mail import before_each_round
from learnplat.web.pages import pages_blueprint

bp = pages_blueprint("address", __name__)
_ORDER = ("email", "current_password")


@bp.route("/profile/address", methods=["GET", "POST"])
@door(SIGNED_IN)
@confirmed_lately
@password_tries
@mail_tries
def ask_for_address() -> ResponseReturnValue:
    actor = acting()
    address = people.address_of(reading(), actor.account_id)
    if request.method != "POST":
        return form_page("people/ask_for_address.html", {}, address=address)
    try:
        values = posted(AskForAddressIn())
        seen = confirmed(actor, values["current_password"])
        with transaction() as session:
            actions.ask_for_address(
                session, actor=actor, email=values["email"], seen=seen, now=utc_now()
            )
    except TooMany:
        raise
    except Refusal as refusal:
        return form_page(
            "people/ask_for_address.html", typed(), refusal, order=_ORDER, address=address
        )
    flash(
        gettext(
            "A letter with a link is on its way to the new address. Your account keeps the old one "
            "until the link is used. The link holds for two days."
        ),
        "notice",
    )
    return redirect(url_for("people_pages.show_profile"), code=303)


@bp.route("/new-address/<token>", methods=["GET", "POST"])
@door(ANYONE)
@password_tries
def change_address(token: str) -> ResponseReturnValue:
    change = queries.change_of_link(reading(), digest_of(token), utc_now())
    if change is None:
        return form_page("people/address_link_spent.html", {}, NotFound("link_spent"))
    if request.method != "POST":
        return form_page("people/change_address.html", {}, email=change.email)
    try:
        with transaction() as session:
            account_id, epoch = actions.change_address(session, token=token, now=utc_now())
    except Refusal as refusal:
        return form_page("people/address_link_spent.html", {}, refusal)
    stay_if_self(account_id, epoch)
    flash(gettext("Your account has its new address. Every other session has ended."), "success")
    home = "people_pages.show_profile" if visitor() else "people_pages.sign_in"
    return redirect(url_for(home), code=303)


def answer_wishes(now: datetime) -> None:
    """What the postman does first: the letters that somebody has asked for are written."""
    reader = reading()
    is_needed = queries.has_wishes(reader, now - rules.WINDOW)
    reader.rollback()
    if is_needed:
        with transaction() as session:
            resets.answer_wishes(session, now=now)


def init(app: Flask) -> None:
    before_each_round(app, answer_wishes)
