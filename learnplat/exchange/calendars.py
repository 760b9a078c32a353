"""Discussions as calendars read them: iCalendar (RFC 5545), published to whoever subscribes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext
from icalendar import Calendar, Event, vCalAddress, vText

from learnplat.core.languages import Language
from learnplat.discussions.models import Discussion, DiscussionStatus
from learnplat.discussions.showing import seen

PRODUCT = "-//learnplat//live discussions//EN"
LOOK_AGAIN_AFTER = timedelta(hours=1)
_A_YEAR = timedelta(days=366)


def calendar_of(
    discussions: Iterable[Discussion],
    *,
    language: Language,
    base_url: str,
    host: str,
    now: datetime,
    is_feed: bool = False,
) -> bytes:
    """A calendar with one event for each discussion, in the words of `language`.

    The same discussion keeps its UID for ever, in every calendar; SEQUENCE says which state of it
    is the newest. A feed also says its name and how often to look again.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    found = list(discussions)
    with force_locale(language.value):
        if is_feed:
            name = gettext("Live discussions")
            calendar.add("name", name)
            calendar.add("x-wr-calname", name)
            calendar.add("refresh-interval", LOOK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
            calendar.add("x-published-ttl", "PT1H")
        for discussion in found:
            calendar.add_component(_event(discussion, language, base_url, host, now))
    if found:
        starts = [discussion.starts_at for discussion in found]
        calendar.add_missing_timezones(
            first_date=(min(starts) - _A_YEAR).date(), last_date=(max(starts) + _A_YEAR).date()
        )
    return bytes(calendar.to_ical())


def _event(
    discussion: Discussion, language: Language, base_url: str, host: str, now: datetime
) -> Event:
    shown = seen(discussion, language, now)
    url = f"{base_url}/{language.value}/discussions/{discussion.id}"
    zone = ZoneInfo(discussion.zone)
    starts_at = discussion.starts_at.astimezone(zone)
    ends_at = (discussion.starts_at + timedelta(minutes=discussion.minutes)).astimezone(zone)
    is_cancelled = discussion.status is DiscussionStatus.CANCELLED
    said_in = {"LANGUAGE": shown.language.value}
    event = Event()
    event.add("uid", f"{discussion.uid}@{host}")
    event.add("sequence", discussion.sequence)
    event.add("dtstamp", now)
    event.add("created", discussion.planned_at)
    event.add("last-modified", discussion.changed_at)
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("summary", shown.topic, parameters=said_in)
    parts = [shown.description]
    parts += [
        "\n".join(part for part in (expert.name, expert.biography) if part)
        for expert in shown.experts
    ]
    spoken = " · ".join(name for _, name in shown.spoken)
    parts.append(gettext("Languages spoken: %(languages)s", languages=spoken))
    parts.append(url)
    event.add("description", "\n\n".join(part for part in parts if part), parameters=said_in)
    event.add("url", url)
    organiser = vCalAddress(f"mailto:no-reply@{host}")
    organiser.params["CN"] = vText("learnplat")
    event.add("organizer", organiser)
    return event
