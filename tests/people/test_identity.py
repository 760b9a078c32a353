"""How others see a person: by name, by office or by a handle that nobody mistakes.

SECURITY: case 26; T31, T48, T49, T50
"""

import threading
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnplat.core.countries import countries, part_of_world, region_name
from learnplat.core.languages import Language
from learnplat.core.text import has_stacked_marks, is_plain
from learnplat.db import db, reading, transaction
from learnplat.people.identity import (
    LONGEST_HANDLE,
    fault_of_handle,
    handle_key,
    label_for,
    office_label,
    tidy_handle,
)
from learnplat.people.identity_actions import choose_identity
from learnplat.people.models import Account, ShownAs
from learnplat.web.sentences import sentence
from tests.learning.cast import actor_of

LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Nd"))
HANDLES = st.text(LETTERS | st.sampled_from(" -'’"), min_size=1, max_size=60)


def chosen(house, body):
    return house.ask("PUT", "/api/v1/me/identity", body)


@given(HANDLES)
def test_a_key_is_its_own_key(handle):
    key = handle_key(handle)
    assert handle_key(key) == key


@given(HANDLES)
def test_case_spelling_and_signs_make_no_other_key(handle):
    key = handle_key(handle)
    assert handle_key(unicodedata.normalize("NFKC", handle)) == key
    assert handle_key(unicodedata.normalize("NFD", handle)) == key
    assert handle_key(handle.casefold()) == key
    assert handle_key(f" {handle}-") == key


@given(HANDLES)
def test_what_may_be_chosen_fits_the_columns(handle):
    tidy = tidy_handle(handle)
    if fault_of_handle(tidy) is None:
        assert 3 <= len(tidy) <= LONGEST_HANDLE <= 40
        assert 2 <= len(handle_key(tidy)) <= 80
        assert is_plain(tidy)
        assert tidy_handle(tidy) == tidy


@given(st.text(st.sampled_from("aeopcxyікмтнсвАВЕКМНОРСТХ"), min_size=3, max_size=10))
def test_a_script_that_looks_like_another_has_the_same_key(handle):
    twins = str.maketrans("aeopcxy", "аеорсху")
    assert handle_key(handle.translate(twins)) == handle_key(handle)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Baobab 21", "BAOBAB-21"),
        ("paypal", "pаypаl"),  # Cyrillic a
        ("Olga", "0lga"),
        ("corner", "comer"),
        ("Ilya", "llya"),
        ("أحمد", "احمد"),
        ("علي", "على"),
        ("كريم", "ڪـريم"),
        ("فاطمة", "فاطمه"),
        ("Ｆｕｌｌ", "Full"),
        ("٣٤٥ نور", "345 نور"),
        ("Ινο", "lvo"),
        ("José", "Jose"),
    ],
)
def test_look_alikes_are_one(one, other):
    assert handle_key(one) == handle_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Baobab", "Acacia"), ("نور", "سلام"), ("Amal", "Amel")]
)
def test_what_looks_different_is_different(one, other):
    assert handle_key(one) != handle_key(other)


@pytest.mark.parametrize(
    "handle",
    [
        "Admin", "аdmin", "4dm1n", "The  Administrator", "Modérateur 2", "Moderador", "moder-ator",
        "United Nations", "Nations-Unies", "naciones unidas", "الأمم المتحدة", "الامم المتّحدة",
        "UNODC desk", "learnplat", "S t a f f", "مشرف المنصة", "Ⓜoderator", "Point Focal",
    ],
)  # fmt: skip
def test_nobody_passes_for_staff_or_for_the_united_nations(handle):
    assert fault_of_handle(tidy_handle(handle)) in ("handle_reserved", "handle_letters")


@pytest.mark.parametrize(
    "handle", ["Baobab 21", "O'Brien", "Nguyễn", "نخلة الواحة", "Île-de-Gorée", "Ólöf", "山の手の"]
)
def test_every_script_is_welcome(handle):
    assert fault_of_handle(tidy_handle(handle)) is None


@pytest.mark.parametrize(
    ("handle", "fault"),
    [
        ("ab", "handle_too_short"),
        ("a" * 31, "handle_too_long"),
        ("a@b.example", "handle_letters"),
        ("<b>bold</b>", "handle_letters"),
        ("123 456", "handle_letters"),
        ("---", "handle_letters"),
        ("{{7*7}}", "handle_letters"),
        ("Judge, Africa", "handle_letters"),
        ("smile😀😀", "handle_letters"),
    ],
)
def test_what_is_no_handle_is_refused_for_its_reason(handle, fault):
    assert fault_of_handle(tidy_handle(handle)) == fault


@pytest.mark.parametrize("handle", ["ab\u202ecd", "ab\u200bcd", "a\x00bc", "z" + "\u0301" * 9])
def test_hidden_characters_are_refused(house, handle):
    house.enter(house.moussa())
    answer = chosen(house, {"shown_as": "handle", "handle": handle})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["handle"])


def test_marks_are_not_stacked():
    assert has_stacked_marks("z" + "\u0301" * 9)


