"""The terms of use with the data protection notice: one text for each version and language."""

import re
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from learnplat.core.languages import Language

FOLDER = Path(__file__).parent / "consents"


def versions() -> list[str]:
    """Every version that was ever in force, the latest first."""
    return sorted((path.name for path in FOLDER.iterdir() if path.is_dir()), reverse=True)


@cache
def terms(version: str, language: Language) -> Markup | None:
    """The text as HTML, or None for a version that there never was."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", version):
        return None
    path = FOLDER / version / f"{language.value}.md"
    if not path.exists():
        return None
    # Our own file, in which HTML is not read as such.
    html = MarkdownIt("commonmark", {"html": False}).render(path.read_text(encoding="utf-8"))
    return Markup(html)  # noqa: S704  # nosec B704: our own texts, without HTML of theirs
