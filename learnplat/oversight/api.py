"""The audit log for programs."""

from typing import Any

from learnplat import audit
from learnplat.db import reading
from learnplat.oversight import queries
from learnplat.oversight.recording import keep_reading
from learnplat.oversight.rules import LOOKED_AT
from learnplat.oversight.schemas import AuditEntryOut, AuditVerificationOut, ListAuditIn
from learnplat.web.api import api_blueprint, page_of, paged, place_of
from learnplat.web.doors import door
from learnplat.web.limits import limiter

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
@door("read_audit_log")
@bp.arguments(ListAuditIn, location="query")
@bp.response(200, page_of(AuditEntryOut), example={"items": [_ENTRY], "next": None})
def list_audit(asked: dict[str, Any]) -> dict[str, Any]:
    """The audit log, the newest first. That it is read is recorded in it."""
    place = place_of(asked["cursor"], (int,))
    found = queries.entries(
        reading(),
        action=asked["action"],
        account_id=asked["account"],
        older_than=place[0] if place else None,
        limit=asked["limit"] + 1,
    )
    keep_reading(asked)
    return paged(found, asked["limit"], lambda entry: (entry.number,))


@bp.get("/audit/verification")
@door("verify_audit_log")
@limiter.limit("12 per minute")
@bp.response(
    200,
    AuditVerificationOut,
    example={
        "is_whole": True,
        "first_broken": None,
        "looked_at": 12,
        "last_number": 12,
        "last_digest": _ENTRY["digest"],
    },
)
def verify_audit() -> dict[str, Any]:
    """Whether the newest entries are as they were written; `learnplat audit verify` reads all."""
    broken = audit.verify(reading(), newest=LOOKED_AT)
    number, digest = audit.head(reading())
    return {
        "is_whole": broken is None,
        "first_broken": broken,
        "looked_at": min(number, LOOKED_AT),
        "last_number": number,
        "last_digest": digest,
    }
