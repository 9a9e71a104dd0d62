"""The page that judges a stretch live through the browser's camera."""

from typing import cast

import streamlit as st

from posecheck.app.base import pose_model
from posecheck.app.base.labels import kind, plain, sign, when
from posecheck.app.base.language import _, language, texts
from posecheck.app.base.problems import describe_error
from posecheck.app.base.theme import colours
from posecheck.app.streaming import after_set, health_gate, pace, voice, webcam
from posecheck.app.streaming.capacity import places
from posecheck.app.streaming.feed import FULL, Feed, News, Wish
from posecheck.app.streaming.inpage import phones, routes
from posecheck.app.streaming.inpage import view as inpage
from posecheck.app.streaming.processor import Processor
from posecheck.app.visit import person
from posecheck.app.widgets import profile_shelf, stretch_choice, verdict_panel
from posecheck.app.widgets.programme import banner, following
from posecheck.assessment.events import Event
from posecheck.core.errors import PosecheckError
from posecheck.core.i18n import N_
from posecheck.core.levels import Level
from posecheck.feedback.wording import describe_flag
from posecheck.live.coach import Command
from posecheck.live.guide import GuideStep
from posecheck.live.instructions import TITLES
from posecheck.live.large.canvas import SIZE_WH
from posecheck.programme.code import code_picture
from posecheck.safety.limits import asked_limits
from posecheck.stretches.stretch import Stretch

EVERY_S = 0.3
SHOWN_EVENTS = 6


WIDE = """<style>
.st-key-live-view [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"]) {flex-direction: column}
.st-key-live-view [data-testid="stColumn"] {width: 100% !important; flex: none !important}
</style>"""
CAMERA = "live-camera"
AGAIN_FRAMES = 75
"""After a failure, the camera counts as working again once this many more pictures have come; fewer may be left over
from before the failure."""
CAMERAS = {
    "camera-NotAllowedError": N_("The camera was refused. Allow it beside the address bar, then start again."),
    "camera-NotFoundError": N_("No camera was found. Plug one in, then start again."),
    "camera-NotReadableError": N_("The camera is taken by another program. Close that one, then start again."),
    "camera-ended": N_("The camera was unplugged or switched off. Your set up to then is kept."),
}
OTHER_CAMERA = N_("The camera could not be started. Look whether it is plugged in and free, then start again.")


def page() -> None:
    """Show the page."""
    st.title(_("Check your form live"))
    stretch = stretch_choice.choose(st.container())
    # These containers always exist: the camera would restart each time a notice above it appeared or disappeared.
    top, done, above, middle, below = (st.container() for _place in range(5))
    in_browser = inpage.wanted()
    on = inpage.playing() if in_browser else webcam.playing("camera")
    # While the camera runs, the person stands two metres away and needs the picture, so the notices move below it.
    # Afterwards the result of the set comes first.
    notices = below if on else above
    with notices:
        if stretch_choice.show_advice(stretch):
            return
    try:
        feed = mine()
        for finished in following.take(feed.newest().sets):
            after_set.keep(finished)
        now = following.active(stretch)
        step = None if now is None else now[1]
        with notices if on and step is not None and not following.is_done() else top:
            banner.show(stretch)
        with notices, st.spinner(_("Loading the pose model …")):
            pose_model.ready()
        if not on and not in_browser and not places().full:
            pose_model.prepare()
        with notices:
            age = person.age()
            profile = following.with_limits(profile_shelf.current(stretch), step, _("Programme"))
            asked = asked_limits(stretch.id, age, profile)
            fit = health_gate.suits(asked if step is None else step.asked(asked), on=on)
        if fit is None:
            return
        feed.want(Wish(fit.stretch, language(), age, profile))
        with notices:
            fit.tell()
        with below:
            _offer_phone(stretch, feed)
        if in_browser:
            with middle:
                inpage.show(feed)
            with below if on else done:
                after_set.show(feed)
            return
        # The columns stay, as the camera would restart; while it runs they lie below each other, so that the picture is
        # as wide as the page.
        picture, beside = middle.container(key="live-view").columns([3, 2], gap="medium")
        if on:
            below.html(WIDE)
        with picture:
            playing = webcam.stream("camera", lambda: Processor(feed), SIZE_WH)
            st.caption(_("You see yourself as in a mirror. The picture goes no further than this app."))
            if why := inpage.why_not():
                told = plain(why) + " " + _("The server finds your pose: your picture goes to it, and no further.")
                st.info(told, icon=":material/dns:")
        with above:
            if not playing and places().full:
                st.warning(_(FULL), icon=":material/groups:")
        with beside:
            if not playing:
                _before(stretch)
            st.fragment(_beside, run_every=EVERY_S if playing else None)(feed, playing)
        with below if on else done:
            after_set.show(feed)
    except PosecheckError as error:
        st.error(plain(describe_error(error, texts())), icon=":material/error:")


def mine() -> Feed:
    """Return this visitor's feed, the same one for the whole visit."""
    if "feed" not in st.session_state:
        st.session_state["feed"] = Feed()
    return cast(Feed, st.session_state["feed"])


def _before(stretch: Stretch) -> None:
    placement = plain(_(stretch.camera.placement))
    st.markdown(
        "1. " + _("Put the camera {placement}.").format(placement=placement) + "\n"
        "2. " + _("Start the camera and step into the picture: you are led from there.") + "\n"
        "3. " + _("Stretch slowly. Warnings stand above the picture, and are spoken.") + "\n"
        "4. " + _("One hand up for a second pauses and goes on; for four seconds it ends the set.") + "\n"
        "5. " + _("Both hands up, before a set or after it, fill the window with the picture.")
    )


