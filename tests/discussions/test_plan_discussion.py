"""Planning a discussion: by the action, the form and the API. SECURITY: case 42, T48."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from learnplat.catalogue.shelf import shelf
from learnplat.core.refusals import Invalid
from learnplat.db import reading
from learnplat.discussions.actions import plan_discussion
from learnplat.discussions.models import Discussion

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def number_of_discussions(house):
    with house.app.app_context():
        return reading().scalar(select(func.count()).select_from(Discussion))


def test_the_start_is_the_instant_of_the_wall_time(trainer, session, values):
    made = plan_discussion(session, shelf(), actor=trainer, values=values(), now=NOW)
    assert made.starts_at == datetime(2031, 3, 18, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"date": "2029-12-31"}, "date", "start_has_passed"),
        ({"date": "2030-01-01", "time": "00:59"}, "time", "start_has_passed"),
        ({"date": "2031-03-30", "time": "02:30"}, "time", "no_such_time"),
        ({"course": "no-such-course"}, "course", "unknown_course"),
    ],
)
def test_what_cannot_be_planned_is_refused_on_its_field(
    trainer, session, values, changes, field, code
):
    with pytest.raises(Invalid) as refusal:
        plan_discussion(session, shelf(), actor=trainer, values=values(**changes), now=NOW)
    assert refusal.value.errors == {field: [code]}


def test_a_time_that_happens_twice_is_the_first(trainer, session, values):
    made = plan_discussion(
        session,
        shelf(),
        actor=trainer,
        values=values(date="2031-10-26", time="02:30"),
        now=NOW,
    )
    assert made.starts_at == datetime(2031, 10, 26, 0, 30, tzinfo=UTC)


def test_a_form_plans_it_and_leads_to_its_page(house, form):
    answer = house.enter(house.trainer()).post("/es/discussions/new", form())
    assert answer.status_code == 303
    assert "تجميد الأصول دون تأخير" in house.get(answer.location).text


def test_experts_left_empty_are_left_out(house, form):
    answer = house.enter(house.trainer()).post("/es/discussions/new", form())
    with house.app.app_context():
        made = reading().get(Discussion, int(answer.location.rsplit("/", 1)[1]))
        assert [expert.name for expert in made.experts] == ["Inés Carvajal"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date", ""),
        ("date", "2031-02-30"),
        ("date", "9999-12-31"),
        ("date", "0001-01-01"),
        ("date", "18/03/2031"),
        ("time", "25:00"),
        ("time", "14:30+02:00"),
        ("zone", "Mars/Olympus"),
        ("zone", "Europe/Madrid\u202e"),
        ("minutes", "14"),
        ("minutes", "481"),
        ("minutes", "sixty"),
        ("minutes", "9" * 5000),
        ("seats", "0"),
        ("seats", "-1"),
        ("seats", "10001"),
        ("languages", []),
        ("languages", ["de"]),
        ("course", "no-such-course"),
        ("texts.ar.topic", ""),
        ("texts.ar.topic", "hidden\u202eword"),
        ("texts.ar.topic", "long " * 50),
        ("texts.ar.description", "zero\u200bwidth"),
        ("texts.en.topic", "A topic with no description"),
        ("texts.de.topic", "Thema"),
        ("texts.ar.status", "planned"),
        ("experts.1.name", ""),
        ("experts.1.name", "12345"),
        ("experts.1.biographies.ar", ""),
        ("experts.1.biographies.ar", "م" * 601),
        ("status", "cancelled"),
        ("seats_taken", "3"),
        ("planned_by", "1"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(house, form, field, value):
    house.enter(house.trainer())
    answer = house.post("/en/discussions/new", form() | {field: value})
    assert answer.status_code == 422
    # The first expert was left empty: what was typed as the second is shown as the first.
    shown = field.replace("experts.1", "experts.0")
    part = shown.rpartition(".")[0] or shown
    # A field that the form does not have is named as it came; there is nowhere to lead to.
    assert re.search(rf'href="#f-{part}[."]|href="#f-{shown}"|<code[^>]*>{part}', answer.text)
    assert number_of_discussions(house) == 0


def test_what_was_typed_comes_back_with_the_refusal(house, form):
    house.enter(house.trainer())
    answer = house.post("/ar/discussions/new", form(minutes="7"))
    for typed in ("2031-03-18", "تجميد الأصول دون تأخير", "Inés Carvajal"):
        assert typed in answer.text


def test_a_form_without_any_words_is_refused(house, form):
    house.enter(house.trainer())
    answer = house.post(
        "/en/discussions/new", form() | {"texts.ar.topic": " ", "texts.ar.description": ""}
    )
    assert 'href="#f-texts"' in answer.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minutes": 60.5}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"minutes": None}, "minutes"),
        ({"seats": "many"}, "seats"),
        ({"seats": 1e400}, "seats"),
        ({"date": 20310318}, "date"),
        ({"time": 1430}, "time"),
        ({"languages": "fr"}, "languages"),
        ({"texts": []}, "texts"),
        ({"texts": {}}, "texts"),
        ({"texts": {"ar": {"topic": "فقط"}}}, "texts.ar.description"),
        ({"experts": []}, "experts"),
        ({"experts": [{"name": "A", "biographies": {"en": "B"}}] * 7}, "experts"),
        ({"experts": [{"name": "A", "biographies": {}}]}, "experts.0.biographies"),
        ({"experts": [{"name": ["A"], "biographies": {"en": "B"}}]}, "experts.0.name"),
        ({"score": 5}, "score"),
        ({"user_id": 1}, "user_id"),
        ({"sequence": 9}, "sequence"),
    ],
)
def test_the_api_names_the_field_of_a_wrong_value(house, document, changes, field):
    house.enter(house.trainer())
    answer = house.ask("POST", "/api/v1/discussions", document(**changes))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert field in answer.json["errors"]
    assert number_of_discussions(house) == 0


def test_malformed_json_is_refused(house):
    house.enter(house.trainer())
    answer = house.client.post(
        "/api/v1/discussions",
        data='{"date": ',
        content_type="application/json",
        headers={"X-CSRFToken": house.token},
    )
    assert answer.status_code == 400


def test_the_api_plans_it(house, document):
    house.enter(house.trainer())
    answer = house.ask("POST", "/api/v1/discussions", document(course="universal-legal-framework"))
    assert answer.status_code == 201
    assert answer.json["starts_at"] == "2031-03-18T13:30:00Z"
    assert answer.json["time"] == "14:30"
    assert answer.json["languages"] == ["ar", "fr"]


def test_the_same_idempotency_key_plans_once(house, document):
    house.enter(house.trainer())
    answers = [
        house.ask("POST", "/api/v1/discussions", document(), headers={"Idempotency-Key": "plan-1"})
        for _ in range(2)
    ]
    assert answers[0].json["id"] == answers[1].json["id"]
    assert number_of_discussions(house) == 1


@pytest.mark.parametrize("name", ["amal", "moussa"])
def test_practitioners_do_not_plan(house, document, name):
    house.enter(getattr(house, name)())
    assert house.ask("POST", "/api/v1/discussions", document()).status_code == 403
    assert house.get("/en/discussions/new").status_code == 403


def test_strangers_are_sent_to_sign_in(house):
    assert "/en/sign-in" in house.get("/en/discussions/new").location
