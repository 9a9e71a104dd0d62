"""Measure the peak memory of `posecheck check` by the size of a recording's pictures.

    python -m research.benchmarks.memory [--seconds 3] [--rounds 2] [--write]

A sample clip is enlarged to each size, with black edges where the shape differs, and encoded as cameras do (H.264 with
B frames). Each check runs in a process of its own, whose highest resident memory Linux tells; of several rounds the
highest counts. The table also names the size and the H.264 level of the annotated film. --write puts the figures
into docs/performance.md.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream

from posecheck.capture.video.reader import VideoReader
from posecheck.core.frame import Rgb
from research.benchmarks.footing import CLIP, ROOT, STRETCH
from research.benchmarks.speed import machine, write

SIZES = ((640, 480), (1920, 1080), (3840, 2160), (5120, 2880))
"""Width and height in pixels: a webcam's, Full HD, 4K and 5K."""
CHECK = """
import sys
from pathlib import Path
from posecheck.cli.main import app
app(sys.argv[1:], standalone_mode=False)
told = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
print(told["VmHWM"].split()[0])
"""
"""Run a command and print the highest resident memory in kB; ru_maxrss would count the memory of who started it too."""


def padded(rgb: Rgb, size_wh: tuple[int, int]) -> Rgb:
    """Return a picture (h, w, 3) enlarged to a size, in its middle, with black edges where the shape differs.

    Args:
        rgb: The picture.
        size_wh: Width and height in pixels.
    """
    width, height = size_wh
    scale = min(width / rgb.shape[1], height / rgb.shape[0])
    inner = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    out = np.zeros((height, width, 3), np.uint8)
    out[top : top + inner[1], left : left + inner[0]] = cv2.resize(rgb, inner, interpolation=cv2.INTER_CUBIC)
    return out


def enlarged(source: Path, target: Path, size_wh: tuple[int, int], seconds: float) -> Path:
    """Write the beginning of a clip in another size, encoded as cameras do.

    Args:
        source: The clip to read.
        target: The clip to write.
        size_wh: Width and height in pixels.
        seconds: How much of the clip to write.

    Returns:
        The target.
    """
    with VideoReader(source) as reader, av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=round(reader.info.fps), options={"preset": "veryfast", "crf": "18"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size_wh, "yuv420p"
        for frame in reader:
            if frame.time_s >= seconds:
                break
            out.mux(stream.encode(av.VideoFrame.from_ndarray(padded(frame.rgb, size_wh), format="rgb24")))
        out.mux(stream.encode())
    return target


def peak_mb(clip: Path, out: Path, *, draw: bool) -> float:
    """Check a clip in a process of its own and return its highest resident memory in MB.

    Args:
        clip: The clip.
        out: The folder for the results.
        draw: Whether the annotated film is drawn.
    """
    words = ["check", str(clip), "--stretch", STRETCH, "--out", str(out), "--force", "--json"]
    command = [sys.executable, "-c", CHECK, *words, *([] if draw else ["--no-video"])]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return int(done.stdout.split()[-1]) / 1024


def film_of(path: Path) -> tuple[int, int, float]:
    """Return width and height in pixels and the H.264 level of a film."""
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        data = context.extradata
        assert data is not None
        return context.width, context.height, data[3] / 10  # ISO/IEC 14496-15, AVCDecoderConfigurationRecord


def sizes(seconds: float, rounds: int) -> list[str]:
    """Measure all sizes.

    Args:
        seconds: Length of the clips.
        rounds: How often each is checked.

    Returns:
        The lines of the report, in Markdown.
    """
    lines = [
        f"{CLIP.name}, {seconds:g} s, the highest of {rounds} rounds.",
        "",
        "| recording | highest memory, MB | without the film, MB | the film | its H.264 level |",
        "|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for width, height in SIZES:
            clip = enlarged(CLIP, Path(folder) / f"{width}.mp4", (width, height), seconds)
            out = Path(folder) / "out"
            bare = max(peak_mb(clip, out, draw=False) for _ in range(rounds))
            whole = max(peak_mb(clip, out, draw=True) for _ in range(rounds))
            film = film_of(out / "annotated.mp4")
            lines.append(f"| {width} × {height} | {whole:.0f} | {bare:.0f} | {film[0]} × {film[1]} | {film[2]:.1f} |")
            print(lines[-1], file=sys.stderr, flush=True)
            clip.unlink()
    return lines


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of the clips")
    parser.add_argument("--rounds", type=int, default=2, help="how often each size is checked")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    given = parser.parse_args()
    about = machine()
    lines = [*sizes(given.seconds, given.rounds), "", about]
    print("\n".join(lines))
    if given.write:
        write("sizes", lines)


if __name__ == "__main__":
    main()
