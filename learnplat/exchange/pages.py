"""Addresses that other people's programs ask: calendars."""

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from learnplat.core.clock import utc_now
from learnplat.core.refusals import NotFound
from learnplat.db import reading
from learnplat.discussions import queries
from learnplat.exchange.calendars import calendar_of
from learnplat.web.doors import ANYONE, door
from learnplat.web.languages import IN_URL, reader_language
from learnplat.web.pages import base_url

bp = Blueprint("exchange_pages", __name__)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"


@bp.get(f"{IN_URL}/discussions/<int:discussion_id>.ics")
@door(ANYONE)
def show_discussion_calendar(discussion_id: int) -> ResponseReturnValue:
    discussion = queries.discussion_by_id(reading(), discussion_id)
    if discussion is None:
        raise NotFound()
    body = calendar_of(
        [discussion], language=reader_language(), base_url=base_url(), host=_host(), now=utc_now()
    )
    answer = Response(body, content_type=_TYPE)
    answer.headers.set(
        "Content-Disposition", "attachment", filename=f"discussion-{discussion_id}.ics"
    )
    return answer


@bp.get("/calendar/<token>.ics")
@door(ANYONE)
def show_personal_calendar(token: str) -> ResponseReturnValue:
    """The secret in the address is the door: it shows one person's seats, and nothing else."""
    session = reading()
    owner = queries.calendar_owner(session, token) if _TOKEN.fullmatch(token) else None
    if owner is None:
        raise NotFound()
    body = calendar_of(
        queries.discussions_of_person(session, owner.account_id),
        language=owner.language,
        base_url=base_url(),
        host=_host(),
        now=utc_now(),
        is_feed=True,
    )
    answer = Response(body, content_type=_TYPE)
    answer.headers["Cache-Control"] = "no-store, private"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _host() -> str:
    return urlsplit(base_url()).hostname or "localhost"
