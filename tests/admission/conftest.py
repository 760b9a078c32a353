"""The fixtures of joining."""

import pytest

from tests.admission.cast import Joining
from tests.admission.desk_cast import Desk


@pytest.fixture
def joining(house):
    return Joining(house)


@pytest.fixture
def desk(house):
    return Desk(house)
