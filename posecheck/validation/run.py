"""Compare recordings with their references and write what was found."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from posecheck.core.errors import InputError, PosecheckError, Setting
from posecheck.core.i18n import LANGUAGES, translator
from posecheck.core.outside.cells import text_cell
from posecheck.results.folder import ResultFolder
from posecheck.validation import schema
from posecheck.validation.compared import Compared, compare
from posecheck.validation.figures.agreement import ALONE
from posecheck.validation.measured import read_measured
from posecheck.validation.page import page
from posecheck.validation.pairs import Pair
from posecheck.validation.pooled import validation_of
from posecheck.validation.truth.files import read_reference
from posecheck.validation.truth.mapping import Column, truth_of

FILES = ("validation.json", "validation.csv", "validation.html")
FIGURES = tuple(name for name in schema.Figures.model_fields if name not in ("n", "intervals"))


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold how a validation is made.

    Attributes:
        columns: Columns of the references that are an angle.
        markers: The files' name of a marker by ours.
        up: The axis of the laboratory that points up; None takes the format's.
        search_s: How far to search for the offset either way, seconds.
        zero: Whether references are counted from the recording's neutral.
        draws: How often people are drawn again for intervals.
        seed: Of the random numbers.
    """

    columns: Sequence[Column] = ()
    markers: Mapping[str, str] = field(default_factory=dict)
    up: str | None = None
    search_s: float = 10.0
    zero: bool = True
    draws: int = 1000
    seed: int = 0


def validate(
    pairs: Sequence[Pair],
    out: Path,
    settings: Settings | None = None,
    *,
    language: str = "en",
    force: bool = False,
    tell: Callable[[int], object] = lambda _: None,
) -> schema.ValidationFile:
    """Compare each pair and write validation.json, validation.csv and validation.html.

    Args:
        pairs: Results and references, at least one.
        out: The folder to write into.
        settings: How it is made.
        language: Of the page: `en` or `de`.
        force: Replace an earlier validation in the folder.
        tell: Called with the number of pairs that are done.

    Raises:
        PosecheckError: An input is wrong, or the folder holds a validation already; nothing is written then.
    """
    if language not in LANGUAGES:
        text, known = "{setting}: expected {known}, got {got}", " or ".join(LANGUAGES)
        raise PosecheckError("unknown_language", text, setting=Setting("language"), known=known, got=repr(language))
    chosen = settings or Settings()
    with ResultFolder(out, FILES, force=force) as target:
        compared = []
        for number, pair in enumerate(pairs, start=1):
            compared.append(compared_of(pair, chosen))
            tell(number)
        found = validation_of(compared, draws=chosen.draws, seed=chosen.seed, counted_from_neutral=chosen.zero)
        (target.path / "validation.json").write_text(found.text(), encoding="utf-8")
        (target.path / "validation.csv").write_text(table_of(found), encoding="utf-8", newline="")
        text = page(found, compared, translator(language), date.today().isoformat())
        (target.path / "validation.html").write_bytes(text.encode("utf-8", errors="replace"))
    return found


def compared_of(pair: Pair, settings: Settings) -> Compared:
    """Read a pair and bring it together; InputError names the manifest's row too."""
    try:
        measured = read_measured(pair.results)
        lying = measured.stretch is not None and measured.stretch.lying
        reference = read_reference(pair.truth)
        truth = truth_of(reference, settings.columns, settings.markers, up=settings.up, lying=lying)
        return compare(
            measured, truth, pair.person, offset_s=pair.offset_s, search_s=settings.search_s, zero=settings.zero
        )
    except InputError as error:
        if not pair.where:
            raise
        raise error.within(pair.where) from error


def table_of(found: schema.ValidationFile) -> str:
    """Return validation.csv: a row for each angle and basis, over all recordings and then for each alone."""
    intervals = [f"{name}_{end}" for name in FIGURES if name not in ALONE for end in ("from", "to")]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["recording", "person", "angle", "unit", "basis", "n", *FIGURES, "not_judged", *intervals])
    groups = [("all", "", found.angles), *((one.results, one.person, one.angles) for one in found.recordings)]
    for name, person, angles in groups:
        for angle in angles:
            for basis in ("moments", "peaks"):
                figures = angle.moments if basis == "moments" else angle.peaks
                if figures is None:
                    continue
                cells = [_cell(getattr(figures, key)) for key in FIGURES]
                ends = [figures.intervals.get(key) for key in FIGURES if key not in ALONE]
                spread = [_cell(one) for pair in ends for one in (pair or (None, None))]
                share = angle.unjudged.share if angle.unjudged is not None and basis == "moments" else None
                head = [text_cell(name), text_cell(person), angle.angle, angle.unit, basis, str(figures.n)]
                writer.writerow([*head, *cells, _cell(share), *spread])
    return out.getvalue()


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
