"""Questions: enough of them in a test, three options or more, and no place that gives it away."""

from collections import Counter
from collections.abc import Iterator

from learnplat.catalogue.checks.pages import Page
from learnplat.catalogue.reader import Fault

FEWEST = {"lesson": 3, "test": 10}
FEWEST_OPTIONS = 3
# Of the right options of a test, the share that may stand at one place.
LARGEST_SHARE = 0.6


def has_enough(page: Page) -> Iterator[Fault]:
    if page.unit is None:
        return
    kind, number = page.unit.document["kind"], len(page.unit.questions)
    if number < FEWEST[kind]:
        yield page.fault(1, f"{number} questions; a {kind} has {FEWEST[kind]} or more")


def has_enough_options(page: Page) -> Iterator[Fault]:
    for question in page.unit.questions if page.unit else ():
        if question.options < FEWEST_OPTIONS:
            yield page.fault(
                question.line,
                f"question “{question.key}” has {question.options} options;"
                f" {FEWEST_OPTIONS} is the fewest",
            )


def has_no_telling_place(page: Page) -> Iterator[Fault]:
    """The right option of a page is not always the first, and never the first in most cases."""
    asked = page.unit.questions if page.unit else ()
    places = Counter(question.right[0] for question in asked if question.right)
    if len(asked) < 3 or not places:
        return
    place, number = places.most_common(1)[0]
    if number == len(asked) or (page.is_test and number > LARGEST_SHARE * len(asked)):
        yield page.fault(
            asked[0].line,
            f"option {place} is right in {number} of {len(asked)} questions; vary the place",
        )


def has_options_apart(page: Page) -> Iterator[Fault]:
    """No two options of a question say the same."""
    if page.unit is None:
        return
    for question, said in zip(page.unit.questions, page.unit.document["questions"], strict=True):
        texts = [option["text"] for option in said["options"]]
        if len(set(texts)) != len(texts):
            yield page.fault(question.line, f"question “{question.key}”: two options are the same")
