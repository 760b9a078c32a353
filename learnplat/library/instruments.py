"""The catalogue of instruments: what units may cite, with titles in four languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

from learnplat.core.languages import Language

Value = TypeVar("Value")

# The order in which readers meet the groups of the universal instruments.
GROUPS = (
    "aviation",
    "maritime",
    "persons",
    "hostages",
    "nuclear",
    "explosives",
    "bombings",
    "financing",
)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A treaty or a resolution.

    `kind` is `universal`, `treaty` or `resolution`; `number` is the place among the universal ones.
    `verified` says of each title whether its wording was read in an official copy. `aliases` are
    other Arabic wordings, for search only. `supplements` and `amends` name other instruments.
    """

    key: str
    group: str
    kind: str
    year: int
    shorts: Mapping[Language, str]
    titles: Mapping[Language, str]
    verified: Mapping[Language, bool]
    number: int | None = None
    adopted_on: date | None = None
    symbol: str | None = None
    supplements: str | None = None
    amends: str | None = None
    aliases: tuple[str, ...] = ()
    notes: Mapping[Language, str] = field(default_factory=dict)


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
            year=item["year"],
            shorts=_by_language(item["short"]),
            titles=_by_language(item["title"]),
            verified=_by_language(item["verified"]),
            number=item.get("number"),
            adopted_on=item.get("adopted_on"),
            symbol=item.get("symbol"),
            supplements=item.get("supplements"),
            amends=item.get("amends"),
            aliases=tuple(item.get("aliases", ())),
            notes=_by_language(item["note"]) if "note" in item else MappingProxyType({}),
        )
    return MappingProxyType(found)


def _by_language(values: dict[str, Value]) -> Mapping[Language, Value]:
    return MappingProxyType({language: values[language] for language in Language})


def built_on(key: str) -> list[Instrument]:
    """The instruments that supplement or amend the one of that key, oldest first."""
    return [one for one in instruments().values() if key in (one.supplements, one.amends)]
