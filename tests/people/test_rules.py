"""What holds of passwords, scopes and spellings, without a database. SECURITY: T1, T2."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnplat.core.actors import Role
from learnplat.people import guesses, passwords, rules


@pytest.mark.parametrize("password", ["", "sevench", "eight ch", "purple wells r"])
def test_a_short_password_is_refused(password):
    assert rules.fault_of_password(password) == "password_too_short"


@pytest.mark.parametrize(
    "password",
    [
        "quiet wells run",
        "كلام طويل لا يعرفه أحد",
        "ñandú y océano azul",
        "🐘🦒🦓🐊🐘🌳🌵🌴🌾🌿🍀🎋🎍🍁🍂",
        "Nouâdhibou, à l’aube du marché",
        "山川草木鳥獣虫魚日月星辰風花雪",
        "lawful and learning",
        "correct crow battery stapler",
    ],
)
def test_fifteen_characters_of_any_script_suffice(password):
    assert rules.fault_of_password(password) is None


def test_no_composition_is_asked_for():
    assert rules.fault_of_password("onlysmalllettershere") is None


@pytest.mark.parametrize("length", [15, 64, 128])
def test_every_length_up_to_the_limit_is_taken(length):
    sentence = (
        "a heron stands where two grey rivers of the north meet, and nobody in the valley asks "
    )
    assert rules.fault_of_password((sentence * 2)[:length]) is None


def test_the_limit_is_an_error_and_not_a_cut():
    longest = "abcdefgh ijk zyx" * 8
    assert len(longest) == rules.LONGEST_PASSWORD
    assert rules.fault_of_password(longest) != "password_too_long"
    assert rules.fault_of_password(longest + "i") == "password_too_long"


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "xk7xk7xk7xk7xk7xk7",
        "!@#$%!@#$%!@#$%",
        "password1234567",
        "passwordpassword",
        "PasswordPassword2026",
        "p4$$w0rdp4$$w0rd",
        "Qwerty123456!!!",
        "qwertyuiopasdfghjkl",
        "lkjhgfdsapoiuytrewq",
        "1qaz2wsx3edc4rfv",
        "123456789012345",
        "987654321098765",
        "abcdefghijklmnop",
        "azertyuiopqsdfgh",
        "ضصثقفغعهخحجدشسيب",
        "ابتثجحخدذرزسشصض",
        "sunshine sunshine",
        "monkeydragonfootball",
        "iloveyou iloveyou",
        "motdepasse motdepasse",
        "contraseña 2026!!",
        "كلمة السر كلمة السر",
        "unodc platform 2026",
        "learnplatlearnplat",
        "correcthorsebatterystaple",
        "Correct Horse Battery Staple",
    ],
)
def test_an_easily_guessed_password_is_refused(password):
    assert rules.fault_of_password(password) == "password_too_plain"


def test_every_line_of_the_list_is_refused_however_often_it_is_said():
    longest = [word * (15 // len(word) + 1) for word in guesses.common_words()]
    faults = {word: rules.fault_of_password(word) for word in longest if len(word) <= 128}
    assert {word: fault for word, fault in faults.items() if fault != "password_too_plain"} == {}
    assert len(faults) > 400


@pytest.mark.parametrize(
    "password",
    [
        "amal.bennani@justice.example",
        "AmalBennani2026",
        "bennani bennani",
        "أمل بناني 12345",
        "B-e-n-n-a-n-i 1",
        "Rabat Morocco 2026",
        "المغرب المغرب 12",
        "Tribunal Rabat 1",
    ],
)
def test_what_others_know_of_a_person_is_no_password(password):
    about = [
        "amal.bennani@justice.example", "أمل بناني", "Amal Bennani", "Tribunal de Rabat",
        "Morocco", "Maroc", "Marruecos", "المغرب",
    ]  # fmt: skip
    assert rules.fault_of_password(password, about) == "password_about_you"


def test_a_sentence_may_hold_ones_name():
    assert rules.fault_of_password("amal walks home before the rain", ["Amal Bennani"]) is None


@given(st.text(alphabet="aab1p$ö ", max_size=128))
def test_judging_is_quick_and_ends(text):
    assert len(guesses.own_part(guesses.folded(text))) <= len(guesses.folded(text))


@given(st.text(min_size=15, max_size=60))
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
        (Role.TRAINER, "ULF-2027-1", "scope_needs_course"),
        (Role.TUTOR, "universal-legal-framework", None),
        (Role.TUTOR, "ULF-2027-1", None),
        (Role.TUTOR, "Not A Key", "scope_needs_run"),
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
