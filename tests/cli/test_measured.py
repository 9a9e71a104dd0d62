"""What the terminal prints of the angles measured: each end of a range with the error that it had then."""

from io import StringIO

from rich.console import Console

from posecheck.assessment.analysis import judge
from posecheck.cli.console import print_verdict
from posecheck.feedback.wording import amount
from posecheck.stretches.library import find_stretch
from tests.support.people import Posture, track_of, twist


def test_each_end_has_its_own_error() -> None:
    analysis = judge(
        track_of([*[Posture()] * 600, *twist(35.0), *twist(-30.0)], azimuth=0.0), find_stretch("chair-twist")
    )
    peak = next(peak for peak in analysis.summary.peaks if peak.key == "trunk_rotation")
    assert None not in (peak.highest, peak.highest_error, peak.lowest_error, peak.error)
    # A verdict of borderline rests on the error at the peak, not on the usual one.
    assert amount(peak.highest_error or 0.0, "deg") != amount(peak.error or 0.0, "deg")
    out = StringIO()
    print_verdict(Console(file=out, width=400), analysis, "twist.mp4")
    line = next(line for line in out.getvalue().splitlines() if "trunk rotation:" in line)
    assert f"{amount(peak.highest or 0.0, 'deg')} ± {amount(peak.highest_error or 0.0, 'deg')} to the left" in line
    assert f"± {amount(peak.lowest_error or 0.0, 'deg')} to the right" in line
