"""`check` lists every fault with its file and line. SECURITY: T65, T78."""

import pytest

from learnplat.catalogue.check import check, checked
from learnplat.catalogue.reader.body import PLACE
from learnplat.catalogue.sources import read_sources
from learnplat.settings import ROOT

EN, FR = "small/first/one.en.md", "small/first/one.fr.md"
MODULE, COURSE = "small/first/module.yaml", "small/course.yaml"


def said(small) -> list[str]:
    """What keeps it from being published; the rules of style have tests of their own."""
    return [str(fault) for fault in checked(read_sources(small.folder)).faults]


def test_the_shipped_curriculum_has_no_fault():
    assert check(ROOT / "courses") == []


def test_a_sound_curriculum_has_no_fault(small):
    assert said(small) == []


# (file, what is replaced, by what, the fault that is found)
SPOILED = [
    (EN, "](cite:financing-1999/7.1)", "](cite:nowhere-2001/7.1)",
     f"{EN}:15: unknown citation key “nowhere-2001”"),
    (EN, "/7.1)", "/7..1)", f"{EN}:15: malformed place “7..1” in a citation of financing-1999"),
    (EN, "/7.1)", "/)", f"{EN}:15: malformed place “” in a citation of financing-1999"),
    (EN, "(cite:un-charter)", "(#nowhere)", f"{EN}:25: broken link: no heading “nowhere” here"),
    (EN, "(cite:un-charter)", "(two.en.md)", f"{EN}:25: broken link: “two.en.md” leads nowhere"),
    (EN, "(cite:un-charter)", "(one.fr.md)",
     f"{EN}:25: broken link: “one.fr.md” is in another language"),
    (EN, "(cite:un-charter)", "(javascript:alert(1))",
     f"{EN}:25: broken link: “javascript:alert(1)” leads nowhere"),
    (EN, "(cite:un-charter)", "(https://)", f"{EN}:25: broken link: “https://” is not an address"),
    (EN, "(cite:un-charter)", "(cite:un charter)",
     f"{EN}:25: broken link: the brackets do not make a link"),
    (EN, "[the Charter]", "[]", f"{EN}:25: broken link: there is no text to follow"),
    (EN, "See ", "See <b>now</b> ", f"{EN}:25: raw HTML is not allowed"),
    (EN, "See ", "<div>x</div>\n\nSee ", f"{EN}:25: raw HTML is not allowed"),
    (EN, "See ", "![x](y.png) ", f"{EN}:25: a figure must be a paragraph of its own"),
    (EN, "See ", "![x](y.png)\n\nSee ", f"{EN}:25: there is no figure “y.png”"),
    (EN, "## Heading", "# Heading", f"{EN}:17: a first-level heading; the title is the heading"),
    (EN, "### Below", "#### Below", f"{EN}:23: a heading of level 4; the deepest is 3"),
    (EN, "## Heading", "### Heading", f"{EN}:17: a heading of level 3 without one of level 2"),
    (EN, 'title: "Unit in en"\n', "", f"{EN}:2: missing field “title”"),
    (EN, "objectives:\n", 'colour: "red"\nobjectives:\n', f"{EN}:3: unknown field “colour”"),
    (EN, "objectives:\n", 'title: "Again"\nobjectives:\n', f"{EN}:3: duplicate key “title”"),
    (EN, '"Unit in en"', "2001", f"{EN}:2: “title” must be text in double quotes"),
    (EN, '"Unit in en"', '""', f"{EN}:2: “title” is empty"),
    (EN, '"Unit in en"', '"Unit', f"{EN}:"),
    (EN, '"Name it."', '["Name it."]', f"{EN}:4: “objective” must be text in double quotes"),
    (EN, "        right: true\n", "",
     f"{EN}:6: question “what”: no option is right; one must be"),
    (EN, '      - text: "This."\n', '      - text: "This."\n        right: true\n',
     f"{EN}:6: question “what”: 2 options are right; one must be"),
    (EN, "right: true", "right: 1", f"{EN}:12: “right” must be true or false"),
    (EN, "It opens", "It\topens", f"{EN}:15: there is a tab; use spaces"),
    (EN, "says.\n", "says. \n", f"{EN}:15: there are spaces at the end of the line"),
    (EN, "says.\n", "says.\r\n", f"{EN}:15: the line ends with CR; only LF is used"),
    (EN, "It opens", "It o\u0301pens", f"{EN}:15: the text is not in the composed form (NFC)"),
    (EN, "It opens", "It \u202eopens",
     f"{EN}:15: there is an invisible or direction-changing character"),
    (EN, "cite:un-charter).\n", "cite:un-charter).", f"{EN}:25: the file must end with one line end"),
    (EN, "---\n", "", f"{EN}:1: the fields must stand between two lines of ---"),
    (MODULE, "minutes: 10", "minutes: ten", f"{MODULE}:6: “minutes” must be a whole number from 1 to 600"),
    (MODULE, "  - key: one\n", "  - key: two\n    minutes: 5\n  - key: one\n",
     f"{MODULE}:5: missing language: there is no file two.fr.md"),
    (MODULE, "    minutes: 10\n", "    minutes: 10\n  - key: one\n    minutes: 5\n",
     f"{MODULE}:7: duplicate key “one”: module first has it"),
    (MODULE, "      - central-authority\n", "      - no-such-term\n",
     f"{MODULE}:8: “no-such-term” is no term of the glossary"),
    (MODULE, "    key_terms:\n      - central-authority\n", "", f"{MODULE}:5: missing field “key_terms”"),
    (MODULE, "key: first", "key: other",
     f"{MODULE}:1: the key is “other” but the folder is named “first”"),
    (MODULE, ', es: "Primero"', "", f"{MODULE}:2: missing field “es”"),
    (COURSE, "  - first\n", "  - first\n  - second\n",
     f"{COURSE}:8: there is no file second/module.yaml"),
    (COURSE, "  - first\n", "  - first\n  - first\n", f"{COURSE}:8: duplicate key “first”"),
    (COURSE, "level: foundation", "level: easy",
     f"{COURSE}:5: “level” must be one of foundation, intermediate, advanced"),
    (COURSE, "level: foundation", "level: &a [*a]", f"{COURSE}:5: "),
    (COURSE, "key: small", "key: {small", f"{COURSE}:"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "fault"), SPOILED, ids=[row[3] for row in SPOILED])
