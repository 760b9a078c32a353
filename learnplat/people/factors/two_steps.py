"""Signing in in two steps: what every door does between a right password and an open session."""

import secrets
from collections.abc import Sequence
from typing import Any, cast

from flask import current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from learnplat.core.clock import utc_now
from learnplat.core.refusals import Invalid, NotAllowed, NotSignedIn, TooMany
from learnplat.db import reading, transaction
from learnplat.people import passwords
from learnplat.people.factors import actions, passkeys, proofs, queries, rules
from learnplat.people.factors.models import Purpose
from learnplat.people.factors.proofs import Tried
from learnplat.people.factors.rules import RelyingParty
from learnplat.people.factors.sealing import Sealer
from learnplat.people.rules import digest_of
from learnplat.people.sign_in import SignedIn, lacks_factor, open_session, signed_in
from learnplat.settings import Settings
from learnplat.web.doors import own_path

HALF, BROWSER = "half", "browser"  # what the cookie holds before anybody is signed in


def settings() -> Settings:
    return cast(Settings, current_app.config["LEARNPLAT"])


def sealer() -> Sealer:
    return Sealer(settings().secret_key, settings().earlier_secret_key)


def party() -> RelyingParty | None:
    """For whom passkeys are made; None where the address of the platform can have none."""
    return rules.relying_party(settings().base_url)


def next_path() -> str | None:
    return own_path(g.get("next_path") or request.args.get("next"))


def enter(person: SignedIn) -> ResponseReturnValue:
    """Go on after a right password, or whatever stands for one: in, or to the second step."""
    if not queries.has_factor(reading(), person.actor.account_id):
        open_session(person)
        return go_on(person)
    key = secrets.token_urlsafe(32)
    with transaction() as writer:
        proofs.begin_half(
            writer,
            account_id=person.actor.account_id,
            session_epoch=person.epoch,
            key=key,
            now=utc_now(),
        )
    session.clear()
    session[HALF] = key
    return redirect(url_for("second_step_pages.give_second_factor", next=next_path()), code=303)


def enter_with_factor(person: SignedIn) -> ResponseReturnValue:
    """Open the session that both steps, or a passkey alone, have led to."""
    open_session(person, with_factor=True)
    return go_on(person, with_factor=True)


def go_on(person: SignedIn, *, with_factor: bool = False) -> ResponseReturnValue:
    """To where the person was going; else to their own pages, in their own language.

    Staff without a factor are led to the page that sets one up: while they may go on without, once.
    """
    actor = person.actor
    home = "discussions_pages.show_home" if actor.is_staff else "learning_pages.show_my_learning"
    target = next_path() or url_for(home, language=actor.language)
    if actor.is_staff and not with_factor:
        with transaction() as writer:
            is_new = actions.offer(writer, account_id=actor.account_id, now=utc_now())
        if is_new or settings().staff_second_factor == "always":
            place = "factor_pages.show_security"
            target = url_for(place, language=actor.language, next=target)
    return redirect(target, code=303)


def half_signed_in() -> SignedIn | None:
    """Who has given a right password in this browser, in the last ten minutes, and nothing since."""
    key = session.get(HALF)
    half = queries.half_of(reading(), digest_of(key), utc_now()) if isinstance(key, str) else None
    return signed_in(half.account_id, half.session_epoch) if half else None


def use_half() -> None:
    """Use the half sign-in up; gone meanwhile, it opens nothing."""
    with transaction() as writer:
        is_there = proofs.end_half(writer, key=str(session.get(HALF)), now=utc_now())
    if not is_there:
        raise NotSignedIn("begin_again")


