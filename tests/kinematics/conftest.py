"""A rendered person as MediaPipe saw them."""

import pytest

from tests.support.rendered_twists import Posed, seen_twists


@pytest.fixture(scope="module")
def seen() -> Posed:
    """Return landmarks, those of the neutral, and the true angles."""
    track, neutral, truth = seen_twists("seated")
    return track, neutral.pose, truth
