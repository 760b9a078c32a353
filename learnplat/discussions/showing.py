"""A discussion as one reader sees it: the words in their language, the phase, the seats."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from learnplat.core.languages import Language
from learnplat.discussions.models import Discussion, DiscussionStatus
from learnplat.discussions.rules import Phase, language_for, phase, seats_left


@dataclass(frozen=True, slots=True)
class ExpertSeen:
    name: str
    biography: str
    language: Language


@dataclass(frozen=True, slots=True)
class DiscussionSeen:
    """What a page shows. `language` is that of the topic and the description.

    `spoken` holds (code, own name) of each language spoken.
    """

    id: int
    topic: str
    description: str
    language: Language
    starts_at: datetime
    zone: str
    minutes: int
    seats: int | None
    seats_left: int | None
    spoken: tuple[tuple[str, str], ...]
    course_key: str | None
    experts: tuple[ExpertSeen, ...]
    phase: Phase
    is_registered: bool

    @property
    def is_coming(self) -> bool:
        return self.phase is Phase.COMING

    @property
    def is_full(self) -> bool:
        return self.seats_left == 0


def seen(
    discussion: Discussion, reader: Language, now: datetime, registered: Collection[int] = ()
) -> DiscussionSeen:
    """The discussion for a reader of `reader` who holds seats in the `registered` ones."""
    texts = {text.language: text for text in discussion.texts}
    language = language_for(texts, reader)
    experts = []
    for expert in discussion.experts:
        biographies = {Language(code): words for code, words in expert.biographies.items()}
        spoken = language_for(biographies, reader)
        experts.append(
            ExpertSeen(
                name=expert.name,
                biography=biographies[spoken] if spoken else "",
                language=spoken or reader,
            )
        )
    return DiscussionSeen(
        id=discussion.id,
        topic=texts[language].topic if language else "",
        description=texts[language].description if language else "",
        language=language or reader,
        starts_at=discussion.starts_at,
        zone=discussion.zone,
        minutes=discussion.minutes,
        seats=discussion.seats,
        seats_left=seats_left(discussion.seats, discussion.seats_taken),
        spoken=tuple((code, Language(code).own_name) for code in discussion.languages),
        course_key=discussion.course_key,
        experts=tuple(experts),
        phase=phase(
            discussion.starts_at,
            discussion.minutes,
            is_cancelled=discussion.status is DiscussionStatus.CANCELLED,
            now=now,
        ),
        is_registered=discussion.id in registered,
    )
