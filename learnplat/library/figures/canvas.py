"""A sheet as wide as a phone, on which figures are drawn along the reading direction."""

from collections.abc import Sequence
from html import escape

from learnplat.core.languages import Language

# As wide as the text of a page on a phone of 360 pixels: there one unit is one pixel.
WIDTH = 328
# No letter is drawn smaller on such a phone.
SMALLEST = 12.0
# Width of letters in parts of the size, from a wide face: which face a reader has is not known.
_NARROW = {**dict.fromkeys("ijlI|", 0.34), **dict.fromkeys(".,:;'’!·", 0.36)}
_WIDE = {**dict.fromkeys("mw%—…", 0.98), **dict.fromkeys("MWÆŒ", 1.02), **dict.fromkeys("œæ", 1.0)}
_MIDDLE = {**dict.fromkeys("ftr()[]-/", 0.45), " ": 0.34, "\u202f": 0.3, "\u00a0": 0.34}
_ARABIC = {**dict.fromkeys("اأإآلدذرزو،؛؟ةهـءى", 0.45), **dict.fromkeys("سشصضطظ", 0.95)}
_EM = {**_NARROW, **_WIDE, **_MIDDLE, **_ARABIC}
_BOLD = 1.07
# A blank at the end of a line is part of it, unseen.
_BLANK = {"start": 0.0, "middle": 0.14, "end": 0.28}


def width_of(text: str, size: float, is_bold: bool = False) -> float:
    """How wide a line of text may become; rather more than less."""
    ems = sum(_EM.get(letter) or (0.7 if letter.isupper() else 0.6) for letter in text)
    return ems * size * (_BOLD if is_bold else 1.0)


def broken(text: str, room: float, size: float, is_bold: bool = False) -> list[str]:
    """The text as lines that fit into the room. Words stay whole."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, is_bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


class Canvas:
    """What was drawn so far. `across` is counted from the edge where reading begins."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.is_mirrored = language.direction == "rtl"
        self.height = 0.0
        self.parts: list[str] = []
        # Arabic letters are smaller at the same size, and need more air.
        self.size, self.small, self.leading = (
            (15.0, 13.5, 1.5) if self.is_mirrored else (14.0, 12.5, 1.32)
        )

    def x(self, across: float) -> str:
        return number(WIDTH - across if self.is_mirrored else across)

    def lines(
        self,
        across: float,
        down: float,
        lines: Sequence[str],
        *,
        is_bold: bool = False,
        is_soft: bool = False,
        size: float | None = None,
        leading: float | None = None,
        anchor: str = "start",
    ) -> float:
        """Lines of one text, the first below `down`; where the next thing may begin."""
        size = size or (self.small if is_soft else self.size)
        step = size * (leading or self.leading)
        look = f' font-size="{number(size)}"'
        if is_bold:
            look += ' font-weight="600"'
        if is_soft:
            look += ' class="drawn-soft"'
        if anchor != "start":
            look += f' text-anchor="{anchor}"'
        # A blank between the lines, for who searches or copies: seen at none of the ends.
        last, before = self.x(across), self.x(across + _BLANK[anchor] * size)
        first = number(down + step * 0.5 + size * 0.36)
        spans = escape(lines[0], quote=False) + "".join(
            f'\n<tspan x="{last if line is lines[-1] else before}" dy="{number(step)}">'
            f"{escape(line, quote=False)}</tspan>"
            for line in lines[1:]
        )
        x = before if len(lines) > 1 else last
        self.parts.append(f'<text x="{x}" y="{first}"{look}>{spans}</text>')
        return self.reach(down + step * len(lines))

    def words(
        self, across: float, down: float, text: str, room: float, *, is_bold: bool = False,
        is_soft: bool = False, anchor: str = "start",
    ) -> float:  # fmt: skip
        """A text broken to the room that there is; where the next thing may begin."""
        size = self.small if is_soft else self.size
        lines = broken(text, room, size, is_bold)
        return self.lines(across, down, lines, is_bold=is_bold, is_soft=is_soft, anchor=anchor)

    def box(self, across: float, down: float, width: float, height: float, kind: str) -> None:
        x = self.x(across + width) if self.is_mirrored else self.x(across)
        self.parts.append(
            f'<rect x="{x}" y="{number(down)}" width="{number(width)}" height="{number(height)}" '
            f'rx="3" fill="none" stroke="currentColor" class="drawn-{kind}"/>'
        )
        self.reach(down + height)

    def line(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        way = "L".join(f"{self.x(across)} {number(down)}" for across, down in points)
        self.parts.append(
            f'<path d="M{way}" fill="none" stroke="currentColor" class="drawn-{kind}"/>'
        )
        self.reach(max(down for _, down in points))

    def arrow(self, across: float, start: float, end: float, kind: str) -> None:
        """A straight way down, or up when the end is above the start."""
        tip = 6 if end > start else -6
        self.line([(across, start), (across, end)], kind)
        self.line([(across - 5, end - tip), (across, end), (across + 5, end - tip)], "tip")

    def dot(self, across: float, down: float, radius: float, kind: str = "dot") -> None:
        fill = 'fill="none" stroke="currentColor" ' if kind == "ring" else ""
        self.parts.append(
            f'<circle cx="{self.x(across)}" cy="{number(down)}" r="{number(radius)}" '
            f'{fill}class="drawn-{kind}"/>'
        )
        self.reach(down + radius)

    def reach(self, down: float) -> float:
        self.height = max(self.height, down)
        return down

    def svg(self, key: str, title: str, description: str) -> str:
        """The drawing as it stands in a page. No language on it: it has that of its surroundings."""
        return (
            f'<svg class="drawn" viewBox="0 0 {WIDTH} {number(self.height + 2)}" role="img" '
            f'aria-labelledby="{key}-title" aria-describedby="{key}-description" '
            f'direction="{self.language.direction}" fill="currentColor">'
            f'<title id="{key}-title">{escape(title, quote=False)}</title>'
            f'<desc id="{key}-description">{escape(description, quote=False)}</desc>'
            f"{''.join(self.parts)}</svg>"
        )


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
