"""Accounts as JSON: tokens, one's own account, passwords, people and their roles, the lists."""

from typing import Any

from flask import request, session

from learnplat.core import lists
from learnplat.core.clock import utc_now
from learnplat.core.countries import Country, countries
from learnplat.core.languages import Language
from learnplat.core.refusals import NotFound
from learnplat.db import reading, transaction
from learnplat.people import actions, passwords, queries, rules
from learnplat.people.addresses import resets
from learnplat.people.consent_gate import asks_everybody
from learnplat.people.factors.queries import has_factor
from learnplat.people.factors.two_steps import prove_for_token
from learnplat.people.models import Account, RoleGrant
from learnplat.people.schemas import (
    AccountOut,
    AskForResetIn,
    ChangePasswordIn,
    ChoiceOut,
    ChooseNewPasswordByTokenIn,
    CountryOut,
    FindPeopleIn,
    GrantRoleIn,
    IssueTokenIn,
    ListCountriesIn,
    ListPeopleIn,
    MeOut,
    PersonOut,
    ProfileIn,
    RoleOut,
    TokenOut,
)
from learnplat.people.scopes import after_revoking, known_scopes
from learnplat.people.sign_in import confirmed, recognised, stay_if_self
from learnplat.people.step_up import confirmed_lately
from learnplat.people.tries import mail_tries, password_tries, peer_mark, remember_program
from learnplat.web.api import api_blueprint, idempotent, page_of, paged, place_of
from learnplat.web.csrf import form_token
from learnplat.web.doors import ANYONE, SIGNED_IN, acting, door

bp = api_blueprint("people", __name__, "Accounts, tokens, roles and the lists to choose from")

_ACCOUNT = {
    "id": 7,
    "email": "amal@justice.example",
    "name": "أمل بناني",
    "name_latin": "Amal Bennani",
    "country": "MA",
    "institution_kind": "court",
    "institution": None,
    "profession": "judge",
    "gender": "female",
    "language": "ar",
    "zone": "Africa/Casablanca",
    "registered_at": "2026-11-20T09:00:00Z",
    "roles": [],
}
_PERSON = {
    **{name: _ACCOUNT[name] for name in ("id", "email", "name", "name_latin", "country")},
    "profession": "judge",
    "kind": "official",
    "registered_at": "2026-11-20T09:00:00Z",
    "roles": [{"id": 3, "role": "focal_point", "scope": "MA"}],
}
_COUNTRY = {
    "code": "NE",
    "m49": "562",
    "region": "002",
    "subregion": "202",
    "is_ldc": True,
    "is_lldc": True,
    "is_sids": False,
    "names": {"ar": "النيجر", "en": "Niger", "fr": "Niger", "es": "Níger"},
}
_CHOICE = {
    "key": "judge",
    "labels": {"ar": "قاض أو قاضية", "en": "Judge", "fr": "Juge", "es": "Juez o jueza"},
}


def _page(item: dict[str, Any]) -> dict[str, Any]:
    return {"items": [item], "next": None}


