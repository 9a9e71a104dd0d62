"""What a person two metres from the screen is shown: the annotated picture, led, timed and told in large letters.

While somebody is led to the start the header says what to do and the strip below ticks off the steps. In a set a badge
in the corner shows the hold timer, the side and the repetitions; a ring fills round the hand that is held up.
"""

import cv2
import numpy as np

from posecheck.core.frame import Rgb
from posecheck.core.i18n import ENGLISH, N_, Translator
from posecheck.core.landmarks import Landmark as L
from posecheck.core.levels import Level
from posecheck.feedback.frame_state import FrameStatus, state_at
from posecheck.live.coach import LiveFrame
from posecheck.live.guide import GuideStep
from posecheck.live.hand_signal import END_S, TOGGLE_S
from posecheck.live.instructions import TITLES, describe_instruction
from posecheck.live.sets import ENDINGS
from posecheck.rendering.lettering import BLACK, MUTED, PAPER, SKY, TRACK, WHITE, fill, fitted, text_width, write
from posecheck.rendering.overlay import Layout, canvas_size, draw, framed

LEVELS = {"stop": Level.STOP, "caution": Level.CAUTION, "borderline": Level.BORDERLINE, "clear": Level.CLEAR}
ENGINES: dict[str, tuple[str, str]] = {
    "loading": (N_("Getting ready"), N_("The pose model is being loaded.")),
    "restarting": (N_("One moment"), N_("The pose engine stopped and is starting again; your set goes on.")),
    "closed": (N_("Stopped"), N_("The camera was stopped.")),
}

SET_DONE = N_("Enough for now. Rest")
"""Once as many repetitions were counted as are asked for; more is never encouraged."""
BEFORE = (GuideStep.CAMERA, GuideStep.BODY, GuideStep.VIEW)
"""Steps of the guide before the start position is measured."""

__all__ = ["canvas_size", "picture", "state_of", "waits"]


def waits(moment: LiveFrame) -> bool:
    """Return whether no set has been measured yet, or one is over: in a stretch both hands may be up."""
    return moment.phase == "over" or (moment.phase == "guide" and moment.guidance.step in BEFORE)


def state_of(moment: LiveFrame, texts: Translator = ENGLISH) -> FrameStatus:
    """Return what a moment comes to in words, whatever phase it is in."""
    if moment.engine != "ready":
        title, message = ENGINES[moment.engine]
        return FrameStatus(Level.UNKNOWN, texts.gettext(title), texts.gettext(message))
    if moment.phase == "paused":
        how = N_("Nothing is judged. Hold one hand up, or press the space bar, to go on.")
        return FrameStatus(Level.UNKNOWN, texts.gettext(N_("Paused")), texts.gettext(how))
    if moment.phase == "over":
        return _summary(moment, texts)
    if moment.phase == "guide":
        number = 1 + list(GuideStep).index(moment.guidance.step)
        step = texts.gettext(N_("Step {number} of {count}")).format(number=number, count=len(GuideStep))
        title = f"{step} · {texts.gettext(TITLES[moment.guidance.step])}"
        ended = "" if moment.last is None else texts.gettext(ENDINGS[moment.last.why])
        return FrameStatus(
            Level.UNKNOWN, title, f"{ended} {describe_instruction(moment.guidance.instruction, texts)}".strip()
        )
    assert moment.step is not None
    assert moment.session is not None
    return state_at(moment.step.judged.newest, 0, moment.session, (), moment.pose is not None, texts)


def _summary(moment: LiveFrame, texts: Translator) -> FrameStatus:
    if moment.last is None:
        how = N_("The set was too short to judge. Hold one hand up to begin another.")
        return FrameStatus(Level.UNKNOWN, texts.gettext(N_("No set")), texts.gettext(how))
    summary = moment.last.summary
    told = f"{texts.gettext(ENDINGS[moment.last.why])} {moment.last.headline(texts)}"
    return FrameStatus(LEVELS.get(summary.verdict, Level.UNKNOWN), texts.gettext(N_("Set done")), told.strip())


