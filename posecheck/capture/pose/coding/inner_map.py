"""The pose model's inner feature map: what its middle layers see of a person, of which landmarks keep only a part.

The landmarks of a turned trunk with still arms hardly differ from those of moving arms and a still trunk. The model's
own layers still hold clothes, outline and shading, 144 numbers for each of 8 x 8 parts of the picture. MediaPipe does
not hand them out, so LiteRT runs the first half of the same network, from the same file, once more.
"""

import contextlib
import hashlib
import struct
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from posecheck.capture.pose.native import Quiet
from posecheck.core.arrays import Floats
from posecheck.core.frame import Rgb
from posecheck.core.landmarks import Landmark as L

MEMBER = "pose_landmarks_detector.tflite"
MODEL_SHA256 = "82be6d591b9dad7d29fe21dc9fd892bf8b9602c458fb05209283de8282a0c488"
"""The network in the model `full`. What the layers of another network say means something else."""
MOST_BYTES = 64 << 20
LAYER = b"model_1/model/add_8/add"
METADATA = b"TFLITE_METADATA"
"""The name under which a network says what goes into it and comes out."""
CELLS, CHANNELS = 64, 144
"""Parts of the picture (8 x 8), row by row, and numbers for each of them."""
CROP_PX = 256
ROOM = 1.25
"""Side of the square that is cut out, as a multiple of the circle about the hips that holds all landmarks."""

Map = NDArray[np.float32]


def crop(rgb: Rgb, image_xy: Floats) -> Rgb:
    """Cut the person out of a picture as a square, centred between the hips, black beyond the picture.

    Args:
        rgb: The picture (height, width, 3).
        image_xy: Landmarks (33, 2), pixels.

    Returns:
        The square (256, 256, 3).
    """
    centre = (image_xy[L.LEFT_HIP] + image_xy[L.RIGHT_HIP]) / 2.0
    half = max(ROOM * float(np.linalg.norm(image_xy - centre, axis=1).max()), 1.0)
    scale = CROP_PX / (2.0 * half)
    move = np.array([[scale, 0.0, CROP_PX / 2.0 - scale * centre[0]], [0.0, scale, CROP_PX / 2.0 - scale * centre[1]]])
    return np.asarray(cv2.warpAffine(rgb, move, (CROP_PX, CROP_PX), flags=cv2.INTER_AREA), np.uint8)


def first_half(network: bytes) -> bytes:
    """Return the network up to LAYER, as a .tflite file that is less than half as large.

    The second half, which places the landmarks and outlines the person, is more than half of the work.

    Args:
        network: The .tflite file of which MODEL_SHA256 is the checksum.
    """
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(network, 0)
    graph = model.subgraphs[0]
    wanted = next(i for i, tensor in enumerate(graph.tensors) if tensor.name == LAYER)
    last = next(i for i, operator in enumerate(graph.operators) if wanted in operator.outputs)
    graph.operators = graph.operators[: last + 1]
    graph.outputs = np.array([wanted], np.int32)
    model.signatureDefs = []
    used = {int(i) for operator in graph.operators for i in operator.inputs}
    for i, tensor in enumerate(graph.tensors):
        if i not in used and tensor.buffer:
            model.buffers[tensor.buffer].data = None
    for about in model.metadata or ():
        if about.name == METADATA:
            data = model.buffers[about.buffer].data
            model.buffers[about.buffer].data = np.frombuffer(_of_one_output(bytes(data)), np.uint8)
    builder = flatbuffers.Builder(len(network))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _of_one_output(metadata: bytes) -> bytes:
    """Return a model's metadata with its list of outputs cut to one: the web build compares their number."""
    held = bytearray(metadata)

    def told(position: int) -> int:
        return position + int(struct.unpack_from("<I", held, position)[0])

    def field(table: int, number: int) -> int:
        fields = table - int(struct.unpack_from("<i", held, table)[0])
        return told(table + int(struct.unpack_from("<H", held, fields + 4 + 2 * number)[0]))

    # ModelMetadata's fourth field lists the subgraphs; SubGraphMetadata's fourth field lists the outputs.
    subgraphs = field(told(0), 3)
    outputs = field(told(subgraphs + 4), 3)
    struct.pack_into("<I", held, outputs, 1)
    return bytes(held)


def network_of(task: Path) -> bytes | None:
    """Return the network of a .task file, or None where it holds another one than the one known here."""
    with contextlib.suppress(OSError, KeyError, zipfile.BadZipFile), zipfile.ZipFile(task) as archive:
        if archive.getinfo(MEMBER).file_size <= MOST_BYTES:
            network = archive.read(MEMBER)
            if hashlib.sha256(network).hexdigest() == MODEL_SHA256:
                return network
    return None


class InnerMap:
    """Run the first half of the pose model's network."""

    def __init__(self, network: bytes) -> None:
        """Load the network up to LAYER.

        Args:
            network: The .tflite file of which MODEL_SHA256 is the checksum.
        """
        from ai_edge_litert.interpreter import Interpreter

        with Quiet():
            self._interpreter: Any = Interpreter(model_content=first_half(network), num_threads=1)
            self._interpreter.allocate_tensors()
        self._into = self._interpreter.get_input_details()[0]["index"]
        self._out = self._interpreter.get_output_details()[0]["index"]

    @classmethod
    def of_model(cls, task: Path) -> "InnerMap | None":
        """Return the inner map of a .task file, or None where it holds another network than the one known here."""
        network = network_of(task)
        return None if network is None else cls(network)

    def of(self, square: Rgb, mirrored: bool) -> Map:
        """Return the map of a person.

        Args:
            square: What crop() cut out, (256, 256, 3).
            mirrored: Whether the map of its mirror image is asked for.

        Returns:
            (64, 144).
        """
        picture = np.ascontiguousarray(square[:, ::-1] if mirrored else square, np.float32)
        self._interpreter.set_tensor(self._into, picture[None] / np.float32(255.0))
        self._interpreter.invoke()
        return np.asarray(self._interpreter.get_tensor(self._out), np.float32).reshape(CELLS, CHANNELS)

    def both(self, square: Rgb) -> Map:
        """Return the maps (2, 64, 144) of a square and of its mirror image."""
        return np.stack([self.of(square, mirrored) for mirrored in (False, True)])
