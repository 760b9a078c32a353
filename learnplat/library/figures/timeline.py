"""The universal instruments by the year in which they were adopted."""

import re
from itertools import groupby

from learnplat.core.languages import Language
from learnplat.library.figures.canvas import WIDTH, Canvas
from learnplat.library.figures.words import Words
from learnplat.library.instruments import Instrument, instruments

_YEAR = 40.0
_SPINE = 52.0
_TEXT = 68.0
_ROOM = WIDTH - _TEXT - 2
_PER_YEAR = 3.0


def universal() -> list[Instrument]:
    """The universal instruments in the order of their numbers."""
    found = [one for one in instruments().values() if one.kind == "universal"]
    return sorted(found, key=lambda one: one.number or 0)


def name_of(one: Instrument, language: Language) -> str:
    """Its short name without the year, which stands elsewhere."""
    short = re.sub(rf",? {one.year}\)", ")", one.shorts[language])
    return re.sub(rf" ?\({one.year}\)| ?\(\)", "", short)


def draw_timeline(canvas: Canvas, words: Words) -> str:
    """Years down a line, farther apart the longer the time between them."""
    described, before, down = [words["description"]], None, 0.0
    line = canvas.size * canvas.leading
    texts = len(canvas.parts)
    dots: list[tuple[float, str]] = []
    for year, group in groupby(universal(), key=lambda one: one.year):
        if before is not None:
            down += (year - before - 1) * _PER_YEAR
        before = year
        canvas.lines(_YEAR, down, [str(year)], is_bold=True, anchor="end")
        named = []
        for one in group:
            dots.append((down + line / 2, "ring" if one.supplements or one.amends else "dot"))
            name = f"{one.number}. {name_of(one, canvas.language)}"
            named.append(name)
            down = canvas.words(_TEXT, down, name, _ROOM) + 5
        described.append(f"{year} · {' · '.join(named)}.")
        down += 4
    written, canvas.parts = canvas.parts[texts:], canvas.parts[:texts]
    canvas.line([(_SPINE, dots[0][0]), (_SPINE, dots[-1][0])], "axis")
    for mark, kind in dots:
        canvas.dot(_SPINE, mark, 5, kind)
    canvas.parts += written
    down += 8
    canvas.line([(0, down), (WIDTH, down)], "rule")
    down += 8
    for kind, place in (("dot", "own"), ("ring", "built")):
        canvas.dot(_SPINE, down + canvas.small * canvas.leading / 2, 5, kind)
        down = canvas.words(_TEXT, down, words[place], _ROOM, is_soft=True) + 4
    return " ".join(described)