def test_a_fault_is_said_with_its_file_and_line(small, file, old, new, fault):
    small.change(file, old, new)
    assert any(line.startswith(fault) for line in said(small)), said(small)


# (in the French file: what is replaced, by what, the fault)
UNEQUAL = [
    ("### Below", "## Below", f"{FR}:23: heading 2 is of level 2 here, of level 3 in one.en.md"),
    ("### Below\n", "", f"{FR}:24: 1 headings here, 2 in one.en.md"),
    ("### Below", "### Below\n\n### More", f"{FR}:25: 3 headings here, 2 in one.en.md"),
    ("/7.1)", "/7.2)",
     f"{FR}:15: citation 1 is of financing-1999/7.2 here, of financing-1999/7.1 in one.en.md"),
    ("[the Charter](cite:un-charter)", "it", f"{FR}:25: 1 citations here, 2 in one.en.md"),
    ("key: what", "key: which", f"{FR}:6: question 1 is “which” here, “what” in one.en.md"),
    ('      - text: "This."\n        feedback: "No."\n',
     '      - text: "This."\n        feedback: "No."\n' * 2,
     f"{FR}:6: question “what” has 3 options here, 2 in one.en.md"),
    ('      - text: "This."\n        feedback: "No."\n      - text: "That."\n        right: true\n',
     '      - text: "This."\n        right: true\n        feedback: "No."\n      - text: "That."\n',
     f"{FR}:6: question “what”: option 1 is right here, option 2 in one.en.md"),
    ('  - "Name it."\n', '  - "Name it."\n  - "Use it."\n',
     f"{FR}:1: 2 objectives here, 1 in one.en.md"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "fault"), UNEQUAL, ids=[row[2] for row in UNEQUAL])
def test_languages_of_a_unit_are_equal_in_form(small, old, new, fault):
    small.change(FR, old, new)
    assert fault in said(small)


def test_style_is_checked_too_and_does_not_keep_from_publishing(small):
    found = [str(fault) for fault in check(small.folder)]
    assert f"{EN}:15: the text has 15 words; a unit has 500 to 1000" in found
    assert said(small) == []


def test_a_missing_language_is_said_where_the_unit_is_listed(small):
    (small.folder / FR).unlink()
    assert said(small) == [f"{MODULE}:5: missing language: there is no file one.fr.md"]


def test_a_file_that_nothing_lists_is_said(small):
    small.write("small/first/two.en.md", "text\n")
    assert said(small) == ["small/first/two.en.md:1: this file is listed nowhere"]


def test_a_unit_key_is_unique_in_its_course(small):
    small.change(COURSE, "  - first\n", "  - first\n  - second\n")
    small.write("small/second/module.yaml", small.read(MODULE).replace("key: first", "key: second"))
    assert "small/second/module.yaml:5: duplicate key “one”: module first has it" in said(small)


def test_text_that_is_not_utf_8_is_said(small):
    small.write(EN, b"---\ntitle: \xff\n")
    assert f"{EN}:2: this is not UTF-8 text" in said(small)


def test_a_link_in_the_folder_is_not_followed(small):
    (small.folder / "small/first/two.en.md").symlink_to("/etc/passwd")
    assert said(small) == ["small/first/two.en.md:1: a link is not followed"]


def test_a_missing_folder_is_said(tmp_path):
    assert [str(f) for f in check(tmp_path / "no")] == [".:1: there is no folder of courses here"]


def test_every_fault_is_found_at_once(small):
    small.change(EN, "/7.1)", "/x y)")
    small.change(EN, "See ", "See <i>")
    small.change(MODULE, "minutes: 10", "minutes: 0")
    assert len({fault.split(" ")[0] for fault in said(small)}) >= 3


@pytest.mark.parametrize("place", ["7", "7.1", "2.1.b", "2.e", "1.F", "3bis", "3bis.1.a.ii", "103"])
def test_places_are_articles_and_what_is_below_them(place):
    assert PLACE.fullmatch(place)


@pytest.mark.parametrize(
    "place", ["", "0", "07", "a", "7.", ".7", "7..1", "7/1", "7 1", "1234", "٧"]
)
def test_other_places_are_malformed(place):
    assert not PLACE.fullmatch(place)
