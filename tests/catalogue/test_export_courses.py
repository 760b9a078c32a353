"""`export_courses` gives back the bytes that were published, and harms nothing.

SECURITY: case 16, T75.
"""

import pytest

from learnplat.catalogue.actions import sync_courses
from learnplat.catalogue.exporting import export_courses
from learnplat.core.clock import utc_now
from learnplat.core.refusals import Conflict
from learnplat.db import transaction
from learnplat.settings import ROOT


def bytes_below(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def published(blank_house, small):
    with blank_house.app.app_context(), transaction() as session:
        sync_courses(session, small.folder, now=utc_now())
    return blank_house


def export(house, folder):
    with house.app.app_context(), transaction() as session:
        return export_courses(session, folder)


def test_the_shipped_curriculum_comes_back_byte_for_byte(house, tmp_path):
    count = export(house, tmp_path / "out")
    assert bytes_below(tmp_path / "out") == bytes_below(ROOT / "courses")
    assert count == len(bytes_below(ROOT / "courses"))


def test_only_what_is_in_force_is_written(published, small, tmp_path):
    small.change("small/first/one.fr.md", "It opens", "Cela commence")
    with published.app.app_context(), transaction() as session:
        sync_courses(session, small.folder, now=utc_now())
    export(published, tmp_path / "out")
    assert bytes_below(tmp_path / "out") == small.bytes()


def test_into_a_folder_in_use_other_files_stay(published, small, tmp_path):
    out = tmp_path / "out"
    (out / "small").mkdir(parents=True)
    (out / "mine.txt").write_text("mine")
    (out / "small/course.yaml").write_text("old")
    export(published, out)
    assert bytes_below(out) == {**small.bytes(), "mine.txt": b"mine"}


def test_a_second_export_changes_nothing(published, tmp_path):
    export(published, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.md")}
    export(published, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.md")} == before


@pytest.mark.parametrize("taken", ["small", "small/course.yaml"])
def test_a_link_in_the_way_is_refused_before_anything_is_written(published, tmp_path, taken):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (out / taken).parent.mkdir(parents=True)
    (out / taken).symlink_to(elsewhere)
    with pytest.raises(Conflict):
        export(published, out)
    assert list(elsewhere.iterdir()) == []
    assert bytes_below(out) == {}


def test_a_file_in_place_of_the_folder_is_refused(published, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(Conflict):
        export(published, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "a file"
