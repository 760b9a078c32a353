"""What the letters about a discussion say: facts in the reader's language and zone."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time, get_timezone_location

from learnplat.core.days import day_in_words
from learnplat.core.languages import Language
from learnplat.discussions.models import Discussion
from learnplat.discussions.rules import language_for


def moment(instant: datetime, zone: str, language: Language) -> str:
    """Day, time and zone in words: “Friday 20 November 2026, 14:00, Madrid (UTC+01:00)”."""
    local = instant.astimezone(ZoneInfo(zone))
    zone_words = zone
    if zone != "UTC":
        city = get_timezone_location(ZoneInfo(zone), locale=language.locale, return_city=True)
        offset = local.strftime("%z")
        # The offset runs left to right inside Arabic too.
        zone_words = f"{city} (\u2066UTC{offset[:3]}:{offset[3:5]}\u2069)"
    comma = "، " if language is Language.AR else ", "
    return comma.join(
        (
            day_in_words(local.date(), "full", language),
            format_time(local.time(), "HH:mm", locale=language.locale),
            zone_words,
        )
    )


def facts_of(discussion: Discussion, *, language: Language, zone: str) -> dict[str, Any]:
    """What a letter shows of the discussion, as JSON values."""
    texts = {text.language: text for text in discussion.texts}
    chosen = language_for(texts, language)
    return {
        "topic": texts[chosen].topic if chosen else "",
        "topic_language": str(chosen or language),
        "when": moment(discussion.starts_at, zone, language),
        "organiser_when": (
            None
            if zone == discussion.zone
            else moment(discussion.starts_at, discussion.zone, language)
        ),
        "minutes": discussion.minutes,
        "languages": [Language(code).own_name for code in discussion.languages],
        "experts": [expert.name for expert in discussion.experts],
        "path": f"/{language.value}/discussions/{discussion.id}",
    }