def picture(moment: LiveFrame, *, mirrored: bool = True, texts: Translator = ENGLISH, badge: bool = True) -> Rgb:
    """Return what is shown for a moment (height, width, 3); mirrored: as a mirror, with every text the right way.

    badge: write side and hold timer into the picture's corner.
    """
    rgb, pose = moment.frame.rgb, moment.pose
    height, width = rgb.shape[:2]
    if (
        moment.phase == "running"
        and moment.step is not None
        and moment.session is not None
        and moment.engine == "ready"
    ):
        canvas = draw(rgb, pose, moment.step.judged, 0, moment.session, mirrored=mirrored, texts=texts)
        if badge:
            _badge(canvas, moment, texts)
    else:
        clock = None if moment.phase == "guide" else moment.set_s
        canvas, footer = framed(rgb, pose, state_of(moment, texts), clock, mirrored=mirrored)
        header = canvas[: canvas.shape[0] - footer.shape[0] - height]
        if moment.phase == "guide":
            _steps(footer, moment, texts)
            if moment.engine == "ready":
                _number(header, moment)
        else:
            _keys(footer, moment, texts)
            if moment.phase == "paused" and moment.engine == "ready":
                _bars(header)
    if moment.phone != "none":
        _phone(canvas, moment, texts)
    if moment.signal.held_s > 0 and pose is not None:
        top = Layout.of((width, height)).header
        _ring(canvas[top : top + height, :width], moment, mirrored)
    return canvas