def prove_by_code(account_id: int, typed: str) -> None:
    """Go on when it is the right code of the person's app, or one of their recovery codes."""
    code = rules.tidy_code(typed)
    recovery = rules.recovery_code_of(code)
    shared = queries.shared_row(reading(), account_id) if recovery else None
    handle = shared.handle if shared else None
    reading().rollback()  # the digest takes time, in which no connection is held
    digest = passwords.slow_digest(recovery, handle) if recovery and handle else None
    with transaction() as writer:
        tried = proofs.try_code(
            writer,
            account_id=account_id,
            code=code,
            recovery_digest=digest,
            sealer=sealer(),
            now=utc_now(),
        )
    if tried is Tried.PAUSED:
        raise TooMany(
            "codes_paused", seconds=queries.seconds_paused(reading(), account_id, utc_now())
        )
    if tried is Tried.WRONG:
        raise NotSignedIn("wrong_code")


def prove_for_token(person: SignedIn, code: str | None) -> bool:
    """Whether a second factor stands behind the token that the person asks for, or a refusal."""
    account_id = person.actor.account_id
    if not queries.has_factor(reading(), account_id):
        if lacks_factor(person):
            raise NotAllowed("second_factor_missing")
        return False
    if code is None:
        raise NotSignedIn("second_factor_needed")
    prove_by_code(account_id, code)
    return True


def challenge(
    purpose: Purpose, text: str, options: dict[str, Any], account_id: int | None
) -> dict[str, Any]:
    """Keep a challenge for this browser, and give the options that carry it."""
    browser = session[BROWSER] = secrets.token_urlsafe(16)
    with transaction() as writer:
        proofs.ask(
            writer,
            challenge=text,
            browser=browser,
            purpose=purpose,
            account_id=account_id,
            now=utc_now(),
        )
    return options


def party_or_refusal() -> RelyingParty:
    found = party()
    if found is None:
        raise Invalid.field("credential", "no_passkeys_here")
    return found


def answered(text: str, purpose: Purpose, account_id: int | None) -> passkeys.Answer:
    """What a passkey answered, its challenge used up, or the one refusal that all wrong ones get."""
    try:
        answer = passkeys.read_answer(text)
    except passkeys.WrongPasskey as error:
        raise NotSignedIn("wrong_passkey") from error
    with transaction() as writer:
        is_asked = proofs.take_challenge(
            writer,
            challenge=answer.challenge,
            browser=str(session.pop(BROWSER, "")),
            purpose=purpose,
            account_id=account_id,
            now=utc_now(),
        )
    if not is_asked:
        raise NotSignedIn("wrong_passkey")
    return answer


def prove_by_passkey(text: str, purpose: Purpose, account_id: int | None) -> int:
    """The account whose passkey has signed; with `account_id` it must be that one's."""
    host = party_or_refusal()
    answer = answered(text, purpose, account_id)
    found = queries.passkey_of_credential(reading(), answer.credential_id)
    if found is None:
        raise NotSignedIn("wrong_passkey")
    passkey, handle = found
    passkey_id, owner, seen = passkey.id, passkey.account_id, passkey.sign_count
    is_owners = account_id in (None, owner) and answer.handle in (None, handle)
    # Without an account the passkey itself must say whose it is.
    if not is_owners or (account_id is None and answer.handle is None):
        raise NotSignedIn("wrong_passkey")
    try:
        sign_count = passkeys.signed(host, answer, passkey)
    except passkeys.WrongPasskey as error:
        raise NotSignedIn("wrong_passkey") from error
    with transaction() as writer:
        is_used = proofs.use_passkey(
            writer,
            passkey_id=passkey_id,
            seen=seen,
            sign_count=sign_count,
            now=utc_now(),
        )
    if not is_used:
        raise NotSignedIn("wrong_passkey")
    return owner


def fresh_codes(account_id: int) -> tuple[list[str], Sequence[str]]:
    """New recovery codes and their digests. It takes time: call it before the transaction."""
    with transaction() as writer:
        handle = actions.shared_row(writer, account_id).handle
    codes = rules.new_recovery_codes()
    return codes, [
        passwords.slow_digest(rules.recovery_code_of(rules.tidy_code(code)) or code, handle)
        for code in codes
    ]


def say_changed() -> None:
    flash(
        gettext(
            "Your second factors have been changed. Every other session and every access token "
            "has ended."
        ),
        "success",
    )