def _bearer() -> str | None:
    """The token that this request acts by, or None for the session cookie."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


@bp.post("/tokens")
@door(ANYONE)
@password_tries
@bp.arguments(IssueTokenIn)
@bp.response(
    201, TokenOut,
    example={"token": "lp_…", "token_type": "Bearer", "expires_at": "2026-12-20T09:00:00Z"},
)  # fmt: skip
def issue_token(values: dict[str, Any]) -> dict[str, Any]:
    """Sign in: a bearer token for an address and its password, and a code where one is needed.

    With a second factor: 401 `second_factor_needed` without a code, `wrong_code` with a wrong one.
    Staff who must have one and have none yet get 403 `second_factor_missing`. Whoever has not agreed
    to the terms in force gets 403 `consent_needed` until they have done so on the pages; so does a
    token that was issued under earlier terms, everywhere but at `/me/data` and where it is revoked.
    """
    person = recognised(values["email"], values["password"])
    with_factor = prove_for_token(person, values["code"])
    with transaction() as writer:
        token, expires_at = actions.issue_token(
            writer,
            account_id=person.actor.account_id,
            session_epoch=person.epoch,
            with_factor=with_factor,
            is_everybody_asked=asks_everybody(),
            now=utc_now(),
        )
    remember_program(values["email"])
    return {"token": token, "expires_at": expires_at}


@bp.delete("/tokens/current")
@door(SIGNED_IN)
@bp.response(204)
def revoke_token() -> None:
    """Sign out: the token of this request is valid no longer."""
    token = _bearer()
    if token is None:
        raise NotFound()
    with transaction() as writer:
        actions.revoke_token(writer, actor=acting(), token=token, now=utc_now())


def _me(account: Account | None) -> dict[str, Any]:
    if account is None:
        raise NotFound()
    is_by_cookie = _bearer() is None and "_user_id" in session
    own = {name: getattr(account, name) for name in AccountOut().fields if name != "roles"}
    own["grants"] = account.grants
    own["csrf_token"] = form_token() if is_by_cookie else None
    return own


@bp.get("/me")
@door(SIGNED_IN)
@bp.response(200, MeOut, example=_ACCOUNT | {"csrf_token": None})
def show_me() -> dict[str, Any]:
    """The account that this request acts for."""
    return _me(queries.account_with_roles(reading(), acting().account_id))


@bp.patch("/me")
@door(SIGNED_IN)
@bp.arguments(ProfileIn(partial=True))
@bp.response(200, MeOut, example=_ACCOUNT | {"csrf_token": None})
def change_me(values: dict[str, Any]) -> dict[str, Any]:
    """Change the fields that are sent, and no others."""
    with transaction() as writer:
        account = actions.change_profile(writer, actor=acting(), now=utc_now(), **values)
        return _me(account)


@bp.put("/me/password")
@door(SIGNED_IN)
@password_tries
@bp.arguments(ChangePasswordIn)
@bp.response(204)
def change_my_password(values: dict[str, Any]) -> None:
    """Change the password. Every other session and every token ends, this token too."""
    actor = acting()
    seen = confirmed(actor, values["current_password"])
    account = queries.account_with_roles(reading(), actor.account_id)
    chosen = values["password"]
    password_hash = passwords.chosen_by(
        account, chosen, has_factor=has_factor(reading(), actor.account_id)
    )
    with transaction() as writer:
        epoch = actions.change_password(
            writer, actor=actor, seen=seen, password_hash=password_hash,
            is_long=rules.is_long(chosen), now=utc_now(),
        )  # fmt: skip
    stay_if_self(actor.account_id, epoch)


@bp.post("/password-resets")
@door(ANYONE)
@mail_tries
@idempotent
@bp.arguments(AskForResetIn)
@bp.response(204)
def ask_for_password_reset(values: dict[str, Any]) -> None:
    """Ask for a link by mail. The answer is the same whether or not the address is known."""
    with transaction() as writer:
        resets.ask_for_reset(writer, email=values["email"], peer_mark=peer_mark(), now=utc_now())


@bp.put("/password-resets")
@door(ANYONE)
@password_tries
@bp.arguments(ChooseNewPasswordByTokenIn)
@bp.response(204)
def choose_password_by_link(values: dict[str, Any]) -> None:
    """Use the link of a mail, once, to choose a new password."""
    now = utc_now()
    account = queries.account_of_link(reading(), rules.digest_of(values["token"]), now)
    if account is None:
        raise NotFound("link_spent")
    chosen = values["password"]
    password_hash = passwords.chosen_by(
        account, chosen, has_factor=has_factor(reading(), account.id)
    )
    with transaction() as writer:
        actions.choose_new_password(
            writer, token=values["token"], password_hash=password_hash,
            is_long=rules.is_long(chosen), now=now,
        )  # fmt: skip
    if account.email is not None:
        remember_program(account.email)


_PEOPLE = page_of(PersonOut)


@bp.get("/people")
@door("list_people")
@bp.arguments(ListPeopleIn, location="query")
@bp.response(200, _PEOPLE, example=_page(_PERSON))
def list_people(asked: dict[str, Any]) -> dict[str, Any]:
    """Accounts with their roles, the newest first."""
    return _people(asked)


@bp.post("/people/search")
@door("list_people")
@bp.arguments(FindPeopleIn)
@bp.response(200, _PEOPLE, example=_page(_PERSON))
def find_people(asked: dict[str, Any]) -> dict[str, Any]:
    """Accounts whose name or address holds the words. No name stands in an address of a request."""
    return _people(asked)


def _people(asked: dict[str, Any]) -> dict[str, Any]:
    place = place_of(asked["cursor"], (int,))
    found = queries.people(
        reading(),
        words=asked.get("q", ""),
        role=asked["role"],
        older_than=place[0] if place else None,
        limit=asked["limit"] + 1,
    )
    return paged(found, asked["limit"], lambda account: (account.id,))


@bp.get("/people/<int:account_id>")
@door("open_person")
@bp.response(200, PersonOut, example=_PERSON)
def show_person(account_id: int) -> Account:
    """One account with its roles. That it was opened is kept in the audit log."""
    with transaction() as writer:
        return actions.open_person(writer, actor=acting(), account_id=account_id, now=utc_now())


@bp.post("/people/<int:account_id>/roles")
@door("grant_role")
@confirmed_lately
@idempotent
@bp.arguments(GrantRoleIn)
@bp.response(201, RoleOut, example={"id": 3, "role": "focal_point", "scope": "MA"})
def grant_role(values: dict[str, Any], account_id: int) -> RoleGrant:
    """Give a person a role. The same role and scope again changes nothing."""
    with transaction() as writer:
        grant = actions.grant_role(
            writer,
            actor=acting(),
            account_id=account_id,
            is_scope=known_scopes(),
            now=utc_now(),
            **values,
        )
        epoch = grant.account.session_epoch
    stay_if_self(account_id, epoch)
    return grant


@bp.delete("/people/<int:account_id>/roles/<int:role_id>")
@door("revoke_role")
@confirmed_lately
@bp.response(204)
def revoke_role(account_id: int, role_id: int) -> None:
    """Take a role back. The last administrator's is refused with 409 `last_admin`.

    Invitations that only this role let its holder send are revoked with it.
    """
    with transaction() as writer:
        epoch = actions.revoke_role(
            writer,
            actor=acting(),
            account_id=account_id,
            grant_id=role_id,
            then=after_revoking(),
            now=utc_now(),
        )
    stay_if_self(account_id, epoch)


@bp.get("/countries")
@door(ANYONE)
@bp.arguments(ListCountriesIn, location="query")
@bp.response(200, page_of(CountryOut), example=_page(_COUNTRY))
def list_countries(asked: dict[str, Any]) -> dict[str, Any]:
    """Countries and areas of the M49 list, in the order of their codes."""
    place = place_of(asked["cursor"], (str,))
    after: list[Country] = [
        country for code, country in sorted(countries().items()) if place is None or code > place[0]
    ]
    return paged(after[: asked["limit"] + 1], asked["limit"], lambda country: (country.code,))


@bp.get("/lists/<name>")
@door(ANYONE)
@bp.response(200, page_of(ChoiceOut), example=_page(_CHOICE))
def list_choices(name: str) -> dict[str, Any]:
    """A controlled list, whole: `professions`, `institution-kinds` or `genders`."""
    known = {
        "professions": lists.professions,
        "institution-kinds": lists.institution_kinds,
        "genders": lists.genders,
    }
    if name not in known:
        raise NotFound()
    list_name = name.replace("-", "_")
    items = [
        {
            "key": key,
            "labels": {code.value: lists.label_of(list_name, key, code) for code in Language},
        }
        for key in known[name]()
    ]
    return {"items": items, "next": None}
