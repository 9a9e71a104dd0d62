"""The skeleton: bone rotations and joint positions, and the skin that follows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from research.synthetic.anatomy.body import Body
from research.synthetic.anatomy.rotations import Array


@dataclass(frozen=True)
class Skeleton:
    """A posed rig: world rotation (b, 3, 3) and head position (b, 3) of each bone, metres, in bundle order."""

    body: Body
    rotations: Array
    positions: Array

    def index(self, bone: str) -> int:
        """Return the number of a bone."""
        return self.body.template.bones.index(bone)

    def rotation(self, bone: str) -> Array:
        """Return the world rotation (3, 3) of a bone; identity at rest."""
        out: Array = self.rotations[self.index(bone)]
        return out

    def attached(self, bone: str, rest: Array) -> Array:
        """Return where points fixed to a bone are in this pose.

        Args:
            bone: The bone.
            rest: The points (..., 3) in the rest pose, metres.
        """
        i = self.index(bone)
        out: Array = (rest - self.body.points[bone]) @ self.rotations[i].T + self.positions[i]
        return out

    def moved(self, offset: Array) -> Skeleton:
        """Return the same pose shifted by (3,) metres."""
        return Skeleton(self.body, self.rotations, self.positions + offset)

    def transforms(self) -> Array:
        """Return (b, 3, 4) matrices that carry rest vertices to the pose."""
        rest = np.array([self.body.points[b] for b in self.body.template.bones])
        shift = self.positions - np.einsum("bij,bj->bi", self.rotations, rest)
        return np.concatenate([self.rotations, shift[:, :, None]], axis=2)


def forward(body: Body, rotations: dict[str, Array], root: Array) -> Skeleton:
    """Return the skeleton for given bone rotations.

    Args:
        body: The body.
        rotations: World rotation (3, 3) by bone; a bone without one turns with its parent.
        root: Place of the root bone (3,), metres.
    """
    template = body.template
    count = len(template.bones)
    turn, place = np.zeros((count, 3, 3)), np.zeros((count, 3))
    done: set[int] = set()

    def put(i: int) -> None:
        if i in done:
            return
        parent = template.parents[i]
        name = template.bones[i]
        if parent < 0:
            turn[i], place[i] = rotations.get(name, np.eye(3)), root
        else:
            put(parent)
            turn[i] = rotations.get(name, turn[parent])
            rest = body.points[name] - body.points[template.bones[parent]]
            place[i] = turn[parent] @ rest + place[parent]
        done.add(i)

    for i in range(count):
        put(i)
    return Skeleton(body, turn, place)


def skin(skeleton: Skeleton, vertices: Array, weights: Array) -> Array:
    """Return vertices (n, 3) in metres as the skin follows the bones.

    Args:
        skeleton: The posed skeleton.
        vertices: Rest vertices (n, 3), metres.
        weights: Weight of every bone for each vertex (n, b).
    """
    blended = (weights @ skeleton.transforms().reshape(weights.shape[1], 12)).reshape(-1, 3, 4)
    out: Array = np.einsum("nij,nj->ni", blended[:, :, :3], vertices) + blended[:, :, 3]
    return out
