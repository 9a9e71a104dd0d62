"""The generator's command line.

python -m research.synthetic list | render SCENE | truth SCENE | still SCENE | pictures | bundle WHEEL
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import cv2

from research.synthetic.scene.scene import FOLDER, Clip, SceneError, load_clip, scene_files

COMMANDS = {
    "render": "render scenes to film and truth",
    "truth": "write only the truth of scenes",
    "still": "draw one frame as PNG",
}


def _size(text: str) -> tuple[int, int]:
    try:
        w, h = (int(part) for part in text.split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected WIDTHxHEIGHT such as 640x480, found {text!r}") from None
    if w < 16 or h < 16 or w % 2 or h % 2:
        raise argparse.ArgumentTypeError(f"expected two even numbers of at least 16, found {text!r}")
    return w, h


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m research.synthetic", description="Rendered people with exactly known angles."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="list the scenes")
    for name, text in COMMANDS.items():
        one = commands.add_parser(name, help=text)
        one.add_argument("scenes", nargs="+", type=Path, help="scene files, or names from `list`")
        one.add_argument("--out", type=Path, default=Path(), help="folder to write to")
        one.add_argument("--size", type=_size, help="picture size, WIDTHxHEIGHT")
        one.add_argument("--fps", type=float, help="frames per second")
        if name == "still":
            one.add_argument("--at", type=float, default=4.0, help="time of the frame, seconds")
        elif name == "render":
            one.add_argument("--crf", type=int, default=24, help="H.264 quality, lower is better")
    drawn = commands.add_parser("pictures", help="draw the right and the wrong way of each stretch, as WebP")
    drawn.add_argument("names", nargs="*", help="only these stretches")
    drawn.add_argument("--out", type=Path, required=True, help="folder to write to")
    pack = commands.add_parser("bundle", help="rebuild bundle.npz from the wheel")
    pack.add_argument("wheel", type=Path)
    return parser


def _clip(path: Path, size: tuple[int, int] | None, fps: float | None) -> Clip:
    known = FOLDER / f"{path.stem}.toml"
    if not path.exists() and known.exists():
        path = known
    clip = load_clip(path)
    clip = clip.sized(size) if size else clip
    return replace(clip, fps=fps) if fps else clip


def main(argv: list[str] | None = None) -> int:
    """Run a command; return the exit code."""
    args = _parser().parse_args(argv)
    try:
        if args.command == "list":
            for path in scene_files():
                clip = load_clip(path)
                print(f"{clip.name:<46} {clip.stretch:<36} {clip.shows}")
        elif args.command == "bundle":
            from research.synthetic.anatomy.body import BUNDLE
            from research.synthetic.anatomy.bundle import build

            print(f"{BUNDLE.name}: {build(args.wheel, BUNDLE)} bytes")
        elif args.command == "pictures":
            from research.synthetic.output.pictures import write

            for path in write(args.out, tuple(args.names)):
                print(f"{path} {path.stat().st_size} bytes")
        elif args.command == "render":
            from research.synthetic.output.film import write_clip

            for scene in args.scenes:
                film, truth = write_clip(_clip(scene, args.size, args.fps), args.out, args.crf)
                print(f"{film} {film.stat().st_size} bytes, {truth.name} {truth.stat().st_size} bytes")
        elif args.command == "truth":
            from research.synthetic.output.film import write_truth

            for scene in args.scenes:
                print(write_truth(_clip(scene, args.size, args.fps), args.out))
        else:
            from research.synthetic.output.render import Scene

            args.out.mkdir(parents=True, exist_ok=True)
            for scene in args.scenes:
                made = Scene(_clip(scene, args.size, args.fps))
                index = min(int(args.at * made.clip.fps), len(made) - 1)
                path = args.out / f"{made.clip.name}.png"
                cv2.imwrite(str(path), cv2.cvtColor(made.picture(index), cv2.COLOR_RGB2BGR))
                print(path)
    except (SceneError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
