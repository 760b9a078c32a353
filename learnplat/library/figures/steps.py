"""The steps of a freeze, from the listing to the release."""

from learnplat.library.figures.canvas import WIDTH, Canvas
from learnplat.library.figures.words import Words

_STEPS = range(1, 9)
_FROZEN = 4
_SPINE = 14.0
_RADIUS = 13.0
_TEXT = 40.0
_ROOM = WIDTH - _TEXT - 2


def draw_steps(canvas: Canvas, words: Words) -> str:
    """A line with eight numbered places; it is thick as long as the funds are frozen."""
    marks, down = [], 2.0
    texts = len(canvas.parts)
    for step in _STEPS:
        marks.append(down + _RADIUS)
        line = canvas.size * canvas.leading
        below = canvas.words(
            _TEXT, down + _RADIUS - line / 2, words[f"step-{step}"], _ROOM, is_bold=True
        )
        down = canvas.words(_TEXT, below + 1, words[f"note-{step}"], _ROOM, is_soft=True) + 13
    # The line lies under the numbers: it is drawn before them.
    written, canvas.parts = canvas.parts[texts:], canvas.parts[:texts]
    canvas.line([(_SPINE, marks[0]), (_SPINE, marks[_FROZEN - 1])], "way")
    canvas.line([(_SPINE, marks[_FROZEN - 1]), (_SPINE, marks[-1])], "thick")
    for step, mark in zip(_STEPS, marks, strict=True):
        is_turn = step in (_FROZEN, _STEPS[-1])
        canvas.dot(_SPINE, mark, _RADIUS, "turn" if is_turn else "step")
        kind = "drawn-on" if is_turn else "drawn-number"
        canvas.parts.append(
            f'<text x="{canvas.x(_SPINE)}" y="{mark + 5:.1f}" font-size="14" font-weight="600" '
            f'text-anchor="middle" class="{kind}">{step}</text>'
        )
    canvas.parts += written
    canvas.line([(_SPINE, down + 9), (_TEXT + 4, down + 9)], "thick")
    canvas.words(_TEXT + 14, down, words["frozen"], _ROOM - 14, is_soft=True)
    steps = " ".join(f"{step}. {words[f'step-{step}']}." for step in _STEPS)
    return f"{words['description']} {steps}"
