"""Which figures there are, and their drawings."""

from collections.abc import Callable, Mapping
from functools import cache

from learnplat.core.languages import Language
from learnplat.library.figures.canvas import Canvas
from learnplat.library.figures.heads import draw_heads
from learnplat.library.figures.matrix import draw_matrix
from learnplat.library.figures.route import draw_route
from learnplat.library.figures.steps import draw_steps
from learnplat.library.figures.timeline import draw_timeline
from learnplat.library.figures.words import Words, words

FIGURES: Mapping[str, Callable[[Canvas, Words], str]] = {
    "mla-route": draw_route,
    "jurisdiction-heads": draw_heads,
    "freezing-steps": draw_steps,
    "instruments-timeline": draw_timeline,
    "obligations-matrix": draw_matrix,
}


def is_figure(key: str) -> bool:
    return key in FIGURES


@cache
def drawn(key: str, language: Language) -> str:
    """The figure of that key as an inline SVG in one language."""
    said = words(key, language)
    canvas = Canvas(language)
    description = FIGURES[key](canvas, said)
    return canvas.svg(f"figure-{key}-{language}", said["title"], description)
