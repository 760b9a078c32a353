"""Headings: a text begins before the first, has a fair number of them, and repeats none."""

from collections import Counter
from collections.abc import Iterator

from learnplat.catalogue.checks.pages import Page
from learnplat.catalogue.reader import Fault

FEWEST, MOST = 3, 7  # of the second level, in a unit


def has_an_opening(page: Page) -> Iterator[Fault]:
    """A unit greets the reader before its first heading."""
    if page.unit and page.body and page.body[0].kind == "heading":
        yield page.fault(page.first_line, "the text begins with a heading; open with a paragraph")


def asks_at_the_opening(page: Page) -> Iterator[Fault]:
    """A lesson opens with a question that a practitioner has."""
    opening = []
    for passage in page.body:
        if passage.kind == "heading":
            break
        opening.append(passage.text)
    if page.is_lesson and opening and not any(mark in " ".join(opening) for mark in "?؟"):
        yield page.fault(page.first_line, "the opening asks no question")


def has_a_fair_number(page: Page) -> Iterator[Fault]:
    if page.unit is None:
        return
    number = sum(heading.level == 2 for heading in page.unit.headings)
    if not FEWEST <= number <= MOST:
        yield page.fault(
            page.first_line,
            f"{number} headings of the second level; a unit has {FEWEST} to {MOST}",
        )


def repeats_none(page: Page) -> Iterator[Fault]:
    seen: Counter[str] = Counter()
    for passage in page.passages:
        if passage.kind == "heading":
            seen[passage.text] += 1
            if seen[passage.text] == 2:
                yield page.fault(passage.line, f"the heading “{passage.text}” stands here twice")
