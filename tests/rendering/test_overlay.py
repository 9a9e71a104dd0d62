"""The annotated picture: its size, what it leaves alone, and what it must never say."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from posecheck.assessment.analysis import Analysis, judge
from posecheck.assessment.judged import JudgedFrames
from posecheck.assessment.session import Session
from posecheck.core.frame import Rgb
from posecheck.core.i18n import translator
from posecheck.core.levels import Level
from posecheck.core.pose import PoseTrack
from posecheck.core.reasons import UnjudgedReason
from posecheck.feedback import wording
from posecheck.feedback.frame_state import state_at
from posecheck.kinematics.angles import INDEX
from posecheck.kinematics.neutral import NeutralOrigin
from posecheck.rendering import gauge_drawing, lettering
from posecheck.rendering.gauges import MAX_GAUGES, Scale, chosen, gauges_of
from posecheck.rendering.overlay import Layout, canvas_size, draw
from posecheck.stretches.checks import checks_of
from posecheck.stretches.library import all_stretches, find_stretch
from posecheck.stretches.profiles import Profile
from posecheck.stretches.stretch import Stretch
from tests.support.people import Posture, script, track_of, twist

pytestmark = pytest.mark.usefixtures("plain_geometry")

SIZES = [(640, 480), (641, 481), (320, 240), (1080, 1920), (64, 48), (17, 9), (2, 2), (1, 1), (3000, 40)]
CHAIR = find_stretch("chair-twist")


def picture(size_wh: tuple[int, int] = (800, 800)) -> Rgb:
    width, height = size_wh
    ramp = np.arange(width * height, dtype=np.uint32).reshape(height, width, 1) * np.array([1, 7, 13], np.uint32)
    return (ramp % 251).astype(np.uint8)


def twisted(peak: float = 60.0, stretch: Stretch = CHAIR) -> Analysis:
    return judge(track_of(twist(peak, fps=15.0), fps=15.0, azimuth=45.0), stretch)


def shown(analysis: Analysis, i: int, rgb: Rgb | None = None, *, mirrored: bool = False) -> Rgb:
    rgb = picture() if rgb is None else rgb
    pose = analysis.track.pose(i)
    return draw(rgb, pose, analysis.judged, i, analysis.session, mirrored=mirrored, events=analysis.events)


def at_peak(analysis: Analysis) -> int:
    return int(np.nanargmax(np.abs(analysis.judged.readings.value[:, INDEX["trunk_rotation"]])))


def refused(judged: JudgedFrames, reason: UnjudgedReason, row: int) -> JudgedFrames:
    """Take one row's readings away."""
    readings = judged.readings
    value, error, why = readings.value.copy(), readings.error.copy(), readings.reason.copy()
    value[:, row] = error[:, row] = np.nan
    why[:, row] = reason
    return replace(judged, readings=replace(readings, value=value, error=error, reason=why))


@pytest.mark.parametrize("size_wh", SIZES)
def test_the_canvas_has_the_size_it_states_and_even_edges(size_wh: tuple[int, int]) -> None:
    analysis = twisted()
    out = shown(analysis, at_peak(analysis), picture(size_wh))
    width, height = canvas_size(size_wh)
    assert out.shape == (height, width, 3)
    assert out.dtype == np.uint8
    assert width % 2 == height % 2 == 0
    assert width >= size_wh[0]
    assert height > size_wh[1]


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("size_wh", [(800, 800), (641, 481), (360, 640)])
def test_the_picture_is_whole_and_changed_only_at_the_skeleton(size_wh: tuple[int, int], mirrored: bool) -> None:
    analysis, rgb = twisted(), picture(size_wh)
    top, original = Layout.of(size_wh).header, rgb.copy()
    inside = shown(analysis, at_peak(analysis), rgb, mirrored=mirrored)[top : top + size_wh[1], : size_wh[0]]
    before = rgb[:, ::-1] if mirrored else rgb
    changed = (inside != before).any(axis=-1)
    pose = analysis.track.pose(at_peak(analysis))
    assert pose is not None
    xy = pose.image_xy / 800 * size_wh
    if mirrored:
        xy[:, 0] = size_wh[0] - 1 - xy[:, 0]
    ys, xs = np.nonzero(changed)
    assert len(ys) > 50
    assert xs.min() > xy[:, 0].min() - 12
    assert xs.max() < xy[:, 0].max() + 12
    assert ys.min() > xy[:, 1].min() - 12
    assert ys.max() < xy[:, 1].max() + 12
    assert changed.mean() < 0.2
    assert (rgb == original).all(), "the picture given is not drawn on"


