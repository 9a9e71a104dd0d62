"""A rendered person as MediaPipe saw them."""

import pytest

from tests.support.seated_twists import Seen, seated_twists


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Return landmarks, those of the neutral, and the true angles."""
    return seated_twists()
