"""The audit log for programs."""

from typing import Any

from learnplat.core.actors import Role
from learnplat.db import reading
from learnplat.oversight import queries
from learnplat.oversight.schemas import AuditEntryOut, ListAuditIn
from learnplat.web.api import api_blueprint, page_of, paged, place_of
from learnplat.web.doors import door

bp = api_blueprint("oversight", __name__, "What was done with power, or to a person")

_ENTRY = {
    "number": 12,
    "at": "2026-11-20T09:00:00Z",
    "actor_id": 3,
    "actor_name": "Ruth Adeyemi",
    "action": "role_granted",
    "subject_kind": "account",
    "subject_id": 7,
    "reason": None,
    "facts": {"role": "focal_point", "scope": "MA"},
    "previous": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "digest": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
}


@bp.get("/audit")
@door(Role.ADMIN)
@bp.arguments(ListAuditIn, location="query")
@bp.response(200, page_of(AuditEntryOut), example={"items": [_ENTRY], "next": None})
def list_audit(asked: dict[str, Any]) -> dict[str, Any]:
    """The audit log, the newest first."""
    place = place_of(asked["cursor"], (int,))
    found = queries.entries(
        reading(),
        action=asked["action"],
        account_id=asked["account"],
        older_than=place[0] if place else None,
        limit=asked["limit"] + 1,
    )
    return paged(found, asked["limit"], lambda entry: (entry.number,))