def test_nobody_leaves_the_picture_untouched_and_says_so() -> None:
    analysis, rgb = twisted(), picture()
    session = Session(CHAIR, analysis.neutral)
    judged = session.update(PoseTrack.of([0.0], [None], (800, 800)))
    out = draw(rgb, None, judged, 0, session)
    top = Layout.of((800, 800)).header
    assert (out[top : top + 800] == rgb).all()
    state = state_at(judged, 0, session, (), False)
    assert state.level == Level.UNKNOWN
    assert "Nobody" in state.title


def test_live_without_a_neutral_asks_to_hold_still() -> None:
    track = track_of([Posture()])
    session = Session(CHAIR)
    judged = session.update(track)
    assert session.neutral is None
    assert "Hold still for two seconds" in state_at(judged, 0, session, (), True).message


def test_a_recording_without_a_neutral_does_not_ask_to_hold_still_now() -> None:
    analysis = judge(track_of([Posture(rotation=3.0 * i) for i in range(20)]), CHAIR)
    assert analysis.neutral is not None
    assert analysis.neutral.origin == NeutralOrigin.UNKNOWN
    state = state_at(analysis.judged, 5, analysis.session, analysis.events, True)
    assert state.level == Level.UNKNOWN
    assert "no moment of stillness" in state.message


