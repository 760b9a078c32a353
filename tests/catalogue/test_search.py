"""One search over courses, units and instruments, the same on both databases. SECURITY: T51."""

import pytest
from sqlalchemy import select

from learnplat.catalogue import queries, rules
from learnplat.catalogue.models import SearchEntry
from learnplat.core.languages import Language

COURSE = "universal-legal-framework"
# (language, query, what must be among the first three)
EXPECTED = [
    ("ar", "تمويل الإرهاب", "financing-1999"),
    ("ar", "تمويل الارهاب", "financing-1999"),
    ("ar", "بتمويلِ الإرهابِ", "financing-1999"),
    ("ar", "وتمويل إرهاب", "financing-1999"),
    ("ar", "أخذ رهينة", "hostages-1979"),
    ("ar", "الاستيلاء على الطائره", "hague-1970"),
    ("ar", "إتفاقية طوكيو", "tokyo-1963"),
    ("ar", "الهجمات بالقنـــابل", "bombings-1997"),
    ("ar", "التسليم أو المحاكمات", f"{COURSE}/extradite-or-prosecute"),
    ("ar", "القرار ١٣٧٣", "s-res-1373-2001"),
    ("ar", "ميثاق الامم المتحدة", "un-charter"),
    ("ar", "الأفعال غير المشروعة ضد سلامة الملاحة", "sua-1988"),
    ("ar", "مجلس الأمن", f"{COURSE}/security-council"),
    ("ar", "الإطار القانوني العالمي", COURSE),
    ("en", "financing of terrorism", "financing-1999"),
    ("en", "Tokyo", "tokyo-1963"),
    ("en", "extraditing or prosecuting", f"{COURSE}/extradite-or-prosecute"),
    ("en", "resolution 1373", "s-res-1373-2001"),
    ("en", "S/RES/1540", "s-res-1540-2004"),
    ("en", "security councils", f"{COURSE}/security-council"),
    ("en", "universal legal framework", COURSE),
    ("fr", "prise d’otages", "hostages-1979"),
    ("fr", "repression du financement", "financing-1999"),
    ("fr", "extrader", f"{COURSE}/extradite-or-prosecute"),
    ("fr", "CONSEIL DE SECURITE", f"{COURSE}/security-council"),
    ("fr", "aéronefs captures", "hague-1970"),
    ("es", "financiacion del terrorismo", "financing-1999"),
    ("es", "toma de rehén", "hostages-1979"),
    ("es", "jurisdiccion", f"{COURSE}/jurisdiction"),
    ("es", "aeronave", "transport-offences/on-board-aircraft"),
]

HOSTILE = [
    '"', "'", "''", '""', "*", "a*", "NEAR(a b)", "a OR", "AND", "NOT a", "title_terms:a", "^a",
    "a & b", "a | !b", "a:*", "a <-> b", "\\", "%", "_", "'; drop table search_entry; --",
    ") OR 1=1 --", "\x00", "a\x00b", "<script>alert(1)</script>", "{{7*7}}", "${7}", "\u202e",
    "\ufeff", "ـ", "َ", "🙂", "-", "()", "a" * 200, "( " * 60, "ﷺ", "½", "\ud7ff",
]  # fmt: skip


def found(session, query, language):
    return queries.found(session, query, Language(language))


@pytest.mark.parametrize(("language", "query", "expected"), EXPECTED)
def test_what_people_look_for_is_among_the_first(session, language, query, expected):
    result = found(session, query, language)
    assert not result.is_elsewhere
    assert expected in [row.key for row in result.rows[:3]]


@pytest.mark.parametrize(("language", "query", "_expected"), EXPECTED)
def test_the_engine_finds_what_counting_alone_finds(session, language, query, _expected):
    """Counting is the same on both databases, so the answers are."""
    groups = rules.groups_of(query, Language(language))
    entries = session.scalars(select(SearchEntry).where(SearchEntry.language == language)).all()
    scored = [(entry, rules.score(groups, entry.title_terms, entry.terms)) for entry in entries]
    matching = [pair for pair in scored if pair[1][0] == len(groups)]
    if not matching:
        matching = [pair for pair in scored if pair[1][0]]
    kinds = ("course", "unit", "instrument")

    def place(pair):
        entry, (met, points) = pair
        length = entry.title_terms.count(" ")
        return (-met, -points, kinds.index(entry.kind), length, entry.key)

    matching.sort(key=place)
    assert [(row.kind, row.key) for row in found(session, query, language).rows] == [
        (entry.kind, entry.key) for entry, _ in matching
    ]


def test_other_languages_are_looked_in_when_the_readers_has_none(session):
    result = found(session, "enquêteurs", "ar")
    assert result.is_elsewhere
    assert {row.language for row in result.rows} == {"fr"}


def test_some_of_the_words_are_enough_when_no_entry_has_all(session):
    result = found(session, "hostages zeppelin", "en")
    assert "hostages-1979" in [row.key for row in result.rows[:3]]


def test_nothing_is_an_answer(session):
    assert not found(session, "zeppelin", "en").rows


def test_matches_carry_marks_in_title_and_excerpt(session):
    result = found(session, "financing of terrorism", "en")
    match = queries.matches(session, result, 0, 1)[0]
    assert "financing" in {text.casefold() for text, is_marked in match.title if is_marked}
    assert "terrorism" in {text.casefold() for text, is_marked in match.excerpt if is_marked}


@pytest.mark.parametrize("query", HOSTILE, ids=ascii)
def test_hostile_words_are_only_words(session, query):
    for language in Language:
        result = found(session, query, language)
        queries.matches(session, result, 0, 5)


@pytest.mark.parametrize("query", [q for q in HOSTILE if len(q) <= 200], ids=ascii)
def test_the_page_bears_hostile_words(house, query):
    answer = house.get("/en/search", query_string={"q": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_the_page_shows_results_with_marks(house):
    page = house.get("/fr/search?q=financement").text
    assert "<mark>financement</mark>" in page
    assert '/fr/instruments/financing-1999"' in page


def test_the_page_without_words_asks_for_them(house):
    page = house.get("/en/search").text
    assert '<input id="f-q"' in page
    assert "result" not in page.split("<main")[1].split("</form>")[1].lower().split("</main")[0]


def test_the_page_says_that_nothing_was_found(house):
    assert "Nothing was found" in house.get("/en/search?q=zeppelin").text


def test_results_in_another_language_say_so_and_lead_there(house):
    page = house.get("/ar/search?q=enqueteurs").text
    assert "هذه النتائج بلغات أخرى." in page
    assert 'lang="fr" dir="ltr"' in page
    assert 'href="/fr/courses/' in page


def test_words_that_are_too_long_are_refused_kindly(house):
    answer = house.get("/en/search", query_string={"q": "a" * 201})
    assert answer.status_code == 422
    assert "This must be at most 200 characters long." in answer.text


@pytest.mark.parametrize("page", ["x", "0", "-1", "101", "1.5", "٢٢٢٢"])
def test_a_page_that_cannot_be_is_refused(house, page):
    assert house.get("/en/search", query_string={"q": "state", "page": page}).status_code == 422


def test_a_page_after_the_last_is_the_last(house):
    after = house.get("/en/search?q=convention&page=90").text
    assert "Nothing was found" not in after
    assert 'rel="prev"' in after
    assert 'rel="next"' not in after


def test_more_results_are_on_the_next_page(house):
    first = house.get("/en/search?q=convention").text
    assert "/en/search?q=convention&amp;page=2" in first
    assert "/en/search?q=convention&amp;page=1" in house.get("/en/search?q=convention&page=2").text
