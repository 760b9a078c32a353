"""The rules of the house that a reader of the code relies on."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted((ROOT / "learnplat").rglob("*.py"))
SHEETS = sorted((ROOT / "learnplat" / "static").glob("*.css"))
TEMPLATES = sorted((ROOT / "learnplat" / "templates").rglob("*.html"))


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_only_the_plumbing_commits():
    committing = [path for path in CODE if re.search(r"\.commit\(\)", path.read_text())]
    assert set(names(committing)) <= {"learnplat/db.py", "learnplat/upgrades.py"}


@pytest.mark.parametrize("path", CODE, ids=names(CODE))
def test_a_module_opens_with_one_sentence(path):
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    assert docstring
    assert docstring.split("\n")[0].endswith((".", ":"))


def test_no_sheet_names_a_side():
    sides = re.compile(
        r"(margin|padding|border)-(left|right)|text-align: *(left|right)|float: *(left|right)"
    )
    assert [path.name for path in SHEETS if sides.search(path.read_text())] == []


def test_no_template_carries_style_or_script_of_its_own():
    inside = re.compile(r"\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|<style")
    # Letters and the printed report are taken away as files of their own.
    pages = [path for path in TEMPLATES if "mail" not in path.parts and path.name != "print.html"]
    assert [path.name for path in pages if inside.search(path.read_text())] == []


def test_nothing_is_left_unfinished():
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert [
        name for name, path in zip(names(CODE), CODE, strict=True) if marks.search(path.read_text())
    ] == []


def test_the_package_itself_imports_nothing():
    tree = ast.parse((ROOT / "learnplat" / "__init__.py").read_text())
    assert not [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]


def test_the_floors_hold():
    found = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-3000:]
