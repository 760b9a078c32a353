"""Joining as JSON: applications, confirmations of an address, institutions, invitations."""

from typing import Any

from learnplat.admission import inviting, queries, rules
from learnplat.admission.applying import applicant_of, applied, confirmed_address
from learnplat.admission.models import Invitation
from learnplat.admission.schemas import (
    ConfirmAddressByTokenIn,
    InstitutionOut,
    InvitationOut,
    InvitePersonIn,
    JoinIn,
    JoiningOut,
    LetterSentOut,
    ListInstitutionsIn,
)
from learnplat.core.clock import utc_now
from learnplat.core.permissions import scopes_of
from learnplat.db import reading, transaction
from learnplat.people.institutions import listed_institutions
from learnplat.people.tries import mail_tries, password_tries
from learnplat.web.api import ListIn, api_blueprint, idempotent, page_of, paged, place_of
from learnplat.web.doors import ANYONE, acting, door

bp = api_blueprint("joining", __name__, "Applying for an account, invitations, institutions")

_INSTITUTION = {"id": 4, "country": "MA", "kind": "court", "name": "Cour d'appel de Rabat"}
_INVITATION = {
    "id": 12,
    "email": "moussa@justice.example",
    "country": "NE",
    "language": "fr",
    "state": "open",
    "is_mine": True,
    "invited_at": "2026-11-21T09:00:00Z",
    "expires_at": "2026-12-05T09:00:00Z",
}


@bp.post("/accounts")
@door(ANYONE)
@mail_tries
@idempotent
@bp.arguments(JoinIn)
@bp.response(202, LetterSentOut, example={"state": "letter_sent"})
def apply(values: dict[str, Any]) -> dict[str, Any]:
    """Ask for an account. A letter goes to the address; the answer is the same for every address."""
    applied(values)
    return {}


@bp.post("/address-confirmations")
@door(ANYONE)
@password_tries
@bp.arguments(ConfirmAddressByTokenIn)
@bp.response(200, JoiningOut, example={"state": "waiting"})
def confirm_address(values: dict[str, Any]) -> dict[str, Any]:
    """Use the link of a letter, once. `password_needed` asks for a password to be chosen with it."""
    token = values["token"]
    confirmed_address(token, applicant_of(token), values["password"])
    return {}


@bp.get("/institutions")
@door(ANYONE)
@bp.arguments(ListInstitutionsIn, location="query")
@bp.response(200, page_of(InstitutionOut), example={"items": [_INSTITUTION], "next": None})
def list_institutions(asked: dict[str, Any]) -> dict[str, Any]:
    """The listed institutions of a country. One that is not here is proposed by applying with it."""
    place = place_of(asked["cursor"], (str,))
    found = listed_institutions(
        reading(),
        asked["country"],
        asked["q"],
        after=place[0] if place else "",
        limit=asked["limit"] + 1,
    )
    return paged(found, asked["limit"], lambda institution: (institution.name_key,))


def _out(invitation: Invitation) -> dict[str, Any]:
    return {
        "id": invitation.id,
        "email": invitation.email,
        "country": invitation.country,
        "language": invitation.language,
        "state": rules.state_of_invitation(
            invitation.used_at, invitation.revoked_at, invitation.expires_at, utc_now()
        ),
        "is_mine": invitation.invited_by_id == acting().account_id,
        "invited_at": invitation.invited_at,
        "expires_at": invitation.expires_at,
    }


@bp.get("/invitations")
@door("list_invitations")
@bp.arguments(ListIn, location="query")
@bp.response(200, page_of(InvitationOut), example={"items": [_INVITATION], "next": None})
def list_invitations(asked: dict[str, Any]) -> dict[str, Any]:
    """Invitations, the newest first; a focal point sees those of their own country."""
    place = place_of(asked["cursor"], (int,))
    found = queries.invitations(
        reading(),
        countries=scopes_of(acting(), "list_invitations"),
        older_than=place[0] if place else None,
        limit=asked["limit"] + 1,
    )
    sent = [invitation for invitation, _ in found]
    page = paged(sent, asked["limit"], lambda invitation: (invitation.id,))
    return {**page, "items": [_out(invitation) for invitation in page["items"]]}


@bp.post("/invitations")
@door("invite_person")
@mail_tries
@idempotent
@bp.arguments(InvitePersonIn)
@bp.response(201, InvitationOut, example=_INVITATION)
def invite_person(values: dict[str, Any]) -> dict[str, Any]:
    """Invite one address. The answer is the same whether or not the address has an account."""
    with transaction() as session:
        return _out(inviting.invite_person(session, actor=acting(), now=utc_now(), **values))


@bp.post("/invitations/<int:invitation_id>/revocation")
@door("revoke_invitation")
@bp.response(200, InvitationOut, example=_INVITATION | {"state": "revoked"})
def revoke_invitation(invitation_id: int) -> dict[str, Any]:
    """Take an open invitation back. Again changes nothing; one that is over is 409."""
    with transaction() as session:
        return _out(
            inviting.revoke_invitation(
                session, actor=acting(), invitation_id=invitation_id, now=utc_now()
            )
        )
