"""`posecheck cap`: a profile with a person's own range, from results of a pain-free repetition."""

import contextlib
import datetime
from pathlib import Path

from posecheck.assessment.personal_cap import personal_cap
from posecheck.core.errors import InputError, OutputError
from posecheck.recordings.rejudge import rejudge
from posecheck.recordings.request import Changes
from posecheck.results.folder import FILES
from posecheck.stretches.profiles import Profile


def cap(folder: Path, out: Path, day: str | None, *, force: bool = False) -> list[str]:
    """Write the cap into a profile, over what the file holds already when force is set; return what it says.

    day: YYYY-MM-DD, when the repetition was done; that of the results if not given.
    """
    if out.exists() and not force:
        raise OutputError("exists", "{file}: expected a new file, found one", hint="force_cap", file=out)
    done = rejudge(folder, Changes())
    profile = personal_cap(done.analysis, _day(folder, day), str(folder))
    before = Profile.load(out) if out.exists() else Profile({})
    merged = before.merged(profile)
    merged.over(done.analysis.stretch)
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_text(merged.as_toml(), encoding="utf-8")
        part.replace(out)
    except OSError as error:
        text = "{file}: expected a place to write to, got: {why}"
        raise OutputError("not_writable", text, file=out, why=error.strerror) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    stretch = done.analysis.stretch.id
    return [f"{key}: {why}" for key, why in profile.reasons[stretch].items()]


def _day(folder: Path, given: str | None) -> datetime.date:
    if given is None:
        made = max((folder / name).stat().st_mtime for name in FILES if (folder / name).exists())
        return datetime.datetime.fromtimestamp(made).date()
    try:
        return datetime.date.fromisoformat(given)
    except ValueError as error:
        raise InputError("not_a_date", "--day: expected YYYY-MM-DD, got {got}", got=repr(given)) from error
