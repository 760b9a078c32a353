"""What holds of passwords, scopes and spellings, without a database."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnplat.core.actors import Role
from learnplat.people import passwords, rules


@pytest.mark.parametrize("password", ["short", "elevenchars", ""])
def test_a_short_password_is_refused(password):
    assert rules.fault_of_password(password) == "password_too_short"


@pytest.mark.parametrize("password", ["purple wells", "كلام طويل لا يعرفه أحد", "ñandú y océano"])
def test_twelve_characters_of_any_script_suffice(password):
    assert rules.fault_of_password(password) is None


def test_the_limit_is_an_error_and_not_a_cut():
    longest = "abcdefgh" * 16
    assert rules.fault_of_password(longest) is None
    assert rules.fault_of_password(longest + "i") == "password_too_long"


@pytest.mark.parametrize(
    "password", ["aaaaaaaaaaaaaaaa", "abababababababab", "password1234", "Qwerty123456!!"]
)
def test_an_easily_guessed_password_is_refused(password):
    assert rules.fault_of_password(password) == "password_too_plain"


@pytest.mark.parametrize(
    "password",
    [
        "amal.bennani@justice.example",
        "AmalBennani2026",
        "bennani bennani",
        "أمل بناني 12345",
        "B-e-n-n-a-n-i 1",
    ],
)
def test_ones_own_name_or_address_is_no_password(password):
    about = ["amal.bennani@justice.example", "أمل بناني", "Amal Bennani"]
    assert rules.fault_of_password(password, about) == "password_about_you"


def test_a_sentence_may_hold_ones_name():
    assert rules.fault_of_password("amal walks home before the rain", ["Amal Bennani"]) is None


@given(st.text(min_size=12, max_size=60))
def test_every_spelling_of_a_password_is_judged_alike(password):
    faults = {
        rules.fault_of_password(unicodedata.normalize(form, password), ["Amal"])
        for form in ("NFC", "NFD", "NFKC", "NFKD")
    }
    assert len(faults) == 1


def test_every_spelling_of_a_password_is_right():
    kept = passwords.hashed(unicodedata.normalize("NFC", "été à Nouâdhibou, ｆｕｌｌ"))
    assert passwords.is_right(unicodedata.normalize("NFD", "été à Nouâdhibou, full"), kept)
    assert not passwords.is_right("ete a Nouadhibou, full", kept)


def test_nobodys_password_is_never_right():
    assert not passwords.is_right("anything at all", None)
    assert not passwords.is_old(passwords.NOBODY)


def test_a_hash_of_another_day_is_old():
    assert passwords.is_old(passwords.NOBODY.replace("t=2", "t=1"))


@pytest.mark.parametrize(
    ("role", "scope", "fault"),
    [
        (Role.PRACTITIONER, "", "role_is_everyones"),
        (Role.FOCAL_POINT, "", "scope_needs_country"),
        (Role.FOCAL_POINT, "XX", "scope_needs_country"),
        (Role.FOCAL_POINT, "MA", None),
        (Role.TRAINER, "", None),
        (Role.TRAINER, "universal-legal-framework", None),
        (Role.TUTOR, "Not A Key", "scope_needs_course"),
        (Role.ADMIN, "MA", "scope_must_be_empty"),
        (Role.ADMIN, "", None),
    ],
)
def test_a_role_holds_where_it_makes_sense(role, scope, fault):
    assert rules.fault_of_scope(role, scope) == fault


@pytest.mark.parametrize(
    "name", ["Amal Bennani", "Sokrates O'Neill-Núñez", "Đặng Thị Hoa", "Ｆｕｌｌ"]
)
def test_latin_letters_are_known_with_their_marks(name):
    assert rules.is_latin(name)


@pytest.mark.parametrize("name", ["أمل", "Amal أمل", "Амал"])
def test_other_letters_are_not_latin(name):
    assert not rules.is_latin(name)
