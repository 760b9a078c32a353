"""How others see a person, for programs."""

from typing import Any

from learnplat.core.refusals import NotFound
from learnplat.db import reading, transaction
from learnplat.people import queries
from learnplat.people.identity import office_label
from learnplat.people.identity_actions import choose_identity as choose
from learnplat.people.identity_schemas import ChooseIdentityIn, IdentityOut
from learnplat.people.models import Account
from learnplat.web.api import api_blueprint
from learnplat.web.doors import SIGNED_IN, acting, door

bp = api_blueprint("identity", __name__, "How others see a person.")

_IDENTITY = {
    "shown_as": "office",
    "handle": "Baobab 21",
    "name_label": "Moussa Issoufou",
    "office_label": "Prosecutor, Western Africa",
}


@bp.get("/me/identity")
@door(SIGNED_IN)
@bp.response(200, IdentityOut, example=_IDENTITY)
def show_identity() -> dict[str, Any]:
    """How others see you, and what each way shows them in your language."""
    account = queries.account_with_roles(reading(), acting().account_id)
    if account is None:
        raise NotFound()
    return _out(account)


@bp.put("/me/identity")
@door(SIGNED_IN)
@bp.arguments(ChooseIdentityIn)
@bp.response(200, IdentityOut, example=_IDENTITY)
def choose_identity(values: dict[str, Any]) -> dict[str, Any]:
    """Choose how others see you. A room in which you have a seat keeps what you chose for it."""
    with transaction() as session:
        return _out(choose(session, actor=acting(), **values))


def _out(account: Account) -> dict[str, Any]:
    return {
        "shown_as": account.shown_as,
        "handle": account.handle,
        "name_label": account.name,
        "office_label": office_label(account.profession, account.country, account.language),
    }
