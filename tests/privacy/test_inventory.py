"""SECURITY: T161, case 46. Every column has a purpose, a class, a retention and an end."""

from learnplat.privacy.inventory import inventory
from learnplat.privacy.queries import METADATA
from learnplat.privacy.rules import NOT_BLANK, DataClass, OnErasure
from learnplat.privacy.telling import LEFT_OUT
from learnplat.privacy.words import TOPICS, kept
from learnplat.tables import metadata

STORED = {(table.name, column.name) for table in metadata.sorted_tables for column in table.columns}
WRITTEN = {(name, column) for name, entry in inventory().tables.items() for column in entry.columns}


def test_every_column_has_an_entry():
    """SECURITY: T161. The message lists what is missing in learnplat/privacy/inventory.yaml."""
    assert sorted(STORED - WRITTEN) == []


def test_no_entry_is_of_a_column_that_is_no_more():
    assert sorted(WRITTEN - STORED) == []


def test_every_retention_is_a_rule():
    named = {
        column.retention
        for entry in inventory().tables.values()
        for column in entry.columns.values()
    }
    assert named <= set(inventory().periods)


def test_a_table_with_a_clock_has_a_rule_of_days_and_those_columns():
    for name, entry in inventory().tables.items():
        if entry.due:
            assert inventory().periods[entry.retention] is not None, name
            assert set(entry.due) <= set(entry.columns), name
            assert len(METADATA.tables[name].primary_key) == 1, name


def test_what_names_an_account_says_whose_it_is_or_is_the_platforms_own():
    """A table with a foreign key named account_id is somebody's, but for the list of erasures."""
    for table in metadata.sorted_tables:
        if "account_id" in table.c and table.name != "erasure":
            assert inventory().tables[table.name].whose, table.name


def test_nothing_personal_outlives_an_erasure():
    """SECURITY: case 46. A personal or sensitive column of somebody is blanked or goes with its row."""
    for name, entry in inventory().tables.items():
        if entry.whose:
            for column in entry.columns.values():
                if column.kind in (DataClass.PERSONAL, DataClass.SENSITIVE):
                    assert column.on_erasure is not OnErasure.KEEP, f"{name}.{column.name}"


def test_nothing_personal_is_in_a_table_of_nobody():
    for name, entry in inventory().tables.items():
        if not entry.whose:
            for column in entry.columns.values():
                assert column.kind not in (DataClass.PERSONAL, DataClass.SENSITIVE), name
                assert column.blank is NOT_BLANK, name


def test_what_is_personal_is_told_or_says_why_not():
    for name, entry in inventory().tables.items():
        if entry.whose and entry.told_as is None:
            told = [c.name for c in entry.columns.values() if c.kind is DataClass.PERSONAL]
            assert name in {"kept_answer", "reset_wish", "half_sign_in", "factor_challenge"}, told


def test_why_something_is_not_told_is_said_in_the_copy():
    reasons = {
        column.untold
        for entry in inventory().tables.values()
        for column in entry.columns.values()
        if column.untold
    }
    assert reasons <= set(LEFT_OUT)


def test_the_public_page_names_every_kind_of_record():
    told = {entry.told_as for entry in inventory().tables.values() if entry.told_as}
    assert {name for _, _, names in TOPICS for name in names} == told


def test_every_period_has_its_words(house):
    with house.app.test_request_context("/en/privacy"):
        assert all(one.how_long for one in kept())
