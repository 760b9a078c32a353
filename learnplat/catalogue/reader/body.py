"""A unit's Markdown as safe HTML, with its headings, citations and plain text."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from posixpath import normpath
from typing import Any
from urllib.parse import unquote, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from learnplat.catalogue.reader.faults import Sheet
from learnplat.core.languages import Language
from learnplat.library.figures import drawn, is_figure
from learnplat.library.instruments import PLACE, Instrument

_DEEPEST_HEADING = 3
_FIGURE = re.compile("\ue010(\\d+)\ue011")
_SPACES = re.compile("[ \n]+")
_KINDS = {"heading_open": "heading", "th_open": "cell", "td_open": "cell"}
_TAGS = {
    "a", "blockquote", "br", "code", "div", "em", "h2", "h3", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "title", "class", "rel"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "ol": {"start"},
    "th": {"scope"},
}


@dataclass(frozen=True, slots=True)
class Heading:
    line: int
    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation on its line. `place` is None for the whole instrument."""

    line: int
    instrument: str
    place: str | None
    text: str

    @property
    def target(self) -> str:
        return f"{self.instrument}/{self.place}" if self.place else self.instrument


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure on its line, with the words that stand for it."""

    line: int
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    html: str
    headings: tuple[Heading, ...]
    citations: tuple[Cited, ...]
    figures: tuple[Shown, ...]
    plain: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a body may point to. `files` maps a unit file's path below the course to its unit."""

    language: Language
    course_key: str
    path: str
    title: str
    files: Mapping[str, tuple[str, Language]]
    instruments: Mapping[str, Instrument]


@cache
def _markdown() -> MarkdownIt:
    """CommonMark and tables. HTML is recognised so that it can be refused."""
    markdown = MarkdownIt("commonmark").enable("table")
    # Every link is read, so that a wrong one is noted rather than shown as brackets.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return markdown


def _table_open(_renderer: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    label = escape(tokens[index].meta["label"])
    return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}"><table>\n'


def read_body(sheet: Sheet, text: str, first_line: int, around: Surroundings) -> Body:
    """Check and render the Markdown that begins on `first_line` of the sheet's file."""
    tokens = _markdown().parse(text)
    reading = _Reading(sheet, first_line, around)
    reading.read(tokens)
    rendered = _markdown().renderer.render(tokens, _markdown().options, {})
    html = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel=None,
        strip_comments=True,
    )
    # Drawn by us, and put in after the cleaning: no text of a unit can bring a drawing of its own.
    html = _FIGURE.sub(lambda found: _figure(reading.figures[int(found[1])], around), html)
    plain = " ".join(
        # A heading or a cell has no full stop of its own.
        block if not block or block[-1] in ".:;!?؟…" or is_last else f"{block} ·"
        for block, is_last in zip(
            reading.plain, [False] * (len(reading.plain) - 1) + [True], strict=False
        )
    )
    return Body(
        html,
        tuple(reading.headings),
        tuple(reading.citations),
        tuple(reading.figures),
        plain,
    )


def _figure(shown: Shown, around: Surroundings) -> str:
    drawing = drawn(shown.key, around.language)
    return f'<figure class="figure">{drawing}<figcaption>{escape(shown.text)}</figcaption></figure>'


