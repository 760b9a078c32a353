"""What each language of a report has to bring."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from learnplat.core.languages import Language

NO_BREAK = "\u00a0"
NARROW = "\u202f"  # before ; : ! ? and inside « » in French


@dataclass(frozen=True, slots=True)
class Facts:
    """What the paragraph says. `countries` are names, in order; `languages` those spoken."""

    courses: int
    practitioners: int
    countries: Sequence[str]
    discussions: int
    languages: Sequence[Language]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a report in one language.

    `labels` are headings and names of figures; `definitions` say what each figure counts;
    `languages` are the languages' names as a list shows them.
    """

    paragraph: Callable[[Facts], str]
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    languages: Mapping[str, str]
    number: Callable[[int], str]
    colon: str = ": "


def grouped(number: int, separator: str) -> str:
    """Figures in groups of three."""
    return f"{number:,}".replace(",", separator)


def joined(names: Sequence[str], last: str, between: str = ", ") -> str:
    """A list in a sentence: `last` stands before the last name."""
    if len(names) < 2:
        return "".join(names)
    return f"{between.join(names[:-1])}{last}{names[-1]}"
