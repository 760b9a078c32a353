"""When a code is right, how long wrong ones wait, and for whom passkeys are made.

SECURITY: T9, T10
"""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnplat.people.factors import rules
from learnplat.people.factors.sealing import Sealer

NOW = datetime(2026, 11, 21, 9, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = rules.step_at(NOW)


@pytest.mark.parametrize(
    ("drift", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_wrong_by_one_step(drift, is_right):
    code = pyotp.TOTP(SECRET).generate_otp(STEP + drift)
    found = rules.step_of(SECRET, code, now=NOW, after=0)
    assert found == (STEP + drift if is_right else None)


def test_no_code_of_a_used_step_or_of_one_before_counts():
    app = pyotp.TOTP(SECRET)
    assert rules.step_of(SECRET, app.generate_otp(STEP), now=NOW, after=STEP) is None
    assert rules.step_of(SECRET, app.generate_otp(STEP - 1), now=NOW, after=STEP) is None
    assert rules.step_of(SECRET, app.generate_otp(STEP + 1), now=NOW, after=STEP) == STEP + 1


def test_the_algorithm_is_that_of_rfc_6238():
    """Its appendix B, the last six digits for SHA-1 at 59 seconds."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    then = datetime.fromtimestamp(59, UTC)
    assert rules.step_of(secret, "287082", now=then, after=0) == 1


@pytest.mark.parametrize(
    "typed", ["123456", "123 456", " 123-456 ", "١٢٣٤٥٦", "１２３４５６", "۱۲۳ ۴۵۶"]
)
def test_a_code_may_be_typed_as_people_type(typed):
    assert rules.tidy_code(typed) == "123456"
    assert rules.is_app_code(rules.tidy_code(typed))


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_without_fault(typed):
    code = rules.tidy_code(typed)
    rules.recovery_code_of(code)
    rules.step_of(SECRET, code, now=NOW, after=0)


def test_nine_wrong_codes_do_not_wait_and_the_tenth_does():
    assert rules.pause_after(9) == timedelta()
    assert rules.pause_after(10) == timedelta(minutes=1)


@given(st.integers(min_value=0, max_value=10**9))
def test_the_pause_only_grows_and_always_ends(wrong):
    assert rules.pause_after(wrong) <= rules.pause_after(wrong + 1) <= timedelta(hours=1)


def test_recovery_codes_are_ten_different_ones_of_eighty_bits():
    codes = rules.new_recovery_codes()
    assert len(set(codes)) == 10
    read = [rules.recovery_code_of(rules.tidy_code(code)) for code in codes]
    assert all(code is not None and len(code) == 16 for code in read)
    assert len(rules._LETTERS) == 32


def test_letters_like_digits_are_read_as_digits():
    assert rules.recovery_code_of(rules.tidy_code("OIL0-abcd-EFGH-jkmn")) == "0110abcdefghjkmn"


@pytest.mark.parametrize(
    ("address", "host", "origin"),
    [
        ("https://learn.example.org", "learn.example.org", "https://learn.example.org"),
        ("https://learn.example.org:443", "learn.example.org", "https://learn.example.org"),
        ("https://Learn.example.org:8443", "learn.example.org", "https://learn.example.org:8443"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_passkeys_are_made_for_the_name_of_the_platform(address, host, origin):
    found = rules.relying_party(address)
    assert found is not None
    assert (found.id, found.origin) == (host, origin)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://[::1]:8000"])
def test_a_number_address_can_have_no_passkeys(address):
    assert rules.relying_party(address) is None


def test_a_sealed_secret_is_opened_with_the_key_before_and_renewed():
    before, both, after = Sealer("a" * 40), Sealer("b" * 40, "a" * 40), Sealer("b" * 40)
    sealed = before.seal(SECRET)
    assert SECRET not in sealed
    assert both.opened(sealed) == SECRET
    assert after.opened(sealed) is None
    assert after.opened(both.renewed(sealed)) == SECRET
