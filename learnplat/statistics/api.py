"""Participation for programs."""

from datetime import date
from typing import Any

from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.statistics.report import participation, record_export
from learnplat.statistics.schemas import ParticipationOut, ShowParticipationIn
from learnplat.web.api import api_blueprint
from learnplat.web.doors import acting, door

bp = api_blueprint("statistics", __name__, "Who was trained in a period, and from which countries")

_EXAMPLE = {
    "period": {"since": "2012-01-01", "until": "2012-12-31", "zone": "UTC"},
    "as_at": "2026-11-20T09:00:00Z",
    "basis": "internal",
    "courses_delivered": 1,
    "practitioners_trained": 28,
    "countries": ["AR", "UY"],
    "country_count": 2,
    "enrolments": 31,
    "completions": 28,
    "users": 188,
    "user_country_count": 39,
    "discussions_held": 2,
    "discussion_languages": ["es"],
    "discussion_participants": 12,
    "attendances": 15,
    "by_country": [
        {"country": "AR", "enrolments": 16, "completions": 14, "practitioners_trained": 14},
        {"country": "UY", "enrolments": 15, "completions": 14, "practitioners_trained": 14},
    ],
    "by_course": [
        {
            "course": "MLJ-ES-2012",
            "language": "es",
            "enrolments": 31,
            "completions": 28,
            "practitioners_trained": 28,
            "country_count": 2,
        },
    ],
    "by_gender": {"female": 12, "male": 16},
    "by_profession": {"judge": 10, "prosecutor": 18},
    "by_language": {"es": 28},
    "definitions": {
        "practitioners_trained": "Distinct persons with at least one completion dated "
        "in the period."
    },
    "digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


@bp.get("/statistics/participation")
@door("read_participation")
@bp.arguments(ShowParticipationIn, location="query")
@bp.response(200, ParticipationOut, example=_EXAMPLE)
def show_participation(period: dict[str, date]) -> dict[str, Any]:
    """The participation report of a period: the same document as `learnplat report`."""
    now = utc_now()
    document = participation(reading(), period["since"], period["until"], now)
    with transaction() as session:
        record_export(session, acting().account_id, "api", now=now, **period)
    return document
