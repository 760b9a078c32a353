"""The blocklist shipped offline. SECURITY: T2."""

import subprocess
import sys

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from learnplat.people import guesses, rules

BREACHED = FREQUENCY_LISTS["passwords"]
SENTENCES = [
    "three grey herons by the ford",
    "Nouâdhibou, à l’aube du marché",
    "el faro apagado mira al norte",
    "ثلاثة طيور على سطح البيت القديم",
    "тихая река у старой мельницы",
    "山川草木鳥獣虫魚日月星辰風花雪",
    "Υψηλά βουνά πάνω από τη λίμνη",
    "🐘🦒🦓🐊 vier Tiere am Fluss",
]
SHORT_AND_GOOD = ["k3#vT9qz!mR", "hfz 7uw-qpe", "ظل نخلة بعيدة", "Ωμέγα-πλαζ7w", "лодка у мыса"]
ABOUT = ["Ruth Adeyemi", "ruth@justice.example", "Austria", "Autriche", "النمسا", "Österreich"]


@pytest.fixture(params=["a password alone", "beside a factor"])
def fault(request):
    """The rule for each length: a password that stands alone is longer."""
    alone = request.param == "a password alone"
    return lambda password, about=(): rules.fault_of_password(
        password, about, shortest=15 if alone else 8
    )


def fault_of_short(password, about=()):
    return rules.fault_of_password(password, about, shortest=8)


def test_the_list_is_long_enough():
    assert len(BREACHED) >= 30_000
    assert len(set(BREACHED[:3000])) == 3000


def test_every_password_of_the_list_is_refused_with_a_reason(fault):
    taken = [word for word in BREACHED if fault(word) is None]
    assert taken == []


@pytest.mark.parametrize("disguise", ["{}{}", "{}2026!", "12{}34", "*{}*", "{} {} {}"])
def test_every_password_of_the_first_3000_is_refused_in_disguise(fault, disguise):
    words = [disguise.format(word, word, word) for word in BREACHED[:3000]]
    taken = [word for word in words if fault(word) is None]
    assert taken == []


def test_figures_and_signs_for_letters_hide_nothing(fault):
    signs = str.maketrans("oleast", "013457")
    words = [word.translate(signs) for word in BREACHED[:3000] if word.isalpha()]
    assert len(words) > 2000
    assert [word for word in words if fault(word) is None] == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_of_any_script_is_taken(fault, sentence):
    assert fault(sentence, ABOUT) is None


@pytest.mark.parametrize("password", SHORT_AND_GOOD)
def test_beside_a_factor_a_shorter_one_that_nobody_guesses_is_taken(password):
    assert fault_of_short(password, ABOUT) is None


@pytest.mark.parametrize(
    "password",
    ["learnplat2026", "UNODC unodc 1", "United Nations", "Nations Unies 1", "Naciones Unidas",
     "الأمم المتحدة", "plateforme 2026", "المنصة المنصة"],
)  # fmt: skip
def test_the_names_of_this_place_are_refused(password):
    assert fault_of_short(password) == "password_too_plain"


@pytest.mark.parametrize(
    "password", ["ruthadeyemi1", "Austria2026!", "النمسا 2026", "Autriche-Ruth"]
)
def test_what_others_know_of_a_person_is_refused(password):
    assert fault_of_short(password, ABOUT) in ("password_about_you", "password_too_plain")


def test_the_list_is_read_only_when_somebody_chooses_a_password():
    code = (
        "import sys; from learnplat.people import rules, guesses; "
        "assert not any(name.startswith('zxcvbn') for name in sys.modules); "
        "rules.fault_of_password('three grey herons by the ford'); "
        "assert 'zxcvbn.frequency_lists' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_longest_password_is_judged_at_once():
    assert guesses.is_tried_first("football" * 16)
    assert not guesses.is_tried_first("ab7 " * 32)
