"""Countries in the alphabet of each language."""

import pytest

from learnplat.core.collation import collation_key
from learnplat.core.countries import countries
from learnplat.core.languages import Language
from learnplat.statistics.paragraph import names_in_order


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (
            Language.EN,
            ["Åland Islands", "Albania", "Chad", "Costa Rica", "Côte d'Ivoire", "Croatia"],
        ),
        (Language.FR, ["Égypte", "Émirats arabes unis", "Équateur", "Espagne", "Zambie"]),
        (Language.FR, ["cote", "coté", "côte", "côté", "cotes"]),
        (Language.ES, ["nadie", "nube", "ñandú", "Omán", "oso"]),
        (Language.ES, ["Malasia", "Mali", "Malí", "Malta", "Méjico", "México"]),
        (Language.AR, ["أذربيجان", "الأرجنتين", "إسبانيا", "ألبانيا", "البرازيل", "تونس"]),
        (Language.AR, ["الجزائر", "جزر القمر", "جيبوتي", "سنغافورة", "السنغال", "السودان"]),
        (Language.AR, ["مؤتة", "موريتانيا", "النيجر", "هايتي", "اليمن", "اليونان"]),
    ],
)
def test_names_stand_as_a_reader_expects(language, names):
    shuffled = names[::-1]
    assert sorted(shuffled, key=lambda name: collation_key(name, language)) == names


def test_the_arabic_article_is_passed_over_but_not_a_name_that_begins_like_it():
    key = collation_key
    assert key("السودان", Language.AR)[0] == key("سودان", Language.AR)[0]
    assert key("ألمانيا", Language.AR)[0] != key("مانيا", Language.AR)[0]


def test_marks_only_break_ties():
    assert collation_key("été", Language.FR)[0] == collation_key("ete", Language.FR)[0]
    assert collation_key("كُتُب", Language.AR)[0] == collation_key("كتب", Language.AR)[0]


def test_the_spanish_letter_may_be_written_with_a_joined_mark():
    assert collation_key("n\u0303u", Language.ES)[0] == collation_key("ñu", Language.ES)[0]


@pytest.mark.parametrize("language", list(Language))
def test_every_country_has_its_own_place(language):
    assert len(
        {collation_key(one.name(language), language) for one in countries().values()}
    ) == len({one.name(language) for one in countries().values()})


def test_the_names_are_those_of_the_united_nations():
    assert names_in_order(["BO", "CI", "DZ"], Language.EN) == [
        ("DZ", "Algeria"),
        ("BO", "Bolivia (Plurinational State of)"),
        ("CI", "Côte d'Ivoire"),
    ]
