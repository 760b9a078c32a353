"""The report paragraph in four languages: numbers, plurals, genders, lists, and nothing at all."""

import pytest

from learnplat.core.languages import Language
from learnplat.statistics.wording import Facts, wording_of
from learnplat.statistics.wording.form import NARROW, NO_BREAK

ALL = [Language.FR, Language.ES, Language.EN, Language.AR]


def paragraph(language: Language, **changes: object) -> str:
    facts = {
        "courses": 6,
        "practitioners": 162,
        "countries": ["A", "B", "C"],
        "discussions": 27,
        "languages": ALL,
    }
    text = wording_of(language).paragraph(Facts(**(facts | changes)))
    return text.replace(NO_BREAK, " ").replace(NARROW, " ")


COUNTS = {
    Language.EN: {
        1: "delivered one online course and trained one practitioner from",
        2: "delivered two online courses and trained two practitioners from",
        3: "delivered three online courses and trained three practitioners from",
        6: "delivered six online courses and trained six practitioners from",
        10: "delivered 10 online courses and trained 10 practitioners from",
        11: "delivered 11 online courses and trained 11 practitioners from",
        27: "delivered 27 online courses and trained 27 practitioners from",
        99: "delivered 99 online courses and trained 99 practitioners from",
        100: "delivered 100 online courses and trained 100 practitioners from",
        101: "delivered 101 online courses and trained 101 practitioners from",
        102: "delivered 102 online courses and trained 102 practitioners from",
        103: "delivered 103 online courses and trained 103 practitioners from",
        162: "delivered 162 online courses and trained 162 practitioners from",
        1000: "delivered 1,000 online courses and trained 1,000 practitioners from",
    },
    Language.FR: {
        1: "dispensé un cours en ligne et formé un praticien originaire des",
        2: "dispensé deux cours en ligne et formé deux praticiens originaires des",
        3: "dispensé trois cours en ligne et formé trois praticiens originaires des",
        6: "dispensé six cours en ligne et formé six praticiens originaires des",
        10: "dispensé 10 cours en ligne et formé 10 praticiens originaires des",
        11: "dispensé 11 cours en ligne et formé 11 praticiens originaires des",
        27: "dispensé 27 cours en ligne et formé 27 praticiens originaires des",
        99: "dispensé 99 cours en ligne et formé 99 praticiens originaires des",
        100: "dispensé 100 cours en ligne et formé 100 praticiens originaires des",
        101: "dispensé 101 cours en ligne et formé 101 praticiens originaires des",
        102: "dispensé 102 cours en ligne et formé 102 praticiens originaires des",
        103: "dispensé 103 cours en ligne et formé 103 praticiens originaires des",
        162: "dispensé 162 cours en ligne et formé 162 praticiens originaires des",
        1000: "dispensé 1 000 cours en ligne et formé 1 000 praticiens originaires des",
    },
    Language.ES: {
        1: "impartió un curso en línea y capacitó a un profesional de",
        2: "impartió dos cursos en línea y capacitó a dos profesionales de",
        3: "impartió tres cursos en línea y capacitó a tres profesionales de",
        6: "impartió seis cursos en línea y capacitó a seis profesionales de",
        10: "impartió diez cursos en línea y capacitó a diez profesionales de",
        11: "impartió 11 cursos en línea y capacitó a 11 profesionales de",
        27: "impartió 27 cursos en línea y capacitó a 27 profesionales de",
        99: "impartió 99 cursos en línea y capacitó a 99 profesionales de",
        100: "impartió 100 cursos en línea y capacitó a 100 profesionales de",
        101: "impartió 101 cursos en línea y capacitó a 101 profesionales de",
        102: "impartió 102 cursos en línea y capacitó a 102 profesionales de",
        103: "impartió 103 cursos en línea y capacitó a 103 profesionales de",
        162: "impartió 162 cursos en línea y capacitó a 162 profesionales de",
        1000: "impartió 1 000 cursos en línea y capacitó a 1 000 profesionales de",
    },
    Language.AR: {
        1: "قدّم الفرع دورة تدريبية واحدة على الإنترنت ودرّب ممارسا واحدا من",
        2: "قدّم الفرع دورتين تدريبيتين على الإنترنت ودرّب ممارسين اثنين من",
        3: "قدّم الفرع ثلاث دورات تدريبية على الإنترنت ودرّب ثلاثة ممارسين من",
        6: "قدّم الفرع ست دورات تدريبية على الإنترنت ودرّب ستة ممارسين من",
        10: "قدّم الفرع عشر دورات تدريبية على الإنترنت ودرّب عشرة ممارسين من",
        11: "قدّم الفرع 11 دورة تدريبية على الإنترنت ودرّب 11 ممارسا من",
        27: "قدّم الفرع 27 دورة تدريبية على الإنترنت ودرّب 27 ممارسا من",
        99: "قدّم الفرع 99 دورة تدريبية على الإنترنت ودرّب 99 ممارسا من",
        100: "قدّم الفرع 100 دورة تدريبية على الإنترنت ودرّب 100 ممارس من",
        101: "قدّم الفرع 101 دورة تدريبية على الإنترنت ودرّب 101 ممارس من",
        102: "قدّم الفرع 102 دورة تدريبية على الإنترنت ودرّب 102 ممارس من",
        103: "قدّم الفرع 103 دورات تدريبية على الإنترنت ودرّب 103 ممارسين من",
        162: "قدّم الفرع 162 دورة تدريبية على الإنترنت ودرّب 162 ممارسا من",
        1000: "قدّم الفرع 1,000 دورة تدريبية على الإنترنت ودرّب 1,000 ممارس من",
    },
}


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        (language, number, said)
        for language, cases in COUNTS.items()
        for number, said in cases.items()
    ],
)
def test_a_number_agrees_with_its_noun(language, number, said):
    assert said in paragraph(language, courses=number, practitioners=number)


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        (Language.EN, 1, "In addition, one real-time discussion was carried out in"),
        (Language.EN, 27, "In addition, 27 real-time discussions were carried out in"),
        (Language.FR, 1, "En outre, une discussion en temps réel a été organisée en"),
        (Language.FR, 27, "En outre, 27 discussions en temps réel ont été organisées en"),
        (Language.ES, 1, "Además, se celebró un debate en tiempo real en"),
        (Language.ES, 27, "Además, se celebraron 27 debates en tiempo real en"),
        (Language.AR, 1, "أُجريت مناقشة مباشرة واحدة ب"),
        (Language.AR, 2, "أُجريت مناقشتان مباشرتان ب"),
        (Language.AR, 8, "أُجريت ثماني مناقشات مباشرة ب"),
        (Language.AR, 27, "أُجريت 27 مناقشة مباشرة ب"),
        (Language.AR, 103, "أُجريت 103 مناقشات مباشرة ب"),
    ],
)
def test_discussions_agree_with_their_verb(language, number, said):
    assert said in paragraph(language, discussions=number)


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        (Language.EN, "in Arabic, English, French and Spanish."),
        (Language.FR, "en anglais, en arabe, en espagnol et en français."),
        (Language.ES, "en árabe, español, francés e inglés."),
        (Language.AR, "بالإسبانية والإنكليزية والعربية والفرنسية."),
    ],
)
def test_languages_are_listed_in_their_alphabet(language, spoken):
    assert paragraph(language).endswith(spoken)


