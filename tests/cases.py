"""The table of security cases in docs/security.md, made from the marks that the tests carry.

A test, or a file of tests, says in its docstring which cases it covers: `SECURITY: case 26, T6.`
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- cases: made by `make cases` -->", "<!-- end of the cases -->"

FAILURES = {
    1: "Another person's record by another number",
    2: "Asking whether somebody exists before signing in",
    3: "Changing something by a link",
    4: "The client says whose it is",
    5: "The client says that it is done",
    6: "A role holder acts elsewhere",
    7: "Answers of a test by the API",
    8: "Notes of tutors seen by learners",
    9: "What is not published, by its address",
    10: "Files found by counting",
    11: "A report by an address that can be guessed",
    12: "People taken away in bulk",
    13: "Hidden fields of a profile",
    14: "Scripts in what people or authors wrote",
    15: "Scripts in the tools of the staff",
    16: "Files written outside their folder",
    17: "Documents that read the machine's files",
    18: "Packed files that grow without end",
    19: "A copy that carries out code",
    20: "The server made to ask elsewhere",
    21: "Templates in names on certificates",
    22: "Formulas in tables",
    23: "Another host in the request",
    24: "Headers of proxies that nobody set up",
    25: "Redirects that lead away",
    26: "An account by another spelling of its address",
    27: "Links used twice, sessions that outlive a password",
    28: "Sessions chosen by somebody else",
    29: "Limits passed by headers or other doors",
    30: "Limits when Redis is gone",
    31: "More people than seats",
    32: "Completed twice at once",
    33: "More attempts than allowed",
    34: "Progress lost without a word",
    35: "Progress that never reaches the end",
    36: "A busy database as a failure",
    37: "A job carried out twice",
    38: "Events lost between two connections",
    39: "Streams that outlive a session",
    40: "Streams that use up the server",
    41: "What was moderated, by another way",
    42: "Clock changes and zones",
    43: "A migration that empties other tables",
    44: "Several processes migrate at once",
    45: "A copy of a database in use",
    46: "Something left after an erasure",
    47: "Certificates guessed or forged",
    48: "Private pages kept by a cache",
    49: "Bodies made to exhaust",
    50: "Addresses and passwords made to exhaust",
    51: "Arabic in printed documents",
    52: "Answers that tell who is registered",
}
TESTS = {
    1: "Lengths of passwords",
    2: "Common passwords",
    3: "How passwords are kept",
    6: "Links of mails",
    8: "What is changed asks for a proof",
    9: "Codes of an app",
    10: "Recovery codes",
    11: "Passkeys",
    12: "Ways round the second factor",
    13: "Default accounts",
    14: "Signed in by another site",
    16: "Accounts that are not admitted",
    18: "Attributes of cookies",
    19: "Seeing and ending sessions",
    20: "Spoilt cookies, changed keys",
    21: "Sessions lost on the server",
    22: "Never another person's page",
    24: "The back button after signing out",
    25: "Several sessions at once",
    26: "Frames, windows, referrers",
    28: "Every route in the matrix",
    29: "Roles at random against a model",
    31: "From person to person",
    32: "From country to country",
    33: "From course to course",
    34: "From discussion to discussion",
    35: "A role lost meanwhile",
    36: "The last administrator",
    40: "Unpublished content",
    41: "Old addresses of files",
    42: "Tricks with methods and paths",
    43: "Forms of numbers",
    44: "Nested numbers",
    45: "Lists of own and foreign things",
    46: "Other people's jobs",
    48: "Every field at its limits",
    49: "Characters that turn a text round",
    50: "Real names",
    51: "Signs of query languages",
    52: "Line breaks into headers",
    53: "E-mail addresses",
    54: "Numbers",
    55: "Languages that are none",
    56: "Bodies that are not what they say",
    57: "Template marks",
    58: "Tricks in paths",
    59: "Patterns that take for ever",
    60: "Sent twice",
    61: "Error pages",
    62: "Without scripts",
    65: "Markdown",
    66: "Embedded players",
    67: "Foreign pictures",
    71: "Letters",
    72: "Policy and Trusted Types",
    75: "Out and in again",
    76: "In twice",
    78: "What a package must not hold",
    80: "Lists of people",
    92: "Personal exports",
    109: "Order in the room",
    110: "States of a room",
    111: "Haste in a room",
    112: "Asked without a name",
    113: "Who takes part",
    114: "Streams behind proxies",
    115: "Records of a room",
    120: "Changed in two windows",
    124: "Jobs cut off",
    128: "Zones of the machine",
    129: "A clock that jumps",
    130: "Odd days",
    131: "Ends of periods",
    136: "Settings of the database",
    137: "Stopping under load",
    144: "Several first starts",
    150: "Parts of a copy from different moments",
    145: "Another revision",
    147: "What a copy holds",
    153: "What costs much",
    157: "Far pages",
    93: "Tables in other programs",
    96: "The export of the audit log",
    119: "Idempotency keys",
    121: "Two decisions at once",
    138: "No mail server",
    143: "Migrations up and down",
    151: "Many sign-ins at once",
    155: "Letters by the hundred",
    156: "What strangers leave behind",
    158: "An owner locked out by others",
    161: "Every column accounted for",
    162: "Kept no longer than said",
    163: "Nothing in addresses",
    164: "Nothing left in the browser",
    165: "Consents",
    166: "The audit log",
    167: "Search engines",
    168: "Opened records",
    169: "The lock",
    170: "Code and licences",
    171: "The bill of materials",
    172: "The same wheel twice",
    173: "Unsafe settings",
    174: "Headers",
    175: "Nothing from elsewhere",
    176: "Mutations",
}
PROMISES = {
    1: "What was saved is kept", 2: "One completion", 3: "Seats", 4: "Nobody outside the matrix",
    5: "Nothing that people write runs", 6: "No number names a person", 7: "Certificates",
    8: "A password is not enough", 9: "Deleted is gone", 10: "Copies come back",
    11: "Failing safely", 12: "The live room", 13: "What it is made of",
}  # fmt: skip
# Parts of the platform that are still to come: their cases come with them.
NOT_BUILT = {7, 8, 10, 17, 18, 21, 33, 34, 38, 39, 40, 41, 47, 51}
NOT_BUILT_T = {41, 46, 66}
SECTIONS = [*range(1, 63), *range(161, 177)]  # sign-in, sessions, rights, input; privacy, supply


def marks_of(docstring: str) -> set[str]:
    """The cases that a docstring names: `case 7`, `T7` or `P7`."""
    found = set()
    for text in re.findall(r"SECURITY:(.*?)(?:\.\s|\.?$)", docstring, re.MULTILINE):
        for letter, number in re.findall(r"\b([TP]?)(\d{1,3})\b", text):
            is_case = not letter and int(number) in FAILURES
            found.add(f"case {number}" if is_case else f"{letter or 'T'}{number}")
    return found


def marks() -> Iterator[tuple[str, str]]:
    """Each case that a test covers, and the test's file."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.FunctionDef):
                for mark in marks_of(ast.get_docstring(node) or ""):
                    yield mark, str(path.relative_to(ROOT / "tests"))


