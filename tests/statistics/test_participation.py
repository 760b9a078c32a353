"""The figures of 2012, and the traps that its ledger holds."""

import csv
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from learnplat.core.refusals import Invalid
from learnplat.db import transaction
from learnplat.discussions.models import Discussion, DiscussionStatus
from learnplat.learning.models import Completion, CourseRun, Enrolment, EnrolmentStatus
from learnplat.people.models import Account, AccountKind
from learnplat.statistics.report import participation
from learnplat.statistics.rules import digest_of

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FOLDER = Path(__file__).parent.parent / "data" / "programme-2012"


def report(house: Any, since: str = "2012-01-01", until: str = "2012-12-31", **options: Any) -> Any:
    with house.app.app_context(), transaction() as session:
        return participation(
            session, date.fromisoformat(since), date.fromisoformat(until), options.get("now", NOW)
        )


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def change(house: Any, statement: Any) -> None:
    with house.app.app_context(), transaction() as session:
        session.execute(statement)


def test_2012_gives_the_figures_that_were_printed(programme):
    made = report(programme)
    assert {
        name: made[name]
        for name in (
            "courses_delivered",
            "practitioners_trained",
            "country_count",
            "enrolments",
            "completions",
            "discussions_held",
            "discussion_languages",
            "discussion_participants",
            "attendances",
        )
    } == {
        "courses_delivered": 6,
        "practitioners_trained": 162,
        "country_count": 35,
        "enrolments": 199,
        "completions": 173,
        "discussions_held": 27,
        "discussion_languages": ["ar", "en", "es", "fr"],
        "discussion_participants": 109,
        "attendances": 237,
    }


def test_the_spanish_course_is_28_from_14(programme):
    course = next(row for row in report(programme)["by_course"] if row["course"] == "MLJ-ES-2012")
    assert course == {
        "course": "MLJ-ES-2012",
        "language": "es",
        "enrolments": 28,
        "completions": 28,
        "practitioners_trained": 28,
        "country_count": 14,
    }


def test_countries_agree_with_a_count_by_hand(programme):
    people = {row["participant_id"]: row for row in rows("participants.csv")}
    trained = {
        row["participant_id"]
        for row in rows("enrolments.csv")
        if row["completed_on"].startswith("2012") and people[row["participant_id"]]["staff"] == "no"
    }
    expected = Counter(people[one]["country"] for one in trained)
    made = report(programme)
    assert {
        row["country"]: row["practitioners_trained"]
        for row in made["by_country"]
        if row["practitioners_trained"]
    } == dict(expected)
    assert made["countries"] == sorted(expected)


def test_breakdowns_add_up(programme):
    made = report(programme)
    for name in ("by_gender", "by_profession", "by_language"):
        assert sum(made[name].values()) == 162
    assert sum(row["enrolments"] for row in made["by_country"]) == 199
    assert sum(row["completions"] for row in made["by_course"]) == 173


def test_a_country_without_a_completion_is_listed_but_not_counted(programme):
    made = report(programme)
    kenya = next(row for row in made["by_country"] if row["country"] == "KE")
    assert kenya == {"country": "KE", "enrolments": 1, "completions": 0, "practitioners_trained": 0}
    assert "KE" not in made["countries"]


def test_staff_count_nowhere(programme):
    before = report(programme)
    change(programme, update(Account).where(Account.name == "P00001").values(kind=AccountKind.TEST))
    after = report(programme)
    assert (before["users"], after["users"]) == (188, 187)
    assert after["practitioners_trained"] == 161
    assert "AT" not in {row["country"] for row in before["by_country"]}


def test_who_finished_in_january_belongs_to_the_next_year(programme):
    made = report(programme, "2013-01-01", "2013-12-31")
    assert (made["practitioners_trained"], made["courses_delivered"], made["enrolments"]) == (
        3,
        0,
        0,
    )
    assert [row["course"] for row in made["by_course"]] == ["ICCM-SA-2012"]


def test_new_year_in_utc_decides_for_a_discussion(programme):
    assert report(programme, "2013-01-01", "2013-01-01")["discussions_held"] == 1
    assert report(programme, "2012-12-31", "2012-12-31")["discussions_held"] == 0


