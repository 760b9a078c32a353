"""The house in which staff must have a second factor."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def strict_house(house: Any) -> Iterator[Any]:
    before = house.app.config["LEARNPLAT"]
    house.app.config["LEARNPLAT"] = dataclasses.replace(before, staff_second_factor="always")
    yield house
    house.app.config["LEARNPLAT"] = before
