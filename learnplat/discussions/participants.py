"""Who takes part in a discussion, as they choose to be seen: labels and numbers, and no more."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from learnplat.core.collation import collation_key
from learnplat.core.languages import Language
from learnplat.people.identity import label_for
from learnplat.people.models import ShownAs


@dataclass(frozen=True, slots=True)
class Identity:
    """What a label of a person is made of."""

    shown_as: ShownAs
    name: str
    handle: str | None
    profession: str
    country: str

    def label(self, language: Language, shown_as: ShownAs | None = None) -> str:
        return label_for(
            shown_as or self.shown_as,
            name=self.name,
            handle=self.handle,
            profession=self.profession,
            country=self.country,
            language=language,
        )


@dataclass(frozen=True, slots=True)
class Participant:
    """One label, and how many are seen under it."""

    label: str
    number: int


def participants_seen(found: Iterable[Identity], language: Language) -> list[Participant]:
    """The labels in the order of the alphabet: when somebody came is not to be seen from it."""
    counted = Counter(identity.label(language) for identity in found)
    return [
        Participant(label, counted[label])
        for label in sorted(counted, key=lambda label: collation_key(label, language))
    ]
