"""The heads of jurisdiction: those that a State must establish, and those that it may."""

from learnplat.library.figures.canvas import WIDTH, Canvas
from learnplat.library.figures.words import Words

_GROUPS = (
    ("must", ("territory", "flag", "offender")),
    ("may", ("victim", "facility", "compulsion", "stateless")),
    ("must-too", ("presence",)),
)
_SPINE = 9.0
_TEXT = 30.0
_ROOM = WIDTH - _TEXT - 2


def draw_heads(canvas: Canvas, words: Words) -> str:
    """A branch for each head: whole with a full dot for a duty, broken with a ring for a choice."""
    described = [words["description"]]
    down = 0.0
    for group, heads in _GROUPS:
        is_duty = group != "may"
        down = canvas.words(0, down, words[group], WIDTH, is_bold=True) + 5
        canvas.line([(0, down), (WIDTH, down)], "rule")
        down += 9
        top, spine = down, down
        marks = []
        for head in heads:
            spine = down + canvas.size * canvas.leading / 2
            marks.append(spine)
            down = canvas.words(_TEXT, down, words[head], _ROOM, is_bold=True)
            down = canvas.words(_TEXT, down + 1, words[f"{head}-note"], _ROOM, is_soft=True) + 11
        canvas.line([(_SPINE, top - 9), (_SPINE, spine)], "way" if is_duty else "back")
        for mark in marks:
            canvas.dot(_SPINE, mark, 5.5, "dot" if is_duty else "ring")
        down += 11
        described.append(f"{words[group]} · {' · '.join(words[head] for head in heads)}.")
    canvas.line([(0, down - 8), (WIDTH, down - 8)], "rule")
    canvas.words(0, down, words["source"], WIDTH, is_soft=True)
    return " ".join([*described, words["source"]])
