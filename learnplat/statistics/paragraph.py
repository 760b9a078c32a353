"""The paragraph that a report to Member States prints, in each of the four languages."""

from collections.abc import Mapping
from typing import Any

from learnplat.core.collation import collation_key
from learnplat.core.countries import country_name
from learnplat.core.languages import Language
from learnplat.statistics.wording import Facts, wording_of


def names_in_order(codes: list[str], language: Language) -> list[tuple[str, str]]:
    """(code, United Nations short name) of each country, in the language's alphabet."""
    named = [(code, country_name(code, language)) for code in codes]
    return sorted(named, key=lambda pair: collation_key(pair[1], language))


def report_paragraph(document: Mapping[str, Any], language: Language) -> str:
    """Who was trained and what was discussed, as one paragraph of prose."""
    return wording_of(language).paragraph(
        Facts(
            courses=document["courses_delivered"],
            practitioners=document["practitioners_trained"],
            countries=[name for _, name in names_in_order(document["countries"], language)],
            discussions=document["discussions_held"],
            languages=[Language(code) for code in document["discussion_languages"]],
        )
    )
