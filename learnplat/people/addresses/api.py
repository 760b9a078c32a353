"""Another address, for programs."""

from typing import Any

from learnplat.core.clock import utc_now
from learnplat.db import transaction
from learnplat.people.addresses import actions
from learnplat.people.addresses.schemas import AskForAddressIn, ChangeAddressIn
from learnplat.people.sign_in import confirmed, stay_if_self
from learnplat.people.step_up import confirmed_lately
from learnplat.people.tries import mail_tries, password_tries
from learnplat.web.api import api_blueprint, idempotent
from learnplat.web.doors import ANYONE, SIGNED_IN, acting, door

bp = api_blueprint("address", __name__, "Another address for an account")


@bp.post("/me/address-changes")
@door(SIGNED_IN)
@confirmed_lately
@password_tries
@mail_tries
@idempotent
@bp.arguments(AskForAddressIn)
@bp.response(204)
def ask_for_address(values: dict[str, Any]) -> None:
    """Ask for another address. A link goes there, and a notice to the address of today."""
    actor = acting()
    seen = confirmed(actor, values["current_password"])
    with transaction() as session:
        actions.ask_for_address(
            session, actor=actor, email=values["email"], seen=seen, now=utc_now()
        )


@bp.put("/address-changes")
@door(ANYONE)
@password_tries
@bp.arguments(ChangeAddressIn)
@bp.response(204)
def change_address(values: dict[str, Any]) -> None:
    """Use the link of the letter, once. Every session and every token of the account ends."""
    with transaction() as session:
        account_id, epoch = actions.change_address(session, token=values["token"], now=utc_now())
    stay_if_self(account_id, epoch)