def covered() -> dict[str, list[str]]:
    files: dict[str, set[str]] = defaultdict(set)
    for mark, path in marks():
        files[mark].add(path)
    return {mark: sorted(paths) for mark, paths in files.items()}


def words(mark: str) -> str | None:
    """What a case is about."""
    if mark.startswith("case "):
        return FAILURES.get(int(mark[5:]))
    return (PROMISES if mark[0] == "P" else TESTS).get(int(mark[1:]))


def unknown() -> list[str]:
    """Marks of no case that there is."""
    return [f"{path}: {mark}" for mark, path in marks() if words(mark) is None]


def rows() -> Iterator[tuple[str, str, str]]:
    found = covered()
    wanted = [f"case {number}" for number in FAILURES]
    wanted += [f"T{number}" for number in TESTS if number in SECTIONS or f"T{number}" in found]
    wanted += [f"P{number}" for number in PROMISES if f"P{number}" in found]
    for mark in wanted:
        number = int(re.sub(r"\D", "", mark))
        is_later = number in (
            NOT_BUILT if mark[0] == "c" else NOT_BUILT_T if mark[0] == "T" else ()
        )
        nothing = "comes with its part of the platform" if is_later else "–"
        where = ", ".join(f"`{path}`" for path in found.get(mark, ())) or nothing
        yield mark, words(mark) or "", where


def table() -> str:
    lines = ["| case | what it is | tests |", "|---|---|---|"]
    lines += [f"| {mark} | {what} | {where} |" for mark, what, where in rows()]
    return "\n".join(lines)


def written() -> str:
    """The page with the table as it should be."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    for fault in unknown():
        sys.exit(f"no case of that number: {fault}")
    PAGE.write_text(written(), encoding="utf-8")
