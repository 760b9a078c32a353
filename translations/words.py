"""Brings the catalogues up to date with the words in the code; English fills itself in."""

import subprocess
import sys
import tempfile
from pathlib import Path

import polib

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LANGUAGES = ("ar", "en", "fr", "es")
PLURALS = {
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
    "en": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
}


def extracted() -> polib.POFile:
    """Every word of the interface, as it stands in the code and the templates."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "babel.messages.frontend",
                "-q",
                "extract",
                "-F",
                str(HERE / "babel.cfg"),
                "-k",
                "lazy_gettext",
                "-k",
                "_l",
                "-k",
                "lazy_ngettext:1,2",
                "-c",
                "TRANSLATORS:",
                "--no-location",
                "--sort-output",
                "--omit-header",
                "-o",
                str(template),
                "learnplat",
            ],
            check=True,
            cwd=ROOT,
        )
        return polib.pofile(str(template), encoding="utf-8")


def path_of(language: str) -> Path:
    return HERE / language / "LC_MESSAGES" / "messages.po"


def updated(language: str, words: polib.POFile) -> polib.POFile:
    """The catalogue with new words added empty, old ones dropped, and translations kept."""
    path = path_of(language)
    known = {}
    if path.exists():
        known = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path))}
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Project-Id-Version": "learnplat",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    count = int(PLURALS[language][9])
    for word in words:
        entry = polib.POEntry(
            msgctxt=word.msgctxt,
            msgid=word.msgid,
            msgid_plural=word.msgid_plural,
            comment=word.comment,
            flags=[f for f in word.flags if f != "fuzzy"],
        )
        old = known.get((word.msgctxt, word.msgid))
        if word.msgid_plural:
            entry.msgstr_plural = {
                number: (old.msgstr_plural.get(number, "") if old else "")
                for number in range(count)
            }
            if language == "en":
                entry.msgstr_plural = {0: word.msgid, 1: word.msgid_plural}
        else:
            entry.msgstr = word.msgid if language == "en" else (old.msgstr if old else "")
        catalogue.append(entry)
    return catalogue


def main() -> None:
    words = extracted()
    for language in LANGUAGES:
        catalogue = updated(language, words)
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path_of(language)))
        print(
            f"{language}: {len(catalogue)} words, {len(catalogue.untranslated_entries())} to translate"
        )


if __name__ == "__main__":
    main()