def test_a_cancelled_discussion_was_not_held(programme):
    change(programme, update(Discussion).values(status=DiscussionStatus.CANCELLED))
    made = report(programme)
    assert (made["discussions_held"], made["attendances"], made["discussion_languages"]) == (
        0,
        0,
        [],
    )


def test_a_discussion_to_come_was_not_held(programme):
    made = report(programme, now=datetime(2012, 6, 30, tzinfo=UTC))
    assert made["discussions_held"] == sum(
        row["status"] == "held" and row["starts_at"] < "2012-06-30"
        for row in rows("discussions.csv")
    )


def test_first_and_last_day_are_included(programme):
    assert report(programme, "2012-10-12", "2012-10-12")["completions"] == sum(
        row["completed_on"] == "2012-10-12" for row in rows("enrolments.csv")
    )


def test_the_last_second_of_the_last_day_is_included(programme):
    with programme.app.app_context(), transaction() as session:
        chosen = session.scalars(select(Completion.id).order_by(Completion.id).limit(1)).one()
        session.execute(
            update(Completion)
            .where(Completion.id == chosen)
            .values(completed_at=datetime(2012, 12, 31, 23, 59, 59, tzinfo=UTC))
        )
    assert report(programme)["completions"] == 173
    change(
        programme,
        update(Completion)
        .where(Completion.id == chosen)
        .values(completed_at=datetime(2013, 1, 1, tzinfo=UTC)),
    )
    assert report(programme)["completions"] == 172


def test_the_country_is_the_one_at_enrolment(programme):
    change(programme, update(Account).where(Account.name == "P00001").values(country="JP"))
    made = report(programme)
    assert "JP" not in made["countries"]
    assert made["user_country_count"] == 39


def test_a_person_who_enrolled_from_two_countries_counts_in_each_and_once_in_all(programme):
    with programme.app.app_context(), transaction() as session:
        ids = Counter(
            session.scalars(
                select(Enrolment.account_id).join(
                    Completion, Completion.enrolment_id == Enrolment.id
                )
            )
        )
        person = min(one for one, number in ids.items() if number == 2)
        second = session.scalar(
            select(Completion.enrolment_id)
            .join(Enrolment)
            .where(Enrolment.account_id == person)
            .order_by(Completion.id.desc())
            .limit(1)
        )
        session.execute(update(Enrolment).where(Enrolment.id == second).values(country="JP"))
    made = report(programme)
    assert made["practitioners_trained"] == 162
    assert sum(row["practitioners_trained"] for row in made["by_country"]) == 163
    assert made["country_count"] == 36


def test_a_run_without_a_completion_was_not_delivered(programme):
    change(
        programme,
        update(CourseRun).where(CourseRun.code == "MLJ-ES-2012").values(ends_on=date(2013, 1, 2)),
    )
    assert report(programme)["courses_delivered"] == 5
    with programme.app.app_context(), transaction() as session:
        session.add(
            CourseRun(
                code="EMPTY",
                course_key=None,
                title="Empty",
                pace="dated",
                starts_on=date(2012, 1, 1),
                ends_on=date(2012, 2, 1),
                languages=["ar", "fr"],
                partners=[],
                seats=None,
                planned_at=NOW,
            )
        )
    assert report(programme)["courses_delivered"] == 5


def test_a_run_in_two_languages_is_reported_as_mul(programme):
    change(
        programme,
        update(CourseRun).where(CourseRun.code == "MLJ-ES-2012").values(languages=["es", "en"]),
    )
    course = next(row for row in report(programme)["by_course"] if row["course"] == "MLJ-ES-2012")
    assert course["language"] == "mul"


def test_a_withdrawn_enrolment_was_still_an_enrolment(programme):
    change(programme, update(Enrolment).values(status=EnrolmentStatus.WITHDRAWN))
    assert report(programme)["enrolments"] == 199


def test_the_same_figures_have_the_same_digest(programme):
    first, second = report(programme), report(programme, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert first["as_at"] != second["as_at"]
    assert first["digest"] == second["digest"] == digest_of(first)


def test_an_empty_platform_reports_nothing(blank_house):
    made = report(blank_house)
    assert made["practitioners_trained"] == made["users"] == 0
    assert made["countries"] == made["by_course"] == []


def test_a_period_that_ends_before_it_starts_is_refused(house):
    with pytest.raises(Invalid):
        report(house, "2012-12-31", "2012-01-01")
