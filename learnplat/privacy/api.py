"""One's own data as JSON."""

from typing import Any

from learnplat.core.clock import utc_now
from learnplat.db import transaction
from learnplat.people.step_up import confirmed_lately
from learnplat.privacy import actions
from learnplat.privacy.schemas import OwnDataOut
from learnplat.web.api import api_blueprint
from learnplat.web.doors import SIGNED_IN, acting, door

bp = api_blueprint("privacy", __name__, "A copy of one's own data")

_COPY = {
    "about": {
        "format": 1,
        "made_at": "2026-11-21T09:00:00Z",
        "account_number": 7,
        "times": "Every instant is in UTC.",
        "left_out": {"secret": "Secrets are left out."},
    },
    "account": {"id": 7, "email": "amal@justice.example", "name": "أمل بناني", "country": "MA"},
    "records": {
        "enrolments": [
            {"run": "ULF-SELF", "status": "active", "enrolled_at": "2026-11-20T09:00:00Z"}
        ]
    },
}


@bp.get("/me/data")
@door(SIGNED_IN)
@confirmed_lately
@bp.response(200, OwnDataOut, example=_COPY)
def take_own_data() -> Any:
    """Everything that is kept of you, in one document.

    Asks that you have proved lately that it is you: within five minutes of a new access token.
    """
    with transaction() as session:
        return actions.take_own_data(session, actor=acting(), now=utc_now())