class _Reading:
    """One walk over the tokens: notes faults, sets ids and links, gathers the text."""

    def __init__(self, sheet: Sheet, first_line: int, around: Surroundings) -> None:
        self.sheet = sheet
        self.first_line = first_line
        self.around = around
        self.headings: list[Heading] = []
        self.citations: list[Cited] = []
        self.figures: list[Shown] = []
        self.plain: list[str] = []
        self.table_labels: set[str] = set()
        self.anchors: list[tuple[int, str]] = []

    def read(self, tokens: Sequence[Token]) -> None:
        line = self.first_line
        for index, token in enumerate(tokens):
            if token.map:
                line = token.map[0] + self.first_line
            if token.type == "heading_open":
                self._heading(token, tokens[index + 1], line)
            elif token.type == "table_open":
                token.meta["label"] = self._table_label()
            elif token.type in ("th_open", "td_open"):
                token.attrs.pop("style", None)
                if token.type == "th_open":
                    self._header_cell(token, tokens[index + 1], tokens[index + 2])
            elif token.type == "html_block":
                self.sheet.note(line, "raw HTML is not allowed")
            elif token.type == "inline" and self._is_figure(token):
                self._show(token, line)
                tokens[index - 1].hidden = tokens[index + 1].hidden = True
            elif token.type == "inline":
                self._inline(token.children or [], line)
                kind = _KINDS.get(
                    tokens[index - 1].type, "item" if token.level > 1 else "paragraph"
                )
                self.sheet.show(line, kind, _seen(token.children or []))
            elif token.type in ("fence", "code_block"):
                self.plain.append(token.content.strip())
        ids = {heading.id for heading in self.headings}
        for line, anchor in self.anchors:
            if anchor not in ids:
                self.sheet.note(line, f"broken link: no heading “{anchor}” here")

    def _heading(self, token: Token, inline: Token, line: int) -> None:
        level = int(token.tag[1:])
        if level == 1:
            self.sheet.note(line, "a first-level heading; the title is the heading")
        elif level > _DEEPEST_HEADING:
            self.sheet.note(line, f"a heading of level {level}; the deepest is {_DEEPEST_HEADING}")
        elif level > (self.headings[-1].level if self.headings else 1) + 1:
            self.sheet.note(line, f"a heading of level {level} without one of level {level - 1}")
        text = _plain(inline.children or [])
        if not text:
            self.sheet.note(line, "an empty heading")
        # The same in every language, so that a reader who changes it stays at the place.
        found = Heading(line, level, f"part-{len(self.headings) + 1}", text)
        self.headings.append(found)
        token.attrSet("id", found.id)

    def _table_label(self) -> str:
        title = self.headings[-1].text if self.headings else self.around.title
        label, number = title, 1
        while label in self.table_labels:
            number += 1
            label = f"{title} ({number})"
        self.table_labels.add(label)
        return label

    @staticmethod
    def _header_cell(opening: Token, inline: Token, closing: Token) -> None:
        if _plain(inline.children or []):
            opening.attrSet("scope", "col")
        else:
            opening.tag = closing.tag = "td"

    @staticmethod
    def _is_figure(token: Token) -> bool:
        """Whether a paragraph is a figure and nothing else."""
        children = token.children or []
        return len(children) == 1 and children[0].type == "image"

    def _show(self, token: Token, line: int) -> None:
        (image,) = token.children or []
        source, text = str(image.attrGet("src") or ""), image.content.strip()
        key = unquote(source).removeprefix("figure:")
        if not source.startswith("figure:") or not is_figure(key):
            self.sheet.note(line, f"there is no figure “{key}”")
            return
        if not text:
            self.sheet.note(line, "a figure without the words that stand for it")
        # A mark that no text here may hold; the drawing takes its place after the cleaning.
        mark = Token("text", "", 0, content=f"\ue010{len(self.figures)}\ue011")
        token.children = [mark]
        self.figures.append(Shown(line, key, text))
        self.sheet.show(line, "figure", text)
        self.plain.append(text)

    def _inline(self, children: list[Token], line: int) -> None:
        for index, child in enumerate(children):
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            elif child.type == "html_inline":
                self.sheet.note(line, "raw HTML is not allowed")
            elif child.type == "image":
                self.sheet.note(line, "a figure must be a paragraph of its own")
            elif child.type == "link_open":
                end = next(
                    place
                    for place in range(index, len(children))
                    if children[place].type == "link_close"
                )
                self._link(child, _plain(children[index + 1 : end]), line)
            elif child.type == "text" and ("](" in child.content or "][" in child.content):
                self.sheet.note(line, "broken link: the brackets do not make a link")
        text = _plain(children)
        if text:
            self.plain.append(text)

    def _link(self, token: Token, text: str, line: int) -> None:
        href = unquote(str(token.attrGet("href") or ""))
        if not text:
            self.sheet.note(line, "broken link: there is no text to follow")
        for scheme, resolve in _RESOLVERS:
            if href.startswith(scheme):
                resolved = resolve(self, token, href, text, line)
                break
        else:
            resolved = self._file(href, line)
        token.attrs["href"] = resolved or "#"

    def _citation(self, token: Token, href: str, text: str, line: int) -> str | None:
        key, stroke, place = href.removeprefix("cite:").partition("/")
        # Kept even when it is wrong: the other languages are compared with it.
        self.citations.append(Cited(line, key, place or None, text))
        instrument = self.around.instruments.get(key)
        if instrument is None:
            self.sheet.note(line, f"unknown citation key “{key}”")
            return None
        if stroke and not PLACE.fullmatch(place):
            self.sheet.note(line, f"malformed place “{place}” in a citation of {key}")
            return None
        token.attrs["class"] = "cite"
        token.attrs["title"] = instrument.shorts[self.around.language]
        address = f"/{self.around.language}/instruments/{key}"
        return f"{address}#place-{place}" if place else address

    def _anchor(self, _token: Token, href: str, _text: str, line: int) -> str | None:
        self.anchors.append((line, href[1:]))
        return href

    def _web(self, token: Token, href: str, _text: str, line: int) -> str | None:
        try:
            is_whole = "." in (urlsplit(href).hostname or "")
        except ValueError:
            is_whole = False
        if not is_whole:
            self.sheet.note(line, f"broken link: “{href}” is not an address")
            return None
        # Whoever is there learns nothing of the reader, and gets no hold of our window.
        token.attrs["rel"] = "noopener noreferrer"
        return str(token.attrGet("href"))

    def _file(self, href: str, line: int) -> str | None:
        folder = self.around.path.rpartition("/")[0]
        unit = self.around.files.get(normpath(f"{folder}/{href}"))
        if unit is None:
            self.sheet.note(line, f"broken link: “{href}” leads nowhere")
            return None
        key, language = unit
        if language is not self.around.language:
            self.sheet.note(line, f"broken link: “{href}” is in another language")
            return None
        return f"/{language}/courses/{self.around.course_key}/units/{key}"


_Resolver = Callable[[_Reading, Token, str, str, int], str | None]
_RESOLVERS: tuple[tuple[str, _Resolver], ...] = (
    ("cite:", _Reading._citation),
    ("#", _Reading._anchor),
    ("https://", _Reading._web),
    ("http://", _Reading._web),
)


def _plain(children: Sequence[Token]) -> str:
    """What a reader sees of inline tokens, on one line. No-break spaces stay what they are."""
    return _SPACES.sub(" ", _seen(children)).strip(" ")


def _seen(children: Sequence[Token]) -> str:
    """The same with every space that is written."""
    parts = []
    for child in children:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)