def test_each_state_has_its_own_header() -> None:
    analysis = twisted(peak=20.0)
    i, top = at_peak(analysis), Layout.of((800, 800)).header
    pictures, levels = [], []
    for settings in (
        ["trunk_rotation.caution=70", "trunk_rotation.stop=80"],
        [],
        ["trunk_rotation.target=5,8", "trunk_rotation.caution=10", "trunk_rotation.stop=60"],
        ["trunk_rotation.target=5,8", "trunk_rotation.caution=10", "trunk_rotation.stop=12"],
    ):
        again = judge(analysis.track, Profile.from_settings(settings).over(CHAIR), analysis.neutral)
        state = state_at(again.judged, i, again.session, again.events, True)
        levels.append(state.level)
        pictures.append(shown(again, i)[:top])
    assert levels == [Level.CLEAR, Level.BORDERLINE, Level.CAUTION, Level.STOP]
    differs = np.abs(pictures[3].astype(int) - pictures[0]).max(axis=-1) > 60
    assert differs.mean() > 0.5, "a stop fills the header with another colour"
    assert (pictures[2] != pictures[3]).any(axis=-1).mean() > 0.5
    # Shape tells them apart without colour: the icons differ in brightness too.
    icons = [item[:, : top // 2].mean(axis=-1) for item in pictures]
    assert np.abs(icons[3] - icons[2]).mean() > 5


def test_within_the_error_of_a_limit_is_borderline() -> None:
    analysis = twisted(peak=32.0)
    state = state_at(analysis.judged, at_peak(analysis), analysis.session, analysis.events, True)
    assert state.level == Level.BORDERLINE
    assert "to the left" in state.message
    assert "40°" in state.message


def test_the_picture_speaks_the_readers_language() -> None:
    analysis, german = twisted(peak=60.0), translator("de")
    i = at_peak(analysis)
    state = state_at(analysis.judged, i, analysis.session, analysis.events, True, german)
    assert state.title.startswith("Stopp: Zu weit gedreht")
    assert "nach links" in state.message
    gauge = chosen(analysis.session, analysis.judged)[0]
    assert gauge.label(texts=german) == "Rumpfrotation"
    assert gauge.value_text(analysis.judged, i, texts=german).endswith("nach links")
    english, other = (
        draw(picture(), None, analysis.judged, i, analysis.session, events=analysis.events, texts=texts)
        for texts in (translator("en"), german)
    )
    top, bottom = Layout.of((800, 800)).header, Layout.of((800, 800)).header + 800
    assert (english[:top] != other[:top]).any()
    assert (english[bottom:] != other[bottom:]).any()


def test_a_reading_too_rough_to_tell_anything_is_not_in_range() -> None:
    analysis = twisted(peak=20.0)
    readings = analysis.judged.readings
    column = next(c for c, check in enumerate(analysis.session.checks) if check.range.key == "trunk_rotation")
    levels, error = analysis.judged.levels.copy(), readings.error.copy()
    levels[:, column], error[:, INDEX["trunk_rotation"]] = Level.UNKNOWN, 50.0
    judged = replace(analysis.judged, readings=replace(readings, error=error), levels=levels)
    state = state_at(judged, at_peak(analysis), analysis.session, (), True)
    assert state.level == Level.UNKNOWN
    assert "in range" not in state.title.lower()
    assert "24° to the left, read only to ± 50°" in state.message


def test_the_near_limb_speaks_for_a_hidden_far_one() -> None:
    stretch = find_stretch("childs-pose")
    still = script((2.0, lambda _: Posture(knee=(90, 90))), fps=15.0)
    analysis = judge(track_of(still, fps=15.0, azimuth=90.0), stretch)
    near, far = INDEX["left_hip_flexion"], INDEX["right_hip_flexion"]
    judged = refused(analysis.judged, UnjudgedReason.HIDDEN, far)
    assert "Cannot judge" not in state_at(judged, 5, analysis.session, (), True).title
    assert "Cannot judge" in state_at(refused(judged, UnjudgedReason.HIDDEN, near), 5, analysis.session, (), True).title


def test_past_a_target_that_has_no_limit_is_not_called_in_range() -> None:
    deep = script((2.0, lambda _: Posture(hip=(90, 90), knee=(90, 90))), (4.0, lambda _: Posture(hip=(150, 150))))
    analysis = judge(track_of(deep, azimuth=90.0), find_stretch("childs-pose"))
    state = state_at(analysis.judged, len(deep) - 30, analysis.session, analysis.events, True)
    assert state.title.startswith("No limit passed")


def test_a_warning_lasts_exactly_as_long_as_its_event() -> None:
    analysis = twisted()
    events = [
        event for event in analysis.events if event.key == "trunk_rotation" and event.level in ("caution", "stop")
    ]
    assert events
    for i, time_s in enumerate(analysis.track.time_s):
        state = state_at(analysis.judged, i, analysis.session, events, True)
        assert (state.level >= Level.CAUTION) == any(e.start_s <= time_s < e.end_s for e in events)


def test_live_and_recorded_warn_of_the_same() -> None:
    analysis = twisted()
    session, seen = Session(CHAIR, analysis.neutral), set()
    for i in range(len(analysis.track)):
        judged = session.update(analysis.track.slice(i, i + 1))
        state = state_at(judged, 0, session, (), True)
        assert bool(judged.flags) == (state.level >= Level.CAUTION)
        seen.add(state.level)
    assert Level.STOP in seen


def test_limbs_behind_a_passed_limit_are_marked() -> None:
    analysis = twisted()
    event = next(event for event in analysis.events if event.key == "trunk_rotation")
    i = int(np.searchsorted(analysis.track.time_s, event.start_s))
    limbs = state_at(analysis.judged, i, analysis.session, [event], True).limbs
    assert len(limbs) == 4, "both sides of the trunk, shoulder line and hip line"


@pytest.mark.parametrize("reason", [item for item in UnjudgedReason if item != UnjudgedReason.JUDGED])
def test_never_in_range_where_the_primary_angle_is_not_judged(reason: UnjudgedReason) -> None:
    analysis = twisted(peak=5.0)
    judged = refused(analysis.judged, reason, INDEX["trunk_rotation"])
    for i in range(0, len(analysis.track), 10):
        state = state_at(judged, i, analysis.session, (), True)
        assert state.level == Level.UNKNOWN
        assert "range" not in state.title.lower()
        assert state.message
        draw(picture(), analysis.track.pose(i), judged, i, analysis.session)


def test_a_gauge_that_cannot_be_judged_has_no_marker() -> None:
    analysis = twisted(peak=20.0)
    judged, i = refused(analysis.judged, UnjudgedReason.HIDDEN, INDEX["trunk_rotation"]), at_peak(analysis)
    gauge = chosen(analysis.session, judged)[0]
    assert gauge.value_text(judged, i) == "cannot judge (hidden)"
    _, error = gauge.reading(analysis.judged, i)
    assert f"24° ± {error:.0f} left" == gauge.value_text(analysis.judged, i)
    bottom = Layout.of((800, 800)).header + 800
    white = [
        (draw(picture(), None, item, i, analysis.session)[bottom + 45 : bottom + 70, 30:770] > 240).all(axis=-1).sum()
        for item in (judged, analysis.judged)
    ]
    assert white[0] == 0
    assert white[1] > 20


def test_a_pose_of_nan_draws_nothing_and_raises_nothing() -> None:
    analysis = twisted()
    pose = analysis.track.pose(0)
    assert pose is not None
    broken = replace(pose, image_xy=np.full((33, 2), np.nan), visibility=np.full(33, np.nan))
    far = replace(pose, image_xy=pose.image_xy * 1e12)
    top = Layout.of((800, 800)).header
    out = draw(picture(), broken, analysis.judged, 0, analysis.session)
    assert (out[top : top + 800] == picture()).all()
    draw(picture(), far, analysis.judged, 0, analysis.session)


def test_threads_that_draw_at_once_do_not_garble_the_words() -> None:
    analysis, rgb = twisted(), picture((320, 240))
    expected = [shown(analysis, i, rgb) for i in range(len(analysis.track))]
    for cached in (lettering._word, lettering._word_width, gauge_drawing._face, lettering.fitted):
        cached.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda i: shown(analysis, i, rgb), range(len(expected))))
    assert all((a == b).all() for a, b in zip(expected, drawn, strict=True))


