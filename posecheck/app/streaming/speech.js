// Speaks with the browser's own voices, after a short tone of its own making. Nothing is loaded from anywhere and nothing
// is sent anywhere.
const STORE = "posecheck-voice";
const TONES = {
  // [hertz, seconds from the start, length, loudness]
  stop: [[880, 0, 0.12, 1], [587, 0.15, 0.12, 1], [880, 0.3, 0.12, 1]],
  caution: [[660, 0, 0.14, 0.8]],
  person: [[660, 0, 0.14, 0.8]],
  go: [[523, 0, 0.1, 0.6], [784, 0.12, 0.16, 0.6]],
  end: [[784, 0, 0.1, 0.6], [523, 0.12, 0.16, 0.6]],
};

function settings() {
  try {
    return { muted: false, volume: 0.8, ...JSON.parse(localStorage.getItem(STORE) || "{}") };
  } catch {
    return { muted: false, volume: 0.8 };
  }
}

// Null where the browser has none: then there are words and no tones.
function audioOf(speaker) {
  const Kind = window.AudioContext ?? window.webkitAudioContext;
  try {
    return (speaker.audio ??= Kind ? new Kind() : null);
  } catch {
    return null;
  }
}

function keepSettings(speaker) {
  try {
    localStorage.setItem(STORE, JSON.stringify(speaker.set));
  } catch {
    // Where a browser keeps nothing, they hold until the page is left.
  }
}

function tones(speaker, level) {
  const notes = TONES[level];
  if (!notes || speaker.set.muted) return 0;
  const audio = audioOf(speaker);
  if (!audio) return 0;
  audio.resume();
  const start = audio.currentTime + 0.02;
  for (const [hertz, at, length, loud] of notes) {
    const note = audio.createOscillator();
    const gain = audio.createGain();
    note.frequency.value = hertz;
    gain.gain.setValueAtTime(0, start + at);
    gain.gain.linearRampToValueAtTime(0.5 * loud * speaker.set.volume, start + at + 0.01);
    gain.gain.linearRampToValueAtTime(0, start + at + length);
    note.connect(gain).connect(audio.destination);
    note.start(start + at);
    note.stop(start + at + length);
  }
  return Math.max(...notes.map(([, at, length]) => at + length));
}

function speak(speaker, saying, language) {
  (speaker.said ??= []).push(saying);
  if (speaker.said.length > 20) speaker.said.shift();
  const voice = window.speechSynthesis;
  if (saying.interrupts) voice?.cancel();
  // What is late is worse than silence: only a stop waits for nothing, the rest only where nothing is being said.
  else if (voice?.speaking && saying.level !== "go" && saying.level !== "end") return;
  const after = tones(speaker, saying.level);
  if (!voice || speaker.set.muted) return;
  const words = new SpeechSynthesisUtterance(saying.text);
  words.lang = language;
  words.volume = speaker.set.volume;
  words.rate = saying.level === "stop" ? 1.15 : 1;
  const own = voice.getVoices().find((one) => one.localService && one.lang.startsWith(language));
  if (own) words.voice = own;
  if (after) setTimeout(() => voice.speak(words), after * 1000);
  else voice.speak(words);
}

// What the browser cannot say: "none" where it has no voice at all, "other" where none is of this language.
function lacking(language) {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  if (!voices.length) return "none";
  return voices.some((one) => one.lang.toLowerCase().startsWith(language)) ? "" : "other";
}

// Voices come late in some browsers, and may come or go later.
function whenVoicesCome(heard) {
  const voice = window.speechSynthesis;
  voice?.addEventListener?.("voiceschanged", heard);
  return () => voice?.removeEventListener?.("voiceschanged", heard);
}

// The button says what is, and looks it; beside it the sound can be tried, and silence is explained.
function showVoice({ button, test, note }, speaker, texts, language) {
  const { muted } = speaker.set;
  button.textContent = muted ? texts.muted : texts.voiceOn;
  button.dataset.on = String(!muted);
  test.textContent = texts.test;
  test.disabled = muted;
  const why = muted ? texts.silent : { none: texts.noVoice, other: texts.otherVoice }[lacking(language)];
  note.textContent = why ?? "";
  note.hidden = !why;
}

function tryVoice(speaker, texts, language) {
  audioOf(speaker);
  speak(speaker, { text: texts.tested, level: "go", interrupts: true }, language);
}
