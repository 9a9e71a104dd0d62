"""Run the session shown in the README and insert its output and picture: python -m research.readme."""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import cv2

from research.docs_block import replace_block

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
START, END = "<!-- session -->\n\n```console\n", "\n```\n\n<!-- /session -->"
PICTURE_S = 6.0


def main_command() -> list[str]:
    """Return the words of the README's first command from `posecheck` on."""
    line = next(line for line in README.read_text(encoding="utf-8").splitlines() if "posecheck check sample" in line)
    return shlex.split(line[line.index("posecheck check") :])


def session(folder: Path) -> str:
    """Run the README's first command in a folder and return the terminal text, with the command first."""
    words = main_command()
    command = [sys.executable, "-m", "posecheck", "check", str(ROOT / words[2]), *words[3:]]
    env = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)
    return "$ " + shlex.join(words) + "\n" + "\n".join(line.rstrip() for line in done.stdout.splitlines())


def written_session() -> str:
    """Return the session that stands in the README now."""
    text = README.read_text(encoding="utf-8")
    return text[text.index(START) + len(START) : text.index(END)]


def main() -> None:
    """Run the session, write it into the README, and save a frame of its annotated video."""
    with tempfile.TemporaryDirectory() as folder:
        told = session(Path(folder))
        replace_block(README, "session", f"```console\n{told}\n```")
        with av.open(str(Path(folder) / "results" / "annotated.mp4")) as container:
            frame = next(f for f in container.decode(video=0) if (f.time or 0.0) >= PICTURE_S)
            rgb = frame.to_ndarray(format="rgb24")
            cv2.imwrite(
                str(ROOT / "docs" / "annotated.png"),
                cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR),
                [cv2.IMWRITE_PNG_COMPRESSION, 9],
            )


if __name__ == "__main__":
    main()
