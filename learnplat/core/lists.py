"""The controlled lists: professions, kinds of institution, genders. Never free text in a figure."""

from functools import cache
from importlib.resources import files

import yaml

from learnplat.core.languages import Language


@cache
def _lists() -> dict[str, dict[str, dict[str, str]]]:
    text = files("learnplat.core").joinpath("data/lists.yaml").read_text(encoding="utf-8")
    return {
        name: {item["key"]: {code: item[code] for code in Language} for item in items}
        for name, items in yaml.load(text, Loader=yaml.CSafeLoader).items()
    }


def professions() -> tuple[str, ...]:
    return tuple(_lists()["professions"])


def institution_kinds() -> tuple[str, ...]:
    return tuple(_lists()["institution_kinds"])


def genders() -> tuple[str, ...]:
    return tuple(_lists()["genders"])


def label_of(list_name: str, key: str, language: Language) -> str:
    """The label of `key` in the list `professions`, `institution_kinds` or `genders`."""
    return _lists()[list_name][key][language]
