"""The few vector functions that are written here because numpy's own are slow for few vectors."""

import numpy as np

from posecheck.kinematics.geometry import UP, cross, mean_of, norm


def test_they_are_what_numpy_has() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 5, 4, 3))
    np.testing.assert_array_equal(cross(a, b), np.cross(a, b))
    np.testing.assert_array_equal(cross(UP, b), np.cross(UP, b))
    np.testing.assert_array_equal(norm(a), np.linalg.norm(a, axis=-1))
    for axis in (0, 1):
        np.testing.assert_array_equal(mean_of(a, axis), a.mean(axis=axis))
