"""Which universal instrument contains which obligation."""

from learnplat.library.figures.canvas import SMALLEST, WIDTH, Canvas, broken
from learnplat.library.figures.timeline import universal
from learnplat.library.figures.words import Words
from learnplat.library.obligations import obligations

_COLUMN = 13.5
_NUMBER = 20.0
_GAP = 6.0
_PAD = 3.5


def draw_matrix(canvas: Canvas, words: Words) -> str:
    """A row for each instrument, a column for each obligation, a dot where they meet."""
    kinds = [*obligations().kinds.values()]
    language = canvas.language
    size = SMALLEST + 0.5 if canvas.is_mirrored else SMALLEST
    step = size * (1.4 if canvas.is_mirrored else 1.2)
    begin = WIDTH - len(kinds) * _COLUMN
    columns = [begin + _COLUMN * (place + 0.5) for place in range(len(kinds))]
    head = len(kinds) * size * canvas.leading + 6

    down = head
    rows, dots = [head], []
    texts = len(canvas.parts)
    numbers: dict[str, list[str]] = {kind.key: [] for kind in kinds}
    for one in universal():
        found = obligations().of(one.key)
        canvas.lines(0, down + _PAD, [f"{one.number}"], is_bold=True, size=size)
        lines = broken(one.shorts[language], begin - _NUMBER - _GAP, size)
        canvas.lines(_NUMBER, down + _PAD, lines, size=size, leading=step / size)
        height = len(lines) * step + 2 * _PAD
        for across, kind in zip(columns, kinds, strict=True):
            if kind.key in found:
                dots.append((across, down + height / 2))
                numbers[kind.key].append(str(one.number))
        down += height
        rows.append(down)
    written, canvas.parts = canvas.parts[texts:], canvas.parts[:texts]

    # Names as stairs: each ends beside the line that leads down to its column.
    for place, (across, kind) in enumerate(zip(columns, kinds, strict=True)):
        stair = head - 6 - (place + 1) * size * canvas.leading
        middle = stair + size * canvas.leading / 2
        name = kind.names[language]
        canvas.lines(across - 7, stair, [name], size=size, anchor="end")
        canvas.line([(across - 4, middle), (across, middle), (across, head)], "axis")
        canvas.line([(across, head), (across, down)], "rule")
    canvas.line([(0, head), (WIDTH, head)], "axis")
    for row in rows[1:]:
        canvas.line([(0, row), (WIDTH, row)], "rule")
    canvas.parts += written
    for across, middle in dots:
        canvas.dot(across, middle, 4)

    down += 9
    canvas.dot(6, down + canvas.small * canvas.leading / 2, 4)
    down = canvas.words(_NUMBER, down, words["dot"], WIDTH - _NUMBER, is_soft=True)
    canvas.words(_NUMBER, down, words["blank"], WIDTH - _NUMBER, is_soft=True)
    comma = "، " if canvas.is_mirrored else ", "
    listed = [f"{kind.names[language]} · {comma.join(numbers[kind.key])}." for kind in kinds]
    return " ".join([words["description"], *listed])
