"""What people write is taken when it can be seen, and numbers and instants have one form.

SECURITY: T48, T49, T50, T54.
"""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from marshmallow import ValidationError

from learnplat.core.text import tidy_paragraphs
from learnplat.web.shapes import EmailAddress, Instant, Line, PersonName, WholeNumber


@pytest.fixture(autouse=True)
def _spoken(house):
    """Sentences are said in a request."""
    with house.app.test_request_context("/en/"):
        yield


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("\u3164", id="Hangul filler"),
        pytest.param("Amal\uffa0", id="half-width filler"),
        pytest.param("Amal\u034f", id="grapheme joiner"),
        pytest.param("Amal\u180e", id="vowel separator"),
        pytest.param("Amal\U000e0041", id="tag letter"),
        pytest.param("Amal\ufffb", id="annotation mark"),
        pytest.param("Amal\u206a", id="retired format character"),
        pytest.param("A" + "\u0301\u0301\u0301\u0301\u200c" * 4, id="marks piled over joiners"),
        pytest.param("A" + "\u20dd" * 9, id="circles around one letter"),
        pytest.param("A" + "\ufe0f" * 9, id="selectors in a row"),
        pytest.param("A" + "\u200d" * 9, id="joiners in a row"),
    ],
)
def test_a_name_that_hides_something_is_refused(name):
    with pytest.raises(ValidationError):
        PersonName().deserialize(name)


@pytest.mark.parametrize(
    "name", ["می\u200cخواهم", "مُحَمَّد", "O’Brien", "Nguyễn Thị Minh", "क्ष्\u200dम", "Ólöf", "ᠮᠣᠩᠭᠣᠯ"]
)
def test_names_keep_the_marks_and_joiners_of_their_script(name):
    assert PersonName().deserialize(name)


def test_a_line_may_hold_arabic_signs_of_numbers():
    assert Line().deserialize("\u06dd ١٢")


def test_every_way_to_end_a_line_becomes_one():
    assert tidy_paragraphs("a\r\nb\rc\u2028d\u2029e") == "a\nb\nc\nd\ne"


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("a\u200db@ministry.example", id="joiner"),
        pytest.param("a\ufe0fb@ministry.example", id="selector"),
        pytest.param("amal@" + "m" * 64 + ".example", id="a label that no server can have"),
    ],
)
def test_an_address_that_only_looks_like_one_is_refused(address):
    with pytest.raises(ValidationError):
        EmailAddress().deserialize(address)


def test_an_address_in_another_script_is_welcome():
    assert EmailAddress().deserialize("amal@عدل.example") == "amal@عدل.example"


@pytest.mark.parametrize("value", [True, 1.0, 12.5, "1_2", "0x1", "1e3", "", [], float("nan")])
def test_what_only_resembles_a_whole_number_is_refused(value):
    with pytest.raises(ValidationError):
        WholeNumber().deserialize(value)


@pytest.mark.parametrize("value", [12, "12", " 12 ", "١٢"])
def test_a_whole_number_may_be_counted_or_written(value):
    assert WholeNumber().deserialize(value) == 12


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=1))])
def test_an_instant_is_written_in_utc_and_ends_in_z(zone):
    noon = datetime(2027, 3, 18, 12, tzinfo=UTC).astimezone(zone)
    assert Instant().serialize("at", {"at": noon}) == "2027-03-18T12:00:00Z"