def _icon_place(header: Rgb) -> tuple[tuple[int, int], int]:
    """Return middle and radius of the icon that framed has drawn, cleared for another one."""
    height, width = header.shape[:2]
    radius = round(width * 0.05)
    middle = (round(width * 0.022) + radius, height // 2)
    cv2.circle(header, middle, radius + max(2, radius // 4), PAPER, -1)
    return middle, radius


def _number(header: Rgb, moment: LiveFrame) -> None:
    """Draw the number of the step that is on, in a ring that fills as the step gets there."""
    (x, y), radius = _icon_place(header)
    thick = max(3, radius // 4)
    cv2.circle(header, (x, y), radius, TRACK, thick, cv2.LINE_AA)
    end = round(360 * moment.guidance.share)
    if end:
        cv2.ellipse(header, (x, y), (radius, radius), -90, 0, end, SKY, thick, cv2.LINE_AA)
    number, size = str(1 + list(GuideStep).index(moment.guidance.step)), max(6, round(radius * 1.2))
    write(header, number, x - text_width(number, size, 700) // 2, y - round(size * 0.63), size, WHITE, PAPER, 700)


def _bars(header: Rgb) -> None:
    """Draw the two bars of a pause."""
    (x, y), radius = _icon_place(header)
    for left in (x - round(radius * 0.62), x + round(radius * 0.18)):
        corner = (left + round(radius * 0.44), y + round(radius * 0.75))
        cv2.rectangle(header, (left, y - round(radius * 0.75)), corner, WHITE, -1)


def _steps(strip: Rgb, moment: LiveFrame, texts: Translator) -> None:
    """List the steps: done with a tick, the one that is on with a ring that fills."""
    fill(strip, PAPER)
    height, width = strip.shape[:2]
    pad, size = round(width * 0.022), max(6, round(width / 31))
    line = max(1, round((height - pad) / len(GuideStep)))
    size = min(size, round(line * 0.72))
    for k, step in enumerate(GuideStep):
        y = pad // 2 + k * line
        done, now = step in moment.guidance.done, step == moment.guidance.step
        ink = SKY if done else WHITE if now else MUTED
        x, middle, radius = pad + size // 2, y + round(size * 0.62), max(3, round(size * 0.42))
        if done:
            cv2.circle(strip, (x, middle), radius, SKY, -1, cv2.LINE_AA)
            tick = np.array([(-0.45, 0.02), (-0.12, 0.36), (0.48, -0.34)]) * radius + (x, middle)
            cv2.polylines(strip, [tick.round().astype(np.int32)], False, PAPER, max(2, radius // 4), cv2.LINE_AA)
        elif now:
            cv2.circle(strip, (x, middle), radius, WHITE, max(2, radius // 4), cv2.LINE_AA)
            cv2.circle(strip, (x, middle), max(1, radius // 3), WHITE, -1, cv2.LINE_AA)
            end = round(360 * moment.guidance.share)
            cv2.ellipse(strip, (x, middle), (radius, radius), -90, 0, end, SKY, max(3, radius // 3), cv2.LINE_AA)
        else:
            cv2.circle(strip, (x, middle), radius, TRACK, max(1, radius // 5), cv2.LINE_AA)
        write(strip, texts.gettext(TITLES[step]), pad + round(size * 1.4), y, size, ink, PAPER, 700 if now else 400)


def _keys(strip: Rgb, moment: LiveFrame, texts: Translator) -> None:
    """Say how to go on, for the hand and for the keyboard."""
    fill(strip, PAPER)
    width = strip.shape[1]
    pad, size = round(width * 0.022), max(6, round(width / 30))
    again = moment.phase == "over"
    lines = (
        N_("One hand up for a second: the next set") if again else N_("One hand up for a second: go on"),
        N_("Space bar: the same") if again else N_("One hand up for four seconds, or E: end the set"),
    )
    for k, line in enumerate(lines):
        text, fit = fitted(texts.gettext(line), width - 2 * pad, size, max(6, width // 44))
        write(strip, text, pad, pad + k * round(size * 1.6), fit, MUTED, PAPER)


def _badge(canvas: Rgb, moment: LiveFrame, texts: Translator) -> None:
    """Write side, count and hold timer into the lower left corner of the picture; between repetitions all counts."""
    assert moment.session is not None
    now = moment.session.moment()
    side = texts.gettext(now.side) if now.side else ""
    layout = Layout.of((moment.frame.rgb.shape[1], moment.frame.rgb.shape[0]))
    hold = moment.session.stretch.hold
    timed = now.hold_s > 0
    told = texts.gettext(N_("hold {held} s")).format(held=texts.number(now.hold_s, 1)) if timed else ""
    count = now.tally.side(now.side)
    text = " · ".join(filter(None, (side, "" if count is None else count.shown, told)))
    if now.phase == "neutral":
        if not any(one.clean for one in now.tally.sides):
            return
        named = (f"{texts.gettext(one.side) if one.side else ''} {one.shown}".strip() for one in now.tally.sides)
        text = texts.gettext(SET_DONE) if now.tally.done else " · ".join(named)
    size, pad = max(8, round(layout.width / 19)), round(layout.width * 0.018)
    wide = text_width("0" * 3, size) + text_width(text, size, 700)
    high = round(size * 1.5) + (round(size * 0.35) if timed and hold is not None else 0)
    bottom = layout.header + layout.height - pad
    box = canvas[max(0, bottom - high) : bottom, pad : min(layout.width - pad, pad + wide)]
    fill(box, BLACK)
    write(box, text, round(size * 0.5), round(size * 0.12), size, WHITE, BLACK, 700)
    if timed and hold is not None:
        share = min(now.hold_s / hold.seconds[0], 1.0)
        y, left, right = box.shape[0] - round(size * 0.35), round(size * 0.5), box.shape[1] - round(size * 0.5)
        cv2.line(box, (left, y), (right, y), TRACK, max(3, size // 6), cv2.LINE_AA)
        if share > 0:
            end = left + round((right - left) * share)
            cv2.line(box, (left, y), (end, y), SKY, max(3, size // 6), cv2.LINE_AA)


def _phone(canvas: Rgb, moment: LiveFrame, texts: Translator) -> None:
    """Write into the lower right corner of the picture whether the phone sends."""
    layout = Layout.of((moment.frame.rgb.shape[1], moment.frame.rgb.shape[0]))
    text = texts.gettext(N_("Phone connected") if moment.phone == "on" else N_("Phone lost"))
    size, pad = max(8, round(layout.width / 32)), round(layout.width * 0.018)
    wide, high = text_width(text, size, 700) + size, round(size * 1.5)
    bottom, right = layout.header + layout.height - pad, layout.width - pad
    box = canvas[max(0, bottom - high) : bottom, max(0, right - wide) : right]
    fill(box, BLACK)
    write(box, text, size // 2, round(size * 0.12), size, SKY if moment.phone == "on" else WHITE, BLACK, 700)


def _ring(view: Rgb, moment: LiveFrame, mirrored: bool) -> None:
    """Fill a ring round the hand that is up: once for the first meaning, on to the second."""
    assert moment.pose is not None
    ratio = np.array([view.shape[1], view.shape[0]]) / np.array(moment.pose.size_wh)
    wrists = moment.pose.image_xy[[L.LEFT_WRIST, L.RIGHT_WRIST]] * ratio
    x, y = wrists[int(np.argmin(wrists[:, 1]))]
    x = view.shape[1] - 1 - x if mirrored else x
    if not np.isfinite([x, y]).all():
        return
    held = moment.signal.held_s
    share = held / TOGGLE_S if held < TOGGLE_S else min((held - TOGGLE_S) / (END_S - TOGGLE_S), 1.0)
    centre, radius = (
        (int(np.clip(x, 0, view.shape[1])), int(np.clip(y, 0, view.shape[0]))),
        max(12, view.shape[0] // 14),
    )
    thick = max(3, radius // 4)
    cv2.circle(view, centre, radius, BLACK, thick + 4, cv2.LINE_AA)
    ink = WHITE if held < TOGGLE_S else SKY
    cv2.ellipse(view, centre, (radius, radius), -90, 0, 360 * share, ink, thick, cv2.LINE_AA)
