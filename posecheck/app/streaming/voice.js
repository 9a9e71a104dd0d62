// Has what the page gives it spoken (speech.js stands before this file), takes the keys of the live page, and fills the
// window with the picture when both hands ask for it.
const CAMERA_WAIT_MS = 20000;
const KEYS = { " ": "toggle", e: "end", n: "again", g: "skip" };

export default function ({ parentElement, data, setTriggerValue }) {
  const speaker = (window.posecheckSpeaker ??= { last: data.first, fills: data.fills, set: settings() });
  const texts = data.texts;
  speaker.send = (name) => setTriggerValue("key", name);
  const [button, test] = parentElement.querySelectorAll("button");
  const note = parentElement.querySelector("p");
  const slider = parentElement.querySelector("input");
  const draw = () => {
    showVoice({ button, test, note }, speaker, texts, data.language);
    slider.value = String(speaker.set.volume);
    slider.setAttribute("aria-label", texts.volume);
    parentElement.querySelector("small").textContent = texts.keys;
    keepSettings(speaker);
  };
  speaker.mute = () => {
    speaker.set.muted = !speaker.set.muted;
    if (speaker.set.muted) window.speechSynthesis?.cancel();
    draw();
  };
  speaker.louder = (step) => {
    speaker.set.volume = Math.min(1, Math.max(0.1, speaker.set.volume + step));
    draw();
  };
  button.onclick = speaker.mute;
  test.onclick = () => tryVoice(speaker, texts, data.language);
  slider.oninput = () => {
    speaker.set.volume = Number(slider.value);
    draw();
  };
  draw();

  const pressed = (event) => {
    const at = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable) return;
    if (event.key === " " && at.tagName === "BUTTON") return;
    const key = event.key.toLowerCase();
    if (key === "m") speaker.mute();
    else if (key === "+" || key === "-") speaker.louder(key === "+" ? 0.1 : -0.1);
    else if (key === "f") fullScreen();
    else if (key === "escape" && filled()) fill(false);
    else if (key === "c" || (key === " " && !speaker.playing && !cameraRuns())) switchCamera();
    else if (KEYS[key] && speaker.playing) speaker.send(KEYS[key]);
    else return;
    event.preventDefault();
  };
  const camera = () => [...document.querySelectorAll("iframe")].find((frame) => frame.contentDocument?.querySelector("video"));
  const filled = () => Boolean(camera()?.classList.contains("filled"));
  // A page may fill the screen only just after a key or a click; hands fill the window, which needs no leave. A popover
  // lies above everything else of the page, and the frame is not loaded anew.
  const fill = (on) => {
    const frame = camera();
    if (!frame || on === filled()) return;
    frame.classList.toggle("filled", on);
    const style = { position: "fixed", inset: "0", width: "100vw", height: "100vh", border: "0", margin: "0", padding: "0" };
    const wide = { ...style, "max-width": "none", "max-height": "none", background: "#14191f", "z-index": "1000000" };
    for (const [name, value] of Object.entries(wide)) {
      if (on) frame.style.setProperty(name, value, "important");
      else frame.style.removeProperty(name);
    }
    if (on && frame.showPopover) {
      frame.popover = "manual";
      frame.showPopover();
    } else frame.removeAttribute("popover");
    fit();
  };
  const fullScreen = () => {
    if (document.fullscreenElement) return document.exitFullscreen();
    if (filled()) return fill(false);
    for (const frame of document.querySelectorAll("iframe")) {
      const picture = frame.contentDocument?.querySelector("video");
      if (!picture) continue;
      if (frame.contentDocument.fullscreenElement) return frame.contentDocument.exitFullscreen();
      return picture.requestFullscreen().catch(() => {});
    }
  };
  // The page learns a moment late that the camera runs: until then the space bar must not stop it.
  const cameraRuns = () =>
    [...document.querySelectorAll("iframe")].some((frame) => frame.contentDocument?.querySelector("video")?.srcObject);
  const cameraButton = () => {
    for (const frame of document.querySelectorAll("iframe")) {
      const found = frame.contentDocument?.querySelector("button");
      if (found) return found;
    }
    return null;
  };
  // The camera's own frame loads after the page: a key that is pressed before its button can be used waits for it.
  const switchCamera = () => {
    if (speaker.waiting) return;
    const until = Date.now() + CAMERA_WAIT_MS;
    const press = () => {
      const found = cameraButton();
      if (found && !found.disabled) found.click();
      else if (Date.now() < until) return;
      clearInterval(speaker.waiting);
      speaker.waiting = null;
    };
    speaker.waiting = setInterval(press, 50);
    press();
  };
  if (data.playing && !speaker.playing) speaker.arrived = false;
  speaker.playing = data.playing;
  // The whole picture, however low the window, and where it is seen.
  const fit = () => {
    for (const frame of document.querySelectorAll("iframe")) {
      const picture = frame.contentDocument?.querySelector("video");
      if (!picture) continue;
      picture.style.maxHeight = `${filled() ? window.innerHeight : Math.max(300, window.innerHeight - 120)}px`;
      if (speaker.playing && !speaker.arrived) {
        speaker.arrived = true;
        frame.style.scrollMarginTop = "4.2rem";
        frame.scrollIntoView({ block: "start", behavior: "smooth" });
      }
    }
  };
  fit();
  speaker.fill = fill;
  if (data.fills > speaker.fills && data.playing) fill(!filled());
  speaker.fills = data.fills;
  if (!data.playing) fill(false);
  // The camera's own frame takes the keys once it has been clicked on; it is of this page's origin.
  speaker.off?.();
  const places = [document];
  for (const frame of document.querySelectorAll("iframe")) {
    if (frame.contentDocument) places.push(frame.contentDocument);
  }
  for (const place of places) place.addEventListener("keydown", pressed);
  // Unseen and unheard, a warning would be lost: the set waits.
  const hidden = () => {
    if (document.hidden && speaker.playing && speaker.set.muted) speaker.send("hidden");
  };
  document.addEventListener("visibilitychange", hidden);
  // Why a camera cannot be had, or went away, is known to its own frame only, which may load after this.
  const fitted = setInterval(fit, 300);
  const minded = setInterval(() => {
    for (const frame of document.querySelectorAll("iframe")) {
      const media = frame.contentWindow?.navigator?.mediaDevices;
      if (!media?.getUserMedia || media.posecheckMinded) continue;
      media.posecheckMinded = true;
      const given = media.getUserMedia.bind(media);
      media.getUserMedia = (asked) =>
        given(asked).then(
          (stream) => {
            for (const track of stream.getTracks()) track.addEventListener("ended", () => speaker.send("camera-ended"));
            return stream;
          },
          (error) => {
            speaker.send(`camera-${error.name}`);
            throw error;
          },
        );
    }
  }, 50);
  const unheard = whenVoicesCome(draw);
  speaker.off = () => {
    unheard();
    clearInterval(fitted);
    clearInterval(minded);
    for (const place of places) place.removeEventListener("keydown", pressed);
    document.removeEventListener("visibilitychange", hidden);
  };

  for (const saying of data.sayings) {
    if (saying.id <= speaker.last) continue;
    speaker.last = saying.id;
    speak(speaker, saying, data.language);
  }
}
