"""The page that the phone shows: one document that needs nothing else once it is loaded."""

import json
from html import escape
from importlib.resources import files
from typing import Any

from posecheck.core.i18n import N_, Language, Translator, translator
from posecheck.stretches.library import all_stretches
from posecheck.stretches.stretch import Stretch

SCRIPTS = ("marker.js", "instrument.js", "page.js")
TEXTS = {
    "title": N_("Phone at the chest"),
    "hold": N_("A person holds a phone upright against the breastbone, its screen to the camera, arms below it."),
    "how": N_(
        "Turn the brightness up and the automatic lock off. Tap Start, then hold the phone upright and flat against "
        "your breastbone, with its screen to the camera, and sit or stand upright and still for two seconds: a tone "
        "tells that your turn counts from there, and two low ones that you have to hold still once more. Keep your "
        "fingers off the screen. If the camera shows the white cells blurred together, tap the screen once."
    ),
    "choose": N_("Which stretch?"),
    "where": N_("Where is this phone?"),
    "chest": N_("At the chest"),
    "belt": N_("A second one: upright in the waistband, in front, its screen to the camera"),
    "alone": N_("Without a camera: warn me by tone and voice"),
    "start": N_("Start"),
    "privacy": N_("Nothing that the phone measures leaves it, but for what the camera sees on its screen."),
}
SENT = N_("What the phone measures is sent to the computer that showed the code, and nowhere else.")
SCAN = N_("Scan the code on the computer's screen: its address lets this phone in.")
"""What is answered to who does not have the key."""
WORDS = {
    "none": N_("This phone or browser has no motion sensors."),
    "refused": N_("The motion sensors were not allowed. Reload the page, tap Start and allow them."),
    "silent": N_("The motion sensors say nothing. Is this a phone, and was the page opened by https?"),
    "stopped": N_("The motion sensors have stopped. Load the page again."),
    "still": N_("Upright, and hold still …"),
    "upright": N_("Hold the phone upright."),
    "away": N_("The computer is out of reach. The screen goes on."),
    "unknown": N_("The computer no longer knows this page. Scan its code again."),
    "replaced": N_("Another phone has taken this one's place."),
    "wait_chest": N_(
        "Another phone is at the chest already. Close its page, or load this one again and choose the waistband."
    ),
    "wait_belt": N_("Another phone is in the waistband already. Close its page, or load this one again."),
    "caution": N_("Caution. You have turned far enough."),
    "stop": N_("Stop. Turn back."),
}
"""What the page says while it runs."""


def offered() -> list[Stretch]:
    """Return the stretches whose twist a phone at the chest can watch: those done upright with limits of a turn."""
    upright = (one for one in all_stretches().values() if one.advice != "block" and not one.lying)
    return [one for one in upright if _limits(one) is not None]


def _limits(stretch: Stretch) -> tuple[float, float] | None:
    """Return the caution and stop limit of the trunk's rotation, in degrees to either side."""
    for item in stretch.ranges:
        plain = item.angle == "trunk_rotation" and item.along == "magnitude" and item.measure == "angle"
        if plain and item.caution is not None and item.stop is not None:
            return float(item.caution), float(item.stop)
    return None


def page(
    language: Language,
    nonce: str,
    chosen: str | None = None,
    token: str = "",
    to: str = "/readings",
    code: str = "",
) -> str:
    """Return the page.

    Args:
        language: Its language.
        nonce: Allows its own scripts and style, and no others.
        chosen: The id of the stretch that is selected at first.
        token: Lets it send what it measures back to the server; empty where it sends nothing.
        to: The address that it sends it to.
        code: The address of its script, which is then not in the page itself.
    """
    texts = translator(language)
    stretches = offered()
    values = {key: escape(texts.gettext(text)) for key, text in TEXTS.items()}
    if token:
        values["privacy"] = escape(texts.gettext(SENT))
    values["language"], values["nonce"] = language, escape(nonce)
    values["options"] = "".join(
        f'<option value="{escape(one.id)}"{" selected" if one.id == chosen else ""}>'
        f"{escape(texts.gettext(one.name))}</option>"
        for one in stretches
    )
    values["about"] = _json(_about(stretches, texts) | {"token": token, "to": to})
    own = f'<script nonce="{values["nonce"]}">{script()}</script>'
    values["code"] = f'<script src="{escape(code)}"></script>' if code else own
    out = _file("page.html")
    for key, value in values.items():
        out = out.replace("{{" + key + "}}", value)
    return out


def notice(language: Language, nonce: str, text: str) -> str:
    """Return a page that only says something, to who may not have the other one.

    Args:
        language: Its language.
        nonce: Allows its style.
        text: What it says, in English.
    """
    texts = translator(language)
    style = "body { margin: 1.2em; background: #000; color: #eee; font: 20px/1.45 system-ui, sans-serif; }"
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    title = f"<title>{escape(texts.gettext(TEXTS['title']))}</title>"
    out = (
        f'<!doctype html>\n<html lang="{language}">\n<head>{head}{title}<style nonce="{escape(nonce)}">{style}</style>'
    )
    return f"{out}</head>\n<body><p>{escape(texts.gettext(text))}</p></body>\n</html>\n"


def script() -> str:
    """Return the page's script."""
    return "\n".join(_file(name) for name in SCRIPTS)


def _about(stretches: list[Stretch], texts: Translator) -> dict[str, Any]:
    limits = {one.id: _limits(one) or (0.0, 0.0) for one in stretches}
    return {
        "language": texts.language,
        "words": {key: texts.gettext(text) for key, text in WORDS.items()},
        "stretches": [{"id": key, "caution": caution, "stop": stop} for key, (caution, stop) in limits.items()],
    }


def _json(value: object) -> str:
    """Return JSON that may stand within a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _file(name: str) -> str:
    return files("posecheck").joinpath("phone", name).read_text(encoding="utf-8")