@pytest.mark.parametrize(
    ("language", "countries", "said"),
    [
        (Language.EN, ["Chad"], "from one country: Chad."),
        (Language.EN, ["Chad", "Peru"], "from the following two countries: Chad and Peru."),
        (
            Language.EN,
            ["Chad", "Mali", "Peru"],
            "from the following three countries: Chad, Mali and Peru.",
        ),
        (Language.FR, ["Tchad"], "originaires du pays suivant : Tchad."),
        (Language.FR, ["Mali", "Tchad"], "originaires des deux pays suivants : Mali et Tchad."),
        (Language.ES, ["Chad"], "del país siguiente: Chad."),
        (Language.ES, ["Chad", "Italia"], "de los dos países siguientes: Chad e Italia."),
        (Language.ES, ["Chad", "Hierro"], "de los dos países siguientes: Chad y Hierro."),
        (Language.AR, ["تشاد"], "من بلد واحد هو: تشاد."),
        (Language.AR, ["تشاد", "مالي"], "من البلدين التاليين: تشاد ومالي."),
        (
            Language.AR,
            ["تشاد", "مالي", "المغرب"],
            "من البلدان الثلاثة التالية: تشاد، ومالي، والمغرب.",
        ),
    ],
)
def test_countries_are_joined_as_the_language_does(language, countries, said):
    assert said in paragraph(language, countries=countries)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (10, "من البلدان العشرة التالية"),
        (11, "التالية وعددها 11 بلدا"),
        (35, "التالية وعددها 35 بلدا"),
        (100, "التالية وعددها 100 بلد:"),
        (103, "التالية وعددها 103 بلدان"),
    ],
)
def test_arabic_counts_countries(number, said):
    assert said in paragraph(Language.AR, countries=["A"] * number)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            Language.EN,
            "No online course was delivered and no practitioner was trained during the "
            "period. No real-time discussion was carried out.",
        ),
        (
            Language.FR,
            "Aucun cours en ligne n’a été dispensé et aucun praticien n’a été formé au "
            "cours de la période. Aucune discussion en temps réel n’a été organisée.",
        ),
        (
            Language.ES,
            "Durante el período no se impartió ningún curso en línea ni se capacitó a "
            "ningún profesional. No se celebró ningún debate en tiempo real.",
        ),
        (
            Language.AR,
            "لم تُقدَّم أي دورة تدريبية على الإنترنت ولم يُدرَّب أي ممارس خلال الفترة. "
            "ولم تُجر أي مناقشة مباشرة.",
        ),
    ],
)
def test_an_empty_period_is_said_in_words(language, said):
    nothing = {"courses": 0, "practitioners": 0, "countries": [], "discussions": 0, "languages": []}
    assert paragraph(language, **nothing) == said


@pytest.mark.parametrize("language", list(Language))
def test_people_trained_outside_of_a_delivered_course_are_not_hidden(language):
    text = paragraph(language, courses=0, practitioners=12)
    assert "12" in text
    assert "0" not in text


@pytest.mark.parametrize("language", list(Language))
def test_discussions_alone_are_not_in_addition_to_anything(language):
    text = paragraph(language, courses=0, practitioners=0, countries=[])
    assert "27" in text
    assert not any(words in text for words in ("In addition", "En outre", "Además", "بالإضافة"))


@pytest.mark.parametrize("language", list(Language))
def test_every_language_has_the_same_words(language):
    wording, english = wording_of(language), wording_of(Language.EN)
    assert wording.labels.keys() == english.labels.keys()
    assert list(wording.definitions) == list(english.definitions)
    assert wording.languages.keys() == english.languages.keys()
    assert all(wording.labels.values())
    assert all(wording.definitions.values())