def test_mirrored_flips_the_picture_and_not_the_words() -> None:
    analysis = twisted()
    i, top = at_peak(analysis), Layout.of((800, 800)).header
    plain, mirror = shown(analysis, i), shown(analysis, i, mirrored=True)
    assert (plain[:top] == mirror[:top]).all()
    assert (plain[top + 800 :] == mirror[top + 800 :]).all()
    assert (mirror[top : top + 20] == plain[top : top + 20, ::-1]).all()


def test_the_persons_left_is_left_on_a_two_sided_bar() -> None:
    gauge = gauges_of(checks_of(CHAIR))[0]
    scale = Scale.of(gauge)
    assert scale.two_sided
    assert scale.place(45.0) < scale.place(0.0) < scale.place(-45.0)
    assert scale.place(0.0) == pytest.approx(0.5)
    assert scale.place(1000.0) == 0.0


def test_what_counts_in_one_direction_grows_to_the_right() -> None:
    gauge = gauges_of(checks_of(find_stretch("standing-extension-hand-press")))[0]
    scale = Scale.of(gauge)
    assert not scale.two_sided
    assert 0.0 <= scale.place(0.0) < 0.1 < scale.place(-22.0) < scale.place(-25.0) < 0.9


def test_gauges_stay_in_their_places() -> None:
    analysis = twisted()
    first = chosen(analysis.session, analysis.judged)
    assert len(first) <= MAX_GAUGES
    assert first[0].checks[0].angle == "trunk_rotation"
    columns = [gauge.columns for gauge in first]
    assert columns[1:] == sorted(columns[1:])
    session = Session(CHAIR, analysis.neutral)
    live = {
        tuple(gauge.columns for gauge in chosen(session, session.update(analysis.track.slice(i, i + 1))))
        for i in range(len(analysis.track))
    }
    assert len(live) == 1


@pytest.mark.parametrize("name", sorted(all_stretches()))
def test_every_stretch_can_be_drawn(name: str) -> None:
    stretch = all_stretches()[name]
    track = track_of(twist(50.0, speed=60.0, hold_s=1.0, fps=10.0), fps=10.0, azimuth=40.0)
    analysis = judge(track, stretch)
    for i in range(0, len(track), 5):
        out = shown(analysis, i, picture((320, 240)))
        assert out.shape[:2] == canvas_size((320, 240))[::-1]
    scales = [Scale.of(gauge) for gauge in gauges_of(analysis.session.checks)]
    assert all(scale.low < scale.high for scale in scales)
    assert len(chosen(analysis.session, analysis.judged)) <= MAX_GAUGES
    if stretch.advice == "block":
        assert state_at(analysis.judged, 0, analysis.session, (), True).level != Level.CLEAR


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_warning_is_cut_short(language: str) -> None:
    texts, width = translator(language), 640
    for stretch in all_stretches().values():
        for check in checks_of(stretch) if stretch.advice != "block" else ():
            for level, limit in ((Level.CAUTION, check.range.caution), (Level.STOP, check.range.stop)):
                if limit is not None:
                    told = wording.describe_limit(check, level, -(1.3 * limit + 2), texts)
                    lines, size = lettering.wrapped((told, ""), round(0.834 * width), width)
                    assert "…" not in "".join(lines), told
                    assert len(lines) * 1.22 * size <= 0.19 * width - 0.09 * 0.19 * width - 1.3 * width / 31
