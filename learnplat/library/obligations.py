"""What the universal instruments oblige States to do, and in which article."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from learnplat.core.languages import Language
from learnplat.library.instruments import PLACE, instruments


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing that instruments oblige States to do, or let them do."""

    key: str
    names: Mapping[Language, str]
    meanings: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a duty is written. `instrument` is a key: of the one itself, or of what it builds on."""

    instrument: str
    place: str


Passages = Mapping[str, tuple[Passage, ...]]


@dataclass(frozen=True, slots=True)
class Obligations:
    """The kinds of obligation in order, and by instrument where each of them is written.

    An instrument without a kind is one in which it was not found, or not yet looked for.
    """

    kinds: Mapping[str, Obligation]
    passages: Mapping[str, Passages]

    def of(self, instrument: str) -> Passages:
        """By kind of obligation, the passages of one instrument; nothing when none is known."""
        return self.passages.get(instrument, MappingProxyType({}))


@cache
def obligations() -> Obligations:
    """The obligations as the house knows them. A fault in the file stops the start."""
    import yaml

    text = files("learnplat.library").joinpath("obligations.yaml").read_bytes()
    return read_obligations(yaml.load(text, Loader=yaml.CSafeLoader))


def read_obligations(written: dict[str, Any]) -> Obligations:
    """What the file's two parts say, every key and place checked."""
    kinds = {
        item["key"]: Obligation(
            item["key"], _by_language(item["name"]), _by_language(item["meaning"])
        )
        for item in written["obligations"]
    }
    passages = {}
    for key, duties in written["instruments"].items():
        if key not in instruments():
            raise ValueError(f"obligations: unknown instrument “{key}”")
        for kind in duties:
            if kind not in kinds:
                raise ValueError(f"obligations of {key}: unknown obligation “{kind}”")
        passages[key] = MappingProxyType(
            {
                kind: tuple(_passage(key, place) for place in duties[kind])
                for kind in kinds
                if kind in duties
            }
        )
    return Obligations(MappingProxyType(kinds), MappingProxyType(passages))


def _passage(own: str, written: str) -> Passage:
    """`7.1` is a place of the instrument itself, `hague-1970/7bis` one of another."""
    key, stroke, place = written.rpartition("/")
    other = key if stroke else own
    if other not in instruments():
        raise ValueError(f"obligations of {own}: unknown instrument “{other}”")
    if not PLACE.fullmatch(place):
        raise ValueError(f"obligations of {own}: malformed place “{written}”")
    return Passage(other, place)


def _by_language(values: Mapping[str, str]) -> Mapping[Language, str]:
    return MappingProxyType({language: values[language] for language in Language})
