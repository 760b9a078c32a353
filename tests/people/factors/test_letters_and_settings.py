"""What people are told by mail, what operators decide, and what a number address explains.

SECURITY: T8, T173
"""

import dataclasses

import pytest
from conftest import settings_for
from software_passkey import challenge_of
from sqlalchemy import update

from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import transaction
from learnplat.people.factors.actions import tell
from learnplat.people.models import Account
from learnplat.settings import BadSettings, read_settings
from learnplat.web.mail import deliver_due

WHAT = (
    "passkey_added", "passkey_removed", "app_added", "app_removed", "codes_made", "code_used",
    "all_removed", "password_gone",
)  # fmt: skip
PRODUCTION = {
    "LEARNPLAT_ENV": "production",
    "LEARNPLAT_BASE_URL": "https://learn.example.org",
    "LEARNPLAT_MAIL": "smtp://localhost",
    "LEARNPLAT_SECRET_KEY": "q8Zt1vYw5Kp0RmXc7LdJ3hNbF6sGa2Ue",
    "LEARNPLAT_DATABASE_URL": "postgresql://localhost/learnplat",
}


@pytest.mark.parametrize("language", list(Language))
def test_each_letter_can_be_written(house, language):
    amal = house.amal()
    sent = []
    with house.app.app_context():
        with transaction() as session:
            session.execute(update(Account).values(language=language))
            account = session.get(Account, amal.id)
            for number, what in enumerate(WHAT):
                tell(session, account, what, number, utc_now(), left=number)
        deliver_due(sent.append, "http://learn.test")
    assert len(sent) == len(WHAT)
    for letter in sent:
        assert letter["Content-Language"] == language.value
        plain = letter.get_body(("plain",)).get_content()
        rich = letter.get_body(("html",)).get_content()
        assert "http://learn.test" in plain
        assert "forgotten-password" in rich
        assert amal.name in plain
        assert amal.name in rich


def environ(tmp_path, **values):
    return {"LEARNPLAT_DATA": str(tmp_path), **values}


def test_in_production_staff_always_need_a_factor(tmp_path):
    assert read_settings(environ(tmp_path, **PRODUCTION)).staff_second_factor == "always"
    with pytest.raises(BadSettings, match="LEARNPLAT_STAFF_SECOND_FACTOR must be always"):
        read_settings(environ(tmp_path, **PRODUCTION, LEARNPLAT_STAFF_SECOND_FACTOR="offered"))


def test_in_development_it_is_offered_unless_said_otherwise(tmp_path):
    assert read_settings(environ(tmp_path)).staff_second_factor == "offered"
    strict = environ(tmp_path, LEARNPLAT_STAFF_SECOND_FACTOR="always")
    assert read_settings(strict).staff_second_factor == "always"
    with pytest.raises(BadSettings, match="must be always or offered"):
        read_settings(environ(tmp_path, LEARNPLAT_STAFF_SECOND_FACTOR="never"))


def test_settings_that_say_nothing_are_strict(tmp_path):
    said = {
        field.name: getattr(settings_for("sqlite:///x", tmp_path), field.name)
        for field in dataclasses.fields(settings_for("sqlite:///x", tmp_path))
        if field.name != "staff_second_factor"
    }
    from learnplat.settings import Settings

    assert Settings(**said).staff_second_factor == "always"


@pytest.fixture
def numbered(house):
    """The house at an address that is a number."""
    before = house.app.config["LEARNPLAT"]
    house.app.config["LEARNPLAT"] = dataclasses.replace(before, base_url="http://127.0.0.1:8000")
    yield house
    house.app.config["LEARNPLAT"] = before


def test_at_a_number_address_the_page_explains_and_offers_the_app(numbered):
    numbered.enter(numbered.amal())
    page = numbered.get("/en/profile/security").text
    assert "not a number" in page
    assert "Set up an app" in page
    assert "passkeys/new" not in page
    assert "passkey" not in numbered.leave().get("/en/sign-in").text


def test_there_no_challenge_is_given(numbered):
    with pytest.raises(AssertionError):
        challenge_of(numbered, "/en/sign-in/passkey/challenge")
