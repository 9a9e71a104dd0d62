"""The commands that come before a recording: stretches, pose model, printed tags, a phone, a person's own limit."""

import contextlib
import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from posecheck.cli.errors import reports_errors, say
from posecheck.cli.options import (
    ForceOption,
)
from posecheck.core.errors import InputError, OutputError, PosecheckError
from posecheck.core.files import changed_alone, write_whole

model_app = typer.Typer(help="Find or fetch the pose model.", no_args_is_help=True)


@reports_errors
def tags(
    out: Annotated[Path, typer.Option("--out", "-o", help="The PDF to write.")],
    paper: Annotated[str, typer.Option(help="a4 or letter.")] = "a4",
    force: ForceOption = False,
) -> None:
    """Write printable tags for chest and belt: with them on, trunk rotation is read within a few degrees."""
    say(_write_tags(out, paper, force))


@reports_errors
def phone(
    stretch: Annotated[str | None, typer.Option("--stretch", "-s", help="The stretch that is chosen first.")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8443,
    language: Annotated[str | None, typer.Option(help="en or de; else the phone's own.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Also keep what the phone measures (.csv), for check --phone.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Serve the page that makes a phone at the chest measure the twist, to this local network, until Ctrl-C."""
    from posecheck.core.paths import user_data
    from posecheck.phone.certificate import certificate, fingerprint, reached
    from posecheck.phone.page import offered
    from posecheck.phone.server import Server, invitation
    from posecheck.stretches.library import find_stretch

    if out is not None and out.exists() and not force:
        raise OutputError("exists", "{file}: expected no such file yet, found one", hint="force_file", file=out)
    chosen = None if stretch is None else find_stretch(stretch).id
    known_to_it = [one.id for one in offered()]
    if chosen is not None and chosen not in known_to_it:
        text = "stretch: expected a twist done upright, which a phone measures ({known}), got {got}"
        raise InputError("no_twist", text, known=", ".join(known_to_it), got=chosen)
    known = reached()
    secret = certificate(user_data() / "phone", known, datetime.datetime.now(datetime.UTC))
    with Server(known[0], port, secret, chosen, language, out) as server:
        for line in invitation(server.address(known[0]), fingerprint(secret)):
            say(line)
        if server.kept is None:
            say("Once the page is open it needs no network. See docs/phone.md. Ctrl-C ends this.")
            server.serve_forever()
        else:
            server.kept.first = lambda belt: say(f"The phone at the {PLACES[belt]} sends.")
            say(f"Begin the film once the phone sends, which is said here. Ctrl-C ends this, and {out} is done.")
            with contextlib.suppress(KeyboardInterrupt):
                server.serve_forever()
            for line in _kept(server.kept.counts, out):
                say(line)


PLACES = {False: "chest", True: "waistband"}


def _kept(counts: Mapping[bool, int], file: Path | None) -> list[str]:
    """Return what has become of a phone's record, by how many readings each phone sent."""
    told = [f"{count} of the phone at the {PLACES[belt]}" for belt, count in counts.items() if count]
    if not told:
        return [f"No phone sent anything, so {file} holds no readings."]
    return [f"Readings in {file}: {', '.join(told)}. Use them with: posecheck check VIDEO --phone {file}"]


@reports_errors
def cap(
    folder: Annotated[Path, typer.Argument(help="Results of a recording whose first repetition was free of pain.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The profile (.toml) to write, for --profile.")],
    day: Annotated[str | None, typer.Option(help="When it was done, YYYY-MM-DD.")] = None,
    force: ForceOption = False,
) -> None:
    """Make your own pain-free range, and 5 degrees more, a stop limit. It only ever lowers a limit."""
    for line in _write_cap(folder, out, day, force=force):
        say(line)
    say(f"Use it with: --profile {out}")


@reports_errors
def stretches(
    what: Annotated[str | None, typer.Argument(help="A stretch's id, or `validate`.")] = None,
    file: Annotated[Path | None, typer.Argument(help="With `validate`: the stretch file.")] = None,
) -> None:
    """List the stretches, show one, or validate a stretch file (`stretches validate FILE`)."""
    from posecheck.cli import stretches as catalogue

    if what is None:
        catalogue.list_all()
    elif what == "validate":
        if file is None:
            raise PosecheckError("no_file", "stretches validate: expected a stretch file, got nothing")
        catalogue.validate(file)
    else:
        catalogue.show(what)


@model_app.command("path")
@reports_errors
def model_path(variant: Annotated[str, typer.Argument(help="lite, full or heavy.")] = "full") -> None:
    """Print where the pose model is, or say how to get it."""
    from posecheck.capture.pose import model_file
    from posecheck.core.errors import ModelError
    from posecheck.recordings.request import variant_of

    found = model_file.find(variant_of(variant))
    if found is None:
        text = "model {variant}: not on this machine yet; run `posecheck model fetch {variant}`"
        raise ModelError("no_model", text, variant=variant)
    say(found)


@model_app.command("fetch")
@reports_errors
def model_fetch(variant: Annotated[str, typer.Argument(help="lite, full or heavy.")] = "full") -> None:
    """Fetch the pose model into the user's cache and print where it is."""
    from posecheck.cli.console import fetch_model
    from posecheck.recordings.request import variant_of

    say(fetch_model(variant_of(variant)))


@model_app.command("web")
@reports_errors
def model_web() -> None:
    """Fetch what finds the pose in a visitor's browser into the user's cache and print where it is."""
    from posecheck.cli.console import fetch_web_build

    say(fetch_web_build())


def _write_tags(out: Path, paper: str = "a4", force: bool = False) -> Path:
    """Write the sheets as a PDF of two pages and return where it is.

    Raises OutputError for a name that does not end in .pdf, an unknown paper, or a file that is already there.
    """
    from posecheck.capture.markers.sheet import PAPERS, write_sheets

    if paper.lower() not in PAPERS:
        text = "--paper: expected {known}, got {got}"
        raise OutputError("paper", text, known=" or ".join(PAPERS), got=repr(paper))
    if out.suffix.lower() != ".pdf":
        text = "{file}: expected a name that ends in .pdf, got {got}"
        raise OutputError("file_ending", text, file=out, got=repr(out.suffix or "no ending"))
    if out.is_dir():
        raise OutputError("is_a_folder", "{file}: expected a file to write, found a folder", file=out)
    if out.exists() and not force:
        text = "{file}: expected no such file yet, found one"
        raise OutputError("exists", text, hint="force_file", file=out)
    write_sheets(out, paper.lower())
    return out


def _write_cap(folder: Path, out: Path, day: str | None, *, force: bool = False) -> list[str]:
    """Write the cap into a profile, over what the file holds already when force is set; return what it says.

    day: YYYY-MM-DD, when the repetition was done; that of the results if not given.
    """
    from posecheck.assessment.personal_cap import personal_cap
    from posecheck.recordings.rejudge import rejudge
    from posecheck.recordings.request import Changes
    from posecheck.stretches.profiles import Profile

    if out.exists() and not force:
        raise OutputError("exists", "{file}: expected a new file, found one", hint="force_cap", file=out)
    done = rejudge(folder, Changes())
    profile = personal_cap(done.analysis, _day(folder, day), str(folder))
    with changed_alone(out):
        before = Profile.load(out) if out.exists() else Profile({})
        merged = before.merged(profile)
        merged.over(done.analysis.stretch)
        write_whole(out, merged.as_toml().encode())
    stretch = done.analysis.stretch.id
    return [f"{key}: {why}" for key, why in profile.reasons[stretch].items()]


def _day(folder: Path, given: str | None) -> datetime.date:
    from posecheck.results.folder import FILES

    if given is None:
        made = max((folder / name).stat().st_mtime for name in FILES if (folder / name).exists())
        return datetime.datetime.fromtimestamp(made).date()
    try:
        return datetime.date.fromisoformat(given)
    except ValueError as error:
        raise InputError("not_a_date", "--day: expected YYYY-MM-DD, got {got}", got=repr(given)) from error
