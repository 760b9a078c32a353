"""What the menus of a profile offer, in the reader's language."""

from typing import Any

from learnplat.core.lists import genders, institution_kinds, professions
from learnplat.db import reading
from learnplat.people.institutions import listed_institutions
from learnplat.web.choices import LANGUAGE_OPTIONS, country_options, list_options, zone_options
from learnplat.web.languages import reader_language

MOST_INSTITUTIONS = 200  # offered at once beside a field that takes any name


def profile_options(zone: str, country: str | None = None) -> dict[str, Any]:
    """The options of each menu; `country` is that of the institutions offered, once it is known."""
    language = reader_language()
    listed = listed_institutions(reading(), country, limit=MOST_INSTITUTIONS) if country else []
    return {
        "countries": country_options(language),
        "institution_kinds": list_options("institution_kinds", institution_kinds(), language),
        "institutions": [institution.name for institution in listed],
        "professions": list_options("professions", professions(), language),
        "genders": list_options("genders", genders(), language),
        "languages": LANGUAGE_OPTIONS,
        "zones": zone_options(language, zone),
    }
