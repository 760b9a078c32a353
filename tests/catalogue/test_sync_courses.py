"""`sync_courses` publishes what changed, once, as editions that nothing changes again.

SECURITY: T76.
"""

import subprocess
import sys

import pytest
from sqlalchemy import func, select

from learnplat.catalogue import queries
from learnplat.catalogue.actions import CurriculumFaults, sync_courses
from learnplat.catalogue.models import CourseEdition, ModuleEdition, SearchEntry
from learnplat.catalogue.shelf import load_catalogue
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import transaction
from learnplat.library.instruments import instruments

FR = "small/first/one.fr.md"


def sync(house, small):
    with house.app.app_context(), transaction() as session:
        return sync_courses(session, small.folder, now=utc_now())


def editions(house):
    with house.app.app_context(), transaction() as session:
        rows = session.execute(
            select(ModuleEdition.id, ModuleEdition.language, ModuleEdition.number,
                   ModuleEdition.digest, ModuleEdition.document, ModuleEdition.sources)
            .order_by(ModuleEdition.id)
        ).all()  # fmt: skip
        return [tuple(row) for row in rows]


def version(house):
    with house.app.app_context(), transaction() as session:
        return queries.version(session)


def found(house, words, language=Language.FR):
    with house.app.app_context(), transaction() as session:
        matches = queries.found(session, words, language)
        return [] if matches.is_elsewhere else [row.key for row in matches.rows]


def test_the_first_time_everything_is_published(blank_house, small):
    assert sync(blank_house, small) == [
        "small: edition 1",
        "small/first (ar): edition 1",
        "small/first (en): edition 1",
        "small/first (fr): edition 1",
        "small/first (es): edition 1",
    ]


def test_the_second_time_nothing_changes(blank_house, small):
    sync(blank_house, small)
    before = (editions(blank_house), version(blank_house))
    assert sync(blank_house, small) == []
    assert (editions(blank_house), version(blank_house)) == before


def test_a_change_in_one_language_makes_one_edition_and_leaves_the_old(blank_house, small):
    sync(blank_house, small)
    before, number = editions(blank_house), version(blank_house)
    small.change(FR, "It opens", "Cela commence")
    assert sync(blank_house, small) == ["small/first (fr): edition 2"]
    after = editions(blank_house)
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1
    assert version(blank_house) == number + 1


def test_the_newest_edition_is_in_force(blank_house, small):
    sync(blank_house, small)
    small.change(FR, "It opens", "Cela commence")
    sync(blank_house, small)
    with blank_house.app.app_context(), transaction() as session:
        course = load_catalogue(session).course("small")
    assert "Cela commence" in course.unit("one").texts[Language.FR].html
    assert course.modules[0].editions[Language.FR].number == 2
    assert course.modules[0].editions[Language.AR].number == 1


def test_going_back_is_an_edition_too(blank_house, small):
    first = small.read(FR)
    sync(blank_house, small)
    small.change(FR, "It opens", "Cela commence")
    sync(blank_house, small)
    small.write(FR, first)
    assert sync(blank_house, small) == ["small/first (fr): edition 3"]


def test_a_faulty_curriculum_changes_nothing(blank_house, small):
    sync(blank_house, small)
    before = (editions(blank_house), version(blank_house))
    small.change(FR, "It opens", "Cela commence")
    small.change(FR, "cite:un-charter", "cite:nothing")
    with pytest.raises(CurriculumFaults) as refused:
        sync(blank_house, small)
    assert f"{FR}:25: unknown citation key “nothing”" in map(str, refused.value.faults)
    assert (editions(blank_house), version(blank_house)) == before


def test_a_file_taken_away_is_a_fault_and_no_silence(blank_house, small):
    sync(blank_house, small)
    (small.folder / FR).unlink()
    with pytest.raises(CurriculumFaults):
        sync(blank_house, small)


def test_search_follows_what_changed(blank_house, small):
    small.change(FR, "It opens", "Chrysanthème")
    sync(blank_house, small)
    assert found(blank_house, "chrysanthèmes") == ["small/one"]
    small.change(FR, "Chrysanthème", "Tulipe")
    sync(blank_house, small)
    assert found(blank_house, "chrysanthèmes") == []
    assert found(blank_house, "tulipes") == ["small/one"]


def with_a_second_module(small):
    small.change("small/course.yaml", "  - first\n", "  - first\n  - second\n")
    small.write(
        "small/second/module.yaml",
        small.read("small/first/module.yaml")
        .replace("key: first", "key: second").replace("key: one", "key: two"),
    )  # fmt: skip
    for language in Language:
        text = small.read(f"small/first/one.{language}.md")
        small.write(f"small/second/two.{language}.md", text.replace("It opens", "Dahlia"))


def test_a_module_may_leave_the_course_and_come_back(blank_house, small):
    with_a_second_module(small)
    sync(blank_house, small)
    assert found(blank_house, "dahlia") == ["small/two"]
    whole = small.bytes()
    small.change("small/course.yaml", "  - second\n", "")
    for path in list((small.folder / "small/second").iterdir()):
        path.unlink()
    (small.folder / "small/second").rmdir()
    assert sync(blank_house, small) == ["small: edition 2"]
    assert sync(blank_house, small) == []
    assert found(blank_house, "dahlia") == []
    for path, content in whole.items():
        small.write(path, content)
    assert sync(blank_house, small) == ["small: edition 3"]
    assert found(blank_house, "dahlia") == ["small/two"]


def test_entries_of_another_analyser_are_made_again(blank_house, small):
    sync(blank_house, small)
    with blank_house.app.app_context(), transaction() as session:
        for entry in session.scalars(select(SearchEntry)):
            entry.terms = entry.title_terms = "old"
        queries.version_row(session).search_digest = "of an older analyser"
    assert found(blank_house, "old") != []
    assert sync(blank_house, small) == []
    assert found(blank_house, "old") == []
    assert "small" in found(blank_house, "petit cours")
    assert "financing-1999" in found(blank_house, "financement du terrorisme")


def test_every_course_unit_and_instrument_has_an_entry_in_each_language(house):
    with house.app.app_context(), transaction() as session:
        counted = dict(
            tuple(row)
            for row in session.execute(
                select(SearchEntry.kind, func.count()).group_by(SearchEntry.kind)
            )
        )
        courses = session.scalar(select(func.count(CourseEdition.course_key.distinct())))
    assert counted["instrument"] == len(instruments()) * 4
    assert counted["course"] == courses * 4
    assert counted["unit"] >= 6 * 4


def test_a_start_with_nothing_new_needs_no_markdown(small, tmp_path):
    program = (
        "import sys; from learnplat.catalogue import actions, shelf, pages; "
        "print([name for name in ('markdown_it', 'nh3', 'snowballstemmer') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