def _offer_phone(stretch: Stretch, feed: Feed) -> None:
    """Say how a phone at the chest helps, where the stretch is about a twist that one can measure."""
    if stretch.primary != "trunk_rotation" or stretch.lying:
        return
    address = phones.address(feed) if routes.attached() else None
    if address is None:
        st.caption(
            _("Twists are read more exactly with a phone held at the chest: run `posecheck phone` on this computer.")
        )
        return
    with st.expander(_("Read twists more exactly, with a phone at your chest"), icon=":material/qr_code:"):
        st.image(code_picture(address), width=260, caption=_("Scan it with the phone, and follow its page."))
        st.write(
            _(
                "What it measures is sent to this app and counts here, also where the camera does not see its screen. "
                "The code is yours alone: it holds for this visit."
            )
        )


def _beside(feed: Feed, playing: bool) -> None:
    """Show the newest state and the events; repeated every EVERY_S seconds while the camera runs."""
    news = feed.newest()
    frames = 0 if news.moment is None else news.moment.frames
    for key in voice.show(news.sayings, playing=playing, fills=news.fills):
        if key.startswith("camera-"):
            st.session_state[CAMERA] = (_(CAMERAS.get(key, OTHER_CAMERA)), frames)
        elif key != "hidden":
            feed.ask(cast(Command, key))
        else:
            if news.moment is not None and news.moment.phase == "running":
                feed.ask("toggle")
            st.toast(_("Paused while this tab was hidden and the voice off."), icon=":material/visibility_off:")
    if playing and CAMERA in st.session_state:
        since = frames - st.session_state[CAMERA][1]
        # Pictures from before the failure stop soon; those of a camera that works again continue.
        if since < 0 or (since >= AGAIN_FRAMES and not news.silent):
            del st.session_state[CAMERA]
    if CAMERA in st.session_state:
        st.error(plain(st.session_state[CAMERA][0]), icon=":material/videocam_off:")
    newest = news.sets[-1].name if news.sets else ""
    if newest != st.session_state.get(after_set.SEEN, ""):
        st.session_state[after_set.SEEN] = newest
        st.rerun()
    if news.problem is not None:
        st.error(plain(_(news.problem)), icon=":material/error:")
    elif playing and news.silent:
        st.warning(
            _(
                "No picture has come from the camera for some seconds. Was it unplugged, or taken by another program? "
                "Is the computer asleep? Stop the camera and start it again."
            ),
            icon=":material/videocam_off:",
        )
    elif playing and (news.moment is None or news.state is None):
        verdict_panel.panel(_("Starting"), colours().unknown, _("The camera and the pose model are getting ready."))
    elif playing:
        _state(news)
        pace.show(feed, news, playing=playing)
        _buttons(feed, news)
    _events(news.events)


def _state(news: News) -> None:
    assert news.moment is not None
    assert news.state is not None
    state, moment = news.state, news.moment
    level = Level(state.level).name.lower()
    shape = "" if moment.phase in ("guide", "paused") else sign(level)[0]
    verdict_panel.panel(
        f"{shape} {_(state.title)}".strip(), colours().of(level), _(state.message), kicker=_(state.phase)
    )
    if moment.phase == "guide" and moment.engine == "ready":
        _steps(news)
    if moment.step is not None and moment.session is not None:
        stretch, others = moment.session.stretch, moment.step.judged.flags[1:]
        lines = [f"- {sign(flag.level)}: {plain(describe_flag(flag, stretch, texts()))}" for flag in others]
        if lines:
            st.markdown("\n".join(lines))
    st.caption(_("{n} frames checked").format(n=moment.frames))


def _steps(news: News) -> None:
    assert news.moment is not None
    guidance = news.moment.guidance
    marks = {True: ":material/check_circle:", False: ":material/radio_button_unchecked:"}
    lines = []
    for step in GuideStep:
        text = plain(_(TITLES[step]))
        if step in guidance.done:
            lines.append(f":green[{marks[True]} {text}]")
        elif step == guidance.step:
            lines.append(f"**{marks[False]} {text}**")
        else:
            lines.append(f":gray[{marks[False]} {text}]")
    st.markdown("  \n".join(lines))


def _buttons(feed: Feed, news: News) -> None:
    """Show the buttons for the commands that are possible now; the help of each names its key on the keyboard."""
    assert news.moment is not None
    phase = news.moment.phase
    shown: list[tuple[str, str, Command, str]] = []
    if phase == "running":
        shown.append((_("Pause"), ":material/pause:", "toggle", "space"))
    if phase == "paused":
        shown.append((_("Go on"), ":material/play_arrow:", "toggle", "space"))
    if phase in ("running", "paused"):
        shown.append((_("End the set"), ":material/stop:", "end", "E"))
        shown.append((_("Start anew"), ":material/replay:", "again", "N"))
    if phase == "over":
        shown.append((_("Next set"), ":material/play_arrow:", "toggle", "space"))
    if phase == "guide" and GuideStep.BODY in news.moment.guidance.done:
        shown.append((_("Start as I am"), ":material/skip_next:", "skip", "G"))
    with st.container(horizontal=True):
        for label, icon, command, key in shown:
            st.button(label, icon=icon, key=f"live-{command}", help=key, on_click=feed.ask, args=(command,))


def _events(events: tuple[Event, ...]) -> None:
    passed = [event for event in events if event.level in ("caution", "stop")]
    if not passed:
        return
    st.subheader(_("So far"))
    rows = list(reversed(passed[-SHOWN_EVENTS:]))
    st.table(
        {
            _("When"): [when(event) for event in rows],
            _("Level"): [sign(event.level) for event in rows],
            _("What"): [kind(event.kind) for event in rows],
        },
        hide_index=True,
    )
