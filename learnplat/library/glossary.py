"""The glossary: what the curriculum's terms are called and mean, in four languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from learnplat.core.languages import Language
from learnplat.library.instruments import PLACE, instruments


@dataclass(frozen=True, slots=True)
class Term:
    """A concept with its name and its meaning in each language.

    `others` are forms in which texts use the name, beyond those that words' endings make: broken
    plurals, a shorter way to say it. `instrument` and `place` say where the meaning comes from;
    both are None for the platform's own words.
    """

    key: str
    names: Mapping[Language, str]
    meanings: Mapping[Language, str]
    instrument: str | None = None
    place: str | None = None
    others: Mapping[Language, tuple[str, ...]] = field(default_factory=dict)

    def all_names(self, language: Language) -> tuple[str, ...]:
        """The name and the other forms in which texts use it."""
        return (self.names[language], *self.others.get(language, ()))


@cache
def glossary() -> Mapping[str, Term]:
    """Every term by its key. A fault in the file stops the start."""
    import yaml

    text = files("learnplat.library").joinpath("glossary.yaml").read_bytes()
    return read_glossary(yaml.load(text, Loader=yaml.CSafeLoader))


def read_glossary(written: list[dict[str, Any]]) -> Mapping[str, Term]:
    """What the file says: every key and source checked, no name in a language given twice."""
    found: dict[str, Term] = {}
    named: dict[tuple[Language, str], str] = {}
    for item in written:
        term = _term(item)
        if term.key in found:
            raise ValueError(f"glossary: “{term.key}” stands twice")
        for language in Language:
            for name in term.all_names(language):
                other = named.setdefault((language, name.casefold()), term.key)
                if other != term.key:
                    raise ValueError(
                        f"glossary: “{name}” ({language}) names {other} and {term.key}"
                    )
        found[term.key] = term
    return MappingProxyType(found)


def _term(item: dict[str, Any]) -> Term:
    key, source = item["key"], item.get("source")
    instrument, _, place = source.partition("/") if source else (None, None, None)
    if source and instrument not in instruments():
        raise ValueError(f"glossary, {key}: unknown instrument “{instrument}”")
    if place and not PLACE.fullmatch(place):
        raise ValueError(f"glossary, {key}: malformed place “{place}”")
    return Term(
        key=key,
        names=_by_language(item["term"]),
        meanings=_by_language(item["meaning"]),
        instrument=instrument,
        place=place or None,
        others=MappingProxyType(
            {Language(code): tuple(names) for code, names in item.get("also", {}).items()}
        ),
    )


def _by_language(values: Mapping[str, str]) -> Mapping[Language, str]:
    return MappingProxyType({language: values[language] for language in Language})