def test_by_default_people_are_seen_by_their_office(house):
    moussa = house.moussa()
    found = house.enter(moussa).ask("GET", "/api/v1/me/identity").json
    assert found == {
        "shown_as": "office",
        "handle": None,
        "name_label": moussa.name,
        "office_label": "Membre du ministère public, Afrique occidentale",
    }


@pytest.mark.parametrize(
    ("language", "label"),
    [
        (Language.EN, "Prosecutor, Western Africa"),
        (Language.FR, "Membre du ministère public, Afrique occidentale"),
        (Language.ES, "Fiscal, África occidental"),
        (Language.AR, "عضو في النيابة العامة، غرب أفريقيا"),
    ],
)
def test_an_office_is_said_in_the_readers_language(language, label):
    assert office_label("prosecutor", "NE", language) == label


def test_every_country_stands_in_a_part_of_the_world_with_a_name():
    for code in countries():
        for language in Language:
            assert region_name(part_of_world(code), language)


def test_who_has_given_up_the_handle_is_never_shown_by_name():
    label = label_for(
        ShownAs.HANDLE,
        name="Moussa",
        handle=None,
        profession="prosecutor",
        country="NE",
        language=Language.EN,
    )
    assert label == "Prosecutor, Western Africa"


def test_a_handle_is_kept_as_it_is_written(house):
    house.enter(house.moussa())
    answer = chosen(house, {"shown_as": "handle", "handle": "  Baobab   21 "})
    assert (answer.json["shown_as"], answer.json["handle"]) == ("handle", "Baobab 21")


def test_a_handle_is_needed_to_be_seen_by_one(house):
    house.enter(house.moussa())
    answer = chosen(house, {"shown_as": "handle"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["handle"])


def test_one_that_looks_like_anothers_is_taken(house):
    house.enter(house.moussa())
    chosen(house, {"shown_as": "handle", "handle": "Baobab"})
    house.enter(house.amal())
    answer = chosen(house, {"shown_as": "name", "handle": "b-а-0 bab"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["handle"])
    with house.app.app_context():
        assert reading().query(Account).filter(Account.handle_key.is_not(None)).count() == 1


def test_ones_own_handle_may_be_spelt_anew(house):
    house.enter(house.moussa())
    chosen(house, {"shown_as": "handle", "handle": "Baobab"})
    assert chosen(house, {"shown_as": "handle", "handle": "BAOBAB"}).json["handle"] == "BAOBAB"


def test_of_eight_who_want_one_handle_one_gets_it(house):
    people = [house.moussa() for _ in range(8)]
    start, outcomes = threading.Barrier(8), []

    def rush(person):
        start.wait()
        with house.app.app_context():
            try:
                with transaction() as session:
                    choose_identity(
                        session, actor=actor_of(person), shown_as=ShownAs.HANDLE, handle="Baobab"
                    )
                outcomes.append("got")
            except Exception as refusal:
                outcomes.append(str(getattr(refusal, "errors", refusal)))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=rush, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["got"] + ["{'handle': ['handle_taken']}"] * 7 or sorted(
        outcomes, reverse=True
    ) == ["{'handle': ['handle_taken']}"] * 7 + ["got"]


def test_the_page_shows_each_way_as_others_would_read_it(house):
    house.enter(house.person("Mary O’Neill", language="en", country="NE", profession="judge"))
    page = house.get("/en/profile/identity").text
    assert "Mary O’Neill" in page
    assert "Judge, Western Africa" in page


def test_a_wrong_handle_comes_back_with_its_reason(house):
    house.enter(house.person("Mary", language="en"))
    answer = house.post("/en/profile/identity", {"shown_as": "handle", "handle": "Administrator"})
    assert answer.status_code == 422
    assert "could be taken for staff" in answer.text
    assert 'value="Administrator"' in answer.text


def test_the_profile_says_how_one_is_seen(house):
    house.enter(house.person("Mary", language="en", country="NE", profession="judge"))
    house.post("/en/profile/identity", {"shown_as": "handle", "handle": "Baobab"})
    assert "<bdi>Baobab</bdi>" in house.get("/en/profile").text


@pytest.mark.parametrize("field", ["account_id", "handle_key", "name"])
def test_a_field_that_is_not_known_is_named(house, field):
    house.enter(house.moussa())
    answer = chosen(house, {"shown_as": "name", field: "x"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_the_sentences_say_the_limits_of_the_rule(house):
    house.enter(house.moussa())
    page = house.post("/en/profile/identity", {"shown_as": "handle", "handle": "ab"})
    assert page.status_code == 422
    assert "A handle has 3 characters or more." in page.text
    assert "From 3 to 30 letters and digits" in page.text


@pytest.mark.parametrize(
    ("code", "facts", "said"),
    [
        ("handle_too_long", {"longest": 30}, "A handle has 30 characters or fewer."),
        ("handle_too_short", {"shortest": 1}, "A handle has 1 character or more."),
        ("too_many_passkeys", {"most": 1}, "You have 1 passkey, which is the most you can have. "
         "Please remove it first."),
        ("too_many_passkeys", {"most": 20}, "You have 20 passkeys, which is the most you can have. "
         "Please remove one first."),
    ],
)  # fmt: skip
def test_a_count_takes_its_form(house, code, facts, said):
    with house.app.test_request_context("/en/profile"):
        assert sentence(code, facts) == said
