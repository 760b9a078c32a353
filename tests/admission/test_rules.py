"""What holds of joining, whoever asks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnplat.admission.rules import (
    InvitationState,
    fault_of_address,
    new_token,
    state_of_invitation,
    written_address,
)
from learnplat.core.text import email_key, name_key

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER, BEFORE = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("used", "revoked", "expires", "state"),
    [
        (None, None, LATER, InvitationState.OPEN),
        (None, None, NOW, InvitationState.EXPIRED),
        (BEFORE, None, LATER, InvitationState.USED),
        (BEFORE, None, BEFORE, InvitationState.USED),
        (None, BEFORE, LATER, InvitationState.REVOKED),
        (None, BEFORE, BEFORE, InvitationState.REVOKED),
    ],
)
def test_an_invitation_is_in_one_state(used, revoked, expires, state):
    assert state_of_invitation(used, revoked, expires, NOW) is state


@pytest.mark.parametrize(
    "address", ["a b@justice.example", "﷐@@justice.example", "ﷺ" * 20 + "@justice.example", "none"]
)
def test_an_address_that_is_not_one_under_its_key_is_refused(address):
    assert fault_of_address(address) == "address_needed"


def test_letters_go_to_the_letters_that_mail_servers_know():
    assert written_address(" Ｎour@justice.example ") == "Nour@justice.example"


@given(st.text(max_size=60))
def test_the_written_address_has_the_key_of_the_typed_one(typed):
    assert email_key(written_address(typed)) == email_key(typed)


@given(st.text(max_size=60))
def test_the_key_of_a_name_is_its_own_key(name):
    assert name_key(name_key(name)) == name_key(name)


def test_no_two_tokens_are_alike():
    assert len({new_token() for _ in range(100)}) == 100
