"""The letters of discussions, as they leave the house. SECURITY: T71."""

import pytest
from sqlalchemy import select

from learnplat.core.languages import Language
from learnplat.db import reading
from learnplat.outbox import OutboxMessage
from learnplat.web.mail import written


def letters(house):
    with house.app.app_context():
        rows = reading().scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        return [written(row, "https://learn.example.org") for row in rows]


@pytest.fixture
def three_letters(house, planned):
    def make(person):
        discussion_id = planned()
        house.enter(person).ask("POST", f"/api/v1/discussions/{discussion_id}/registration")
        house.enter(house.trainer())
        house.ask("PATCH", f"/api/v1/discussions/{discussion_id}", {"time": "16:00"})
        house.ask("POST", f"/api/v1/discussions/{discussion_id}/cancellation")
        return discussion_id, letters(house)

    return make


@pytest.mark.parametrize("language", Language)
def test_each_letter_is_in_the_language_of_its_reader(house, three_letters, language):
    _, sent = three_letters(house.person("Léa Mbarga", language=language))
    assert [letter["Content-Language"] for letter in sent] == [language.value] * 3
    for letter in sent:
        html = letter.get_body(("html",)).get_content()
        assert f'<html lang="{language.value}" dir="{language.direction}">' in html


def test_the_subject_names_the_topic(house, three_letters):
    _, sent = three_letters(house.moussa())
    assert all("Geler sans délai" in letter["Subject"] for letter in sent)


def test_links_begin_with_the_base_address(house, three_letters):
    discussion_id, sent = three_letters(house.moussa())
    link = f"https://learn.example.org/fr/discussions/{discussion_id}"
    for letter in sent[:2]:
        for kind in ("plain", "html"):
            assert link in letter.get_body((kind,)).get_content()


def test_a_topic_with_markup_is_text_in_a_letter(house, planned):
    words = {"en": {"topic": "<b>Seat & law</b>", "description": "Text."}}
    discussion_id = planned(texts=words)
    house.enter(house.moussa()).ask("POST", f"/api/v1/discussions/{discussion_id}/registration")
    (letter,) = letters(house)
    assert "&lt;b&gt;Seat &amp; law" in letter.get_body(("html",)).get_content()
    assert "<b>Seat & law</b>" in letter.get_body(("plain",)).get_content()
