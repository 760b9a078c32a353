"""Letters leave after their commit, once, in the reader's language. SECURITY: case 37, T138."""

import email
import email.policy
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import db, reading, transaction
from learnplat.outbox import OutboxMessage, post
from learnplat.web.mail import deliver_due, transport_of


def write(house, key="welcome:1", language=Language.AR, recipient="amal@justice.example", **facts):
    with house.app.app_context(), transaction() as session:
        post(
            session,
            key=key,
            template="welcome",
            recipient=recipient,
            language=language,
            now=utc_now(),
            facts={"name": "أمل بناني", **facts},
        )


def kept(folder):
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


def test_a_letter_leaves_once(house, tmp_path):
    write(house)
    with house.app.app_context():
        assert deliver_due(transport_of(f"file:{tmp_path}"), "http://learn.test") == 1
        assert deliver_due(transport_of(f"file:{tmp_path}"), "http://learn.test") == 0
    assert [letter["To"] for letter in kept(tmp_path)] == ["amal@justice.example"]


@pytest.mark.parametrize("language", list(Language))
def test_it_is_written_in_text_and_html(house, tmp_path, language):
    write(house, language=language)
    with house.app.app_context():
        deliver_due(transport_of(f"file:{tmp_path}"), "http://learn.test")
    (letter,) = kept(tmp_path)
    text = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    assert letter["Content-Language"] == language.value
    assert f'lang="{language.value}"' in html
    assert f'dir="{language.direction}"' in html
    assert "http://learn.test/" in text
    assert "http://learn.test/" in html
    assert letter["Subject"].strip()


def test_nothing_leaves_of_a_change_that_was_undone(house, tmp_path):
    def changing_and_failing():
        with transaction() as session:
            post(
                session,
                key="x",
                template="welcome",
                recipient="a@b.example",
                language=Language.EN,
                now=utc_now(),
                facts={"name": "A"},
            )
            raise RuntimeError

    with house.app.app_context():
        with pytest.raises(RuntimeError):
            changing_and_failing()
        assert deliver_due(transport_of(f"file:{tmp_path}"), "http://learn.test") == 0


def test_a_letter_that_cannot_be_handed_over_is_tried_again_later(house):
    write(house)

    def broken(_letter):
        raise OSError("the server is away")

    with house.app.app_context():
        assert deliver_due(broken, "http://learn.test") == 0
        message = reading().scalars(select(OutboxMessage)).one()
        assert message.sent_at is None
        assert message.due_at > utc_now()
        assert message.failure == "OSError"


def test_the_facts_are_forgotten_once_sent(house, tmp_path):
    write(house, token="secret")
    with house.app.app_context():
        deliver_due(transport_of(f"file:{tmp_path}"), "http://learn.test")
        assert reading().scalars(select(OutboxMessage.facts)).one() == {}


def test_several_postmen_never_carry_the_same_letter(house):
    for number in range(12):
        write(house, key=f"welcome:{number}", recipient=f"p{number}@justice.example")
    carried = []

    def carry(_):
        with house.app.app_context():
            try:
                return deliver_due(lambda letter: carried.append(letter["To"]), "http://learn.test")
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(carry, range(4)))
    assert sorted(carried) == sorted({f"p{n}@justice.example" for n in range(12)})


def test_a_letter_whose_postman_died_is_carried_after_its_lease(house, tmp_path):
    write(house)
    with house.app.app_context():
        with transaction() as session:
            session.execute(
                update(OutboxMessage).values(leased_until=utc_now() + timedelta(minutes=1))
            )
        assert deliver_due(transport_of(f"file:{tmp_path}"), "http://learn.test") == 0
        with transaction() as session:
            session.execute(
                update(OutboxMessage).values(leased_until=utc_now() - timedelta(minutes=1))
            )
        assert deliver_due(transport_of(f"file:{tmp_path}"), "http://learn.test") == 1


def test_the_same_wish_twice_is_one_letter(house):
    from learnplat.core.refusals import Conflict

    write(house, key="same")
    with pytest.raises(Conflict, match="already_recorded"):
        write(house, key="same")


def test_a_line_break_in_a_name_makes_no_header(house, tmp_path):
    write(house, key="crlf", language=Language.EN, name="Eve\r\nBcc: all@evil.example")
    with house.app.app_context():
        deliver_due(transport_of(f"file:{tmp_path}"), "http://learn.test")
    (letter,) = kept(tmp_path)
    assert letter["Bcc"] is None


def test_a_domain_in_another_script_is_written_as_servers_read_it(house, tmp_path):
    write(house, recipient="amal@عدل.example")
    with house.app.app_context():
        deliver_due(transport_of(f"file:{tmp_path}"), "http://learn.test")
    (letter,) = kept(tmp_path)
    assert letter["To"] == "amal@xn--ugbt8a.example"
