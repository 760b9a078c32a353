"""The way of a request for mutual legal assistance, and the way back."""

from learnplat.library.figures.canvas import WIDTH, Canvas, broken
from learnplat.library.figures.words import Words

_STATIONS = ("asks", "sends", "receives", "executes", "holds")
# The first and the last station of each State.
_STATES = (("requesting", 0, 1), ("requested", 2, 4))
_EDGE = 14.0
_PAD = 9.0
_THERE = 34.0
_BACK = WIDTH - _THERE
_MIDDLE = WIDTH / 2
_BESIDE = 12.0
_LEAST = 44.0


def draw_route(canvas: Canvas, words: Words) -> str:
    """Stations one below the other in two frames, the States; between them the two ways."""
    top = down = 1.0
    for state, first, last in _STATES:
        # In the middle: the two ways pass at the edges.
        name = [words[state]]
        down = canvas.lines(
            _MIDDLE, top + 7, name, is_bold=True, is_soft=True, anchor="middle"
        ) + 6  # fmt: skip
        for place in range(first, last + 1):
            down = _station(canvas, words, place, down)
            if place < last:
                down = _ways(canvas, words, place, down, down + _between(canvas, words, place))
        bottom = down + _EDGE
        canvas.box(1, top, WIDTH - 2, bottom - top, "frame")
        if last < len(_STATIONS) - 1:
            top = bottom + _between(canvas, words, last)
            inner = 7 + canvas.small * canvas.leading + 6
            _ways(canvas, words, last, down, top + inner, (bottom + top) / 2)
    return words["description"]


def _station(canvas: Canvas, words: Words, place: int, down: float) -> float:
    width = WIDTH - 2 * _EDGE
    name = broken(words[_STATIONS[place]], width - 16, canvas.size, True)
    height = len(name) * canvas.size * canvas.leading + 2 * _PAD
    is_central = _STATIONS[place] in ("sends", "receives")
    canvas.box(_EDGE, down, width, height, "box" if is_central else "plain")
    canvas.lines(_MIDDLE, down + _PAD, name, is_bold=True, anchor="middle")
    return down + height


def _texts(canvas: Canvas, words: Words, place: int) -> tuple[list[str], list[str]]:
    """What goes there after a station, and what comes back to it."""
    room = _MIDDLE - _THERE - _BESIDE - 3
    there, back = words[f"there-{place + 1}"], words[f"back-{8 - place}"]
    return broken(there, room, canvas.small), broken(back, room, canvas.small)


def _between(canvas: Canvas, words: Words, place: int) -> float:
    lines = max(len(text) for text in _texts(canvas, words, place))
    return max(_LEAST, lines * canvas.small * canvas.leading + 14)


def _ways(
    canvas: Canvas, words: Words, place: int, start: float, end: float, middle: float | None = None
) -> float:
    middle = middle or (start + end) / 2
    canvas.arrow(_THERE, start + 4, end - 4, "way")
    canvas.arrow(_BACK, end - 4, start + 4, "back")
    half = canvas.small * canvas.leading / 2
    there, back = _texts(canvas, words, place)
    canvas.lines(_THERE + _BESIDE, middle - len(there) * half, there, is_soft=True)
    canvas.lines(_BACK - _BESIDE, middle - len(back) * half, back, is_soft=True, anchor="end")
    return end
