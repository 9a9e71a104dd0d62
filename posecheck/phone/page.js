"use strict";
const about = JSON.parse(document.getElementById("about").textContent);
const words = about.words;
const element = (id) => document.getElementById(id);
const instrument = new Instrument(), sender = new Sender(instrument);
const SHOWN_S = 0.05, RELEASE_DEG = 3, SEND_MS = 60, AWAY_MS = 2000, PATIENCE_MS = 5000, WAIT_MS = 500;
const STOPPED_MS = 500, SILENT_MS = 3000;
const state = { running: false, white: 210, alone: false, limits: null, level: "", shownAt: 0, lock: null, asked: 0,
                unsent: [], sending: false, arrivedAt: 0, replaced: false, waiting: false, unknown: false,
                heardAt: null, counted: false };
// A page that is opened anew has another clock and another zero, so it has another name.
const page = Array.from(crypto.getRandomValues(new Uint8Array(8)), (v) => v.toString(16).padStart(2, "0")).join("");
let audio = null;

// Above the marker, which makes room for it.
function say(text) {
  if (element("said").textContent === text) return;
  element("said").textContent = text;
  fitMarker();
}

// Before the marker is shown.
function refuse(text) {
  element("problem").textContent = text;
}

async function start() {
  // iOS allows sound, as the sensors, only after a tap.
  audio = audio || (window.AudioContext ? new AudioContext() : null);
  audio?.resume().catch(() => {});
  try {
    const kind = window.DeviceMotionEvent;
    if (!kind) return refuse(words.none);
    if (kind.requestPermission && (await kind.requestPermission()) !== "granted") return refuse(words.refused);
  } catch {
    return refuse(words.refused);
  }
  sender.belt = element("worn").value === "belt";
  state.alone = element("alone").checked && !sender.belt; // the limits are the trunk's
  state.limits = about.stretches.find((one) => one.id === element("stretch").value) || null;
  window.addEventListener("devicemotion", (event) => {
    const before = instrument.last;
    instrument.motion(event);
    // A browser without sensors may send an event that says nothing.
    if (instrument.last !== before) state.heardAt = performance.now();
    if (about.token && instrument.zeroed) keep(event.timeStamp / 1000);
  });
  if (about.token) setInterval(send, SEND_MS);
  document.body.classList.add("running");
  state.running = true;
  state.asked = performance.now();
  keepAwake();
  // Not every phone has a full screen for pages; the marker is as large without it.
  document.documentElement.requestFullscreen?.().catch(() => {});
  fitMarker();
  requestAnimationFrame(show);
}

// Keep a reading until it is sent; without a network the newest two minutes are kept.
function keep(time) {
  state.unsent.push([time, instrument.turn, instrument.lean, instrument.side, instrument.epoch]);
  if (state.unsent.length > 7200) state.unsent.splice(0, 600);
}

// The browser keeps the connection open between the messages.
async function send() {
  if (state.sending || state.replaced || !state.unsent.length) return;
  if (state.waiting && performance.now() - state.arrivedAt < WAIT_MS) return;
  const rows = state.unsent.slice(0, 600);
  state.sending = true;
  try {
    const answer = await fetch(about.to, {
      method: "POST",
      headers: { "X-Posecheck": about.token },
      body: JSON.stringify({ page, belt: sender.belt, rows }),
      signal: AbortSignal.timeout?.(PATIENCE_MS),
    });
    state.waiting = answer.status === 423;
    if (answer.ok || state.waiting) state.arrivedAt = performance.now();
    if (answer.ok) state.unsent = state.unsent.filter((row) => row[0] > rows[rows.length - 1][0]);
    // What it measures while another phone is in its place is of no use.
    if (state.waiting) state.unsent = [];
    state.replaced = answer.status === 409;
    // The program was started anew meanwhile, or the visit is over: the key is another one now.
    state.unknown = answer.status === 404;
  } catch {
    // The network is gone: the marker goes on, and what is kept is sent when it is back.
  } finally {
    state.sending = false;
  }
}

// What is to be said of the connection.
function connection(time) {
  if (!about.token || !instrument.zeroed) return "";
  if (state.replaced) return words.replaced;
  if (state.unknown) return words.unknown;
  if (state.waiting) return sender.belt ? words.wait_belt : words.wait_chest;
  return state.unsent.length && time - Math.max(state.arrivedAt, state.asked) > AWAY_MS ? words.away : "";
}

async function keepAwake() {
  try {
    state.lock = await navigator.wakeLock?.request("screen");
  } catch {
    state.lock = null; // Battery saver: the screen may then go dark, and the turn is counted anew.
  }
}

function fitMarker() {
  const ratio = window.devicePixelRatio || 1, canvas = element("marker");
  const room = window.innerHeight - element("said").offsetHeight;
  const width = Math.floor(0.94 * Math.min(window.innerWidth, room / 2));
  Object.assign(canvas.style, { width: `${width}px`, height: `${2 * width}px` });
  canvas.width = Math.round(width * ratio);
  canvas.height = 2 * canvas.width;
}

function show(time) {
  if (time - state.shownAt >= 1000 * SHOWN_S - 4) {
    state.shownAt = time;
    const sideways = window.innerWidth > window.innerHeight, heard = state.heardAt ?? state.asked;
    // What was measured before the sensors stopped must not be shown as what is measured now.
    if (instrument.zeroed && performance.now() - heard > STOPPED_MS) instrument.lose();
    tell();
    if (performance.now() - heard > SILENT_MS) say(state.heardAt === null ? words.silent : words.stopped);
    else if (sideways) say(words.upright);
    else say(instrument.zeroed ? connection(time) : words.still);
    marker.draw(element("marker"), sender.next(SHOWN_S), state.white);
    if (state.alone && state.limits && instrument.zeroed) warn(Math.abs(instrument.turn));
  }
  requestAnimationFrame(show);
}

// The wearer does not see the screen: a tone tells that the turn counts, two low ones that it does no longer.
function tell() {
  if (instrument.zeroed === state.counted) return;
  state.counted = instrument.zeroed;
  beep(state.counted ? 660 : 330, state.counted ? 1 : 2);
}

// Warn once for each time that a limit is passed.
function warn(turn) {
  const { caution, stop } = state.limits;
  const level = turn >= stop ? "stop" : turn >= caution ? "caution" : turn < caution - RELEASE_DEG ? "" : state.level;
  const rises = level && level !== state.level && !(level === "caution" && state.level === "stop");
  if (rises) {
    beep(level === "stop" ? 880 : 660, level === "stop" ? 2 : 1);
    speak(level === "stop" ? words.stop : words.caution);
  }
  state.level = level === "caution" && state.level === "stop" ? "stop" : level;
  document.body.dataset.level = level;
}

function beep(pitch, times) {
  if (!audio) return;
  for (let i = 0; i < times; i++) {
    const tone = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + 0.25 * i;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.4, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.2);
  }
}

function speak(text) {
  if (!window.speechSynthesis) return;
  const voice = new SpeechSynthesisUtterance(text);
  voice.lang = about.language;
  speechSynthesis.cancel();
  speechSynthesis.speak(voice);
}

element("start").addEventListener("click", start);
// A tap on the marker makes it darker or brighter: over-exposed cells run together in the picture.
element("marker").addEventListener("click", () => {
  state.white = { 210: 130, 130: 255, 255: 210 }[state.white];
});
window.addEventListener("resize", fitMarker);
document.addEventListener("visibilitychange", () => {
  if (!state.running) return;
  if (document.hidden) return instrument.lose();
  keepAwake();
  audio?.resume().catch(() => {});
});
