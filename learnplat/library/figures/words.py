"""The words of the figures, in four languages."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from learnplat.core.languages import Language

Words = Mapping[str, str]


@cache
def written() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """By figure and by place in it, the words by language."""
    import yaml

    text = files("learnplat.library").joinpath("figures/words.yaml").read_bytes()
    found: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


def words(figure: str, language: Language) -> Words:
    return {place: texts[language] for place, texts in written()[figure].items()}
