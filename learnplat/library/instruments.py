"""The catalogue of instruments: what units may cite, with titles in four languages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

from learnplat.core.languages import Language

Value = TypeVar("Value")

KINDS = ("universal", "treaty", "resolution", "regional", "model", "standard")
# The order in which readers meet the groups: first those of the universal instruments.
GROUPS = (
    "aviation",
    "maritime",
    "persons",
    "hostages",
    "nuclear",
    "explosives",
    "bombings",
    "financing",
    "security-council",
    "general-assembly",
    "charter",
    "treaty-law",
    "responsibility",
    "human-rights",
    "refugees",
    "armed-conflict",
    "organized-crime",
    "sea",
    "weapons",
    "cooperation",
    "criminal-justice",
    "regional-terrorism",
    "regional-cooperation",
    "regional-rights",
)
# An article and what is below it: 7, 3bis, 11A, 7.1, 2.1.b, 3.2bis, 1.F
_AGAIN = "(?:bis|ter|quater|quinquies)?"
PLACE = re.compile(
    rf"[1-9]\d{{0,2}}(?:[A-E]|{_AGAIN})(?:\.(?:[1-9]\d{{0,2}}{_AGAIN}|[a-z]{{1,4}}|[A-Z]))*"
)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A treaty, a resolution or another text that units may cite.

    `kind` is one of KINDS; `number` is the place among the universal ones. `body` is who adopted
    it. `places` says what its parts are: articles, paragraphs, principles, rules, guidelines or
    recommendations. `verified` says of each title whether its wording was read in an official
    copy. `aliases` are other Arabic wordings, for search only. `supplements` and `amends` name
    other instruments.
    """

    key: str
    group: str
    kind: str
    body: str
    year: int
    shorts: Mapping[Language, str]
    titles: Mapping[Language, str]
    verified: Mapping[Language, bool]
    number: int | None = None
    adopted_on: date | None = None
    in_force_on: date | None = None
    symbol: str | None = None
    supplements: str | None = None
    amends: str | None = None
    places: str = "articles"
    aliases: tuple[str, ...] = ()
    notes: Mapping[Language, str] = field(default_factory=dict)


_PLACES = {"resolution": "paragraphs"}


def source() -> bytes:
    """The catalogue's file as it stands, to tell whether it has changed."""
    return files("learnplat.library").joinpath("instruments.yaml").read_bytes()


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument by its key, in the order in which readers see them."""
    import yaml

    found = {}
    for item in yaml.load(source(), Loader=yaml.CSafeLoader):
        found[item["key"]] = Instrument(
            key=item["key"],
            group=item["group"],
            kind=item["kind"],
            body=item["body"],
            year=item["year"],
            shorts=_by_language(item["short"]),
            titles=_by_language(item["title"]),
            verified=_by_language(item["verified"]),
            number=item.get("number"),
            adopted_on=item.get("adopted_on"),
            in_force_on=item.get("in_force_on"),
            symbol=item.get("symbol"),
            supplements=item.get("supplements"),
            amends=item.get("amends"),
            places=item.get("places", _PLACES.get(item["kind"], "articles")),
            aliases=tuple(item.get("aliases", ())),
            notes=_by_language(item["note"]) if "note" in item else MappingProxyType({}),
        )
    return MappingProxyType(found)


def _by_language(values: dict[str, Value]) -> Mapping[Language, Value]:
    return MappingProxyType({language: values[language] for language in Language})


def built_on(key: str) -> list[Instrument]:
    """The instruments that supplement or amend the one of that key, oldest first."""
    return [one for one in instruments().values() if key in (one.supplements, one.amends)]
