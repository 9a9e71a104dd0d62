// The live page of somebody whose own browser finds their pose. The picture is shown here and goes nowhere.
const CODES = { " ": "toggle", e: "end", n: "again", g: "skip" };
const SILENT_MS = 2500;
const LEAVING_MS = 5000;
const EVENTS = 6;
const MOST_TOOK = 300;
const TOO_SLOW_MS = 100;
const STARTED = 120;
const COMING_MS = 2000;
const UNMADE = 3;

class Live {
  constructor(root, data) {
    this.root = root;
    this.speaker = window.posecheckSpeaker ??= { last: 0, set: settings() };
    this.find = (name) => root.querySelector(`.${name}`);
    this.video = root.querySelector("video");
    this.canvas = root.querySelector("canvas:not(.move)");
    this.gauges = [];
    this.off = [];
    this.number = 0;
    this.update(data);
    this.build();
    this.reset();
    window.posecheckLive = this;
  }

  update(data) {
    this.data = data;
    this.texts = data.texts;
  }

  reset() {
    this.now = { phase: "off", level: -1, title: this.texts.ready, text: this.texts.readyText, limbs: [], values: [] };
    this.events = [];
    this.marks = null;
    this.pathText = this.comingText = "";
    this.others = this.camera = this.lost = this.seen = this.served = false;
    this.few = "";
    this.blind = "";
    this.away = Infinity;
    this.waiting_ms = null;
    this.draw();
  }

  // -- buttons, keys and the voice

  build() {
    const bar = this.find("row");
    const button = (name, action) => bar.appendChild(made("button", { type: "button", className: name, onclick: action }));
    this.start = button("start", () => (this.on ? this.stop() : this.begin()));
    this.cameras = bar.appendChild(made("select", { onchange: () => this.swap(), hidden: true }));
    this.commands = Object.fromEntries(
      ["toggle", "skip", "end", "again"].map((name) => [name, button(name, () => this.ask(name))]),
    );
    this.voice = button("voice", () => this.mute());
    this.volume = bar.appendChild(made("input", { type: "range", min: "0.1", max: "1", step: "0.1" }));
    this.volume.oninput = () => this.louder(Number(this.volume.value) - this.speaker.set.volume);
    this.test = button("test", () => tryVoice(this.speaker, this.texts, this.data.language));
    this.off.push(whenVoicesCome(() => this.draw()));
    this.pace = new Pace();
    this.hands = new BothHands();
    const [lighter, served] = this.find("pace").querySelectorAll("button");
    lighter.onclick = () => this.lighter(!this.light);
    served.onclick = () => this.leave("asked");
    this.off.push(() => fill(this.find("stage"), false));
    const moved = setInterval(() => this.move(), 50);
    this.off.push(() => clearInterval(moved));
    this.film = new Film({
      begun: () => this.ask(this.film.said),
      filmed: (address, name) => {
        Object.assign(this.saved, { href: address, download: name, textContent: this.texts.saveFilm, hidden: false });
      },
      failed: () => this.put("problem", this.texts.noFilm),
    });
    this.asked = made("input", { type: "checkbox", className: "film", onchange: () => this.filmNow() });
    bar.appendChild(made("label", { hidden: !Film.possible }, this.asked, made("span", { textContent: this.texts.film })));
    this.saved = bar.appendChild(made("a", { className: "saved", hidden: true }));
    const listen = (target, name, heard) => {
      target.addEventListener(name, heard);
      this.off.push(() => target.removeEventListener(name, heard));
    };
    listen(document, "keydown", (event) => this.key(event));
    listen(document, "visibilitychange", () => {
      this.alive();
      this.waiting_ms &&= this.alive_ms;
      if (!this.on) return;
      if (!document.hidden) this.awake();
      // What was judged before says nothing about now; only a frame of after the return does.
      if (this.seen) this.away = this.number;
      if (this.seen) this.looked();
      else if (document.hidden) this.say(this.texts.hidden, "end");
    });
    const watched = setInterval(() => this.watch(), 500);
    this.off.push(() => clearInterval(watched));
  }

  key(event) {
    const at = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable) return;
    if (event.key === " " && at.tagName === "BUTTON") return;
    const key = event.key.toLowerCase();
    if (key === "m") this.mute();
    else if (key === "+" || key === "-") this.louder(key === "+" ? 0.1 : -0.1);
    else if (key === "f") this.fullScreen();
    else if (key === "escape" && this.find("stage").classList.contains("filled")) fill(this.find("stage"), false);
    else if (key === "c" || (key === " " && !this.on)) this.start.click();
    else if (CODES[key] && this.on) this.ask(CODES[key]);
    else return;
    event.preventDefault();
  }

  fullScreen() {
    const stage = this.find("stage");
    if (document.fullscreenElement) document.exitFullscreen();
    else if (stage.classList.contains("filled")) fill(stage, false);
    else if (stage.requestFullscreen) stage.requestFullscreen().catch(() => fill(stage, true));
    else fill(stage, true);
  }

  mute() {
    this.speaker.set.muted = !this.speaker.set.muted;
    if (this.speaker.set.muted) window.speechSynthesis?.cancel();
    this.keep();
  }

  louder(step) {
    this.speaker.set.volume = Math.min(1, Math.max(0.1, this.speaker.set.volume + step));
    this.keep();
  }

  keep() {
    keepSettings(this.speaker);
    this.draw();
  }

  say(text, level, interrupts = false) {
    speak(this.speaker, { text, level, interrupts }, this.data.language);
  }

  ask(command) {
    this.link?.ask(command);
  }

  filmNow() {
    this.put("problem", "");
    if (this.asked.checked && this.on && this.stream) this.film.start(this.stream);
    else this.film.stop();
  }

  // -- camera, finder and connection

  async begin(camera) {
    if (this.on) return;
    this.on = true;
    this.problem = "";
    this.reset();
    this.draw();
    // A sound is allowed only after a person has asked for something.
    audioOf(this.speaker);
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new DOMException(this.texts.insecure, "insecure");
      const wanted = { ...this.data.camera, ...(camera ? { deviceId: { exact: camera } } : {}) };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch (error) {
      return this.stop(this.texts.cameras[error.name] ?? this.texts.cameras.other);
    }
    if (!this.on) return this.release();
    for (const track of this.stream.getTracks()) {
      track.addEventListener("ended", () => this.on && this.stop(this.texts.cameras.ended));
    }
    this.filmNow();
    this.awake();
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => {});
    this.list();
    this.paceAnew();
    this.alive();
    this.finder ??= new Finder(this.light ? { ...this.data.at, model: this.data.at.lite } : this.data.at, {
      found: (marks, time_ms, code) => this.found(marks, time_ms, code),
      around: (what) => this.around(what),
      alone: () => this.alone(),
      path: (way, delegate) => this.path(way, delegate),
      coming: (bytes) => this.coming(bytes),
      coding: () => this.draw(),
      gaveUp: (why) => this.gaveUp(why),
    });
    if (this.finder.way) this.path(this.finder.way, this.finder.delegate);
    // The one before may still wait for its set's result; it is told on this one.
    this.leaving?.close();
    this.checked = 0;
    this.connect();
    this.asked_ms = performance.now();
    this.tell("playing", true);
    this.measured();
    // The person steps back now; a moment later the page has moved its notices below the picture.
    for (const wait_ms of [0, 1500]) {
      setTimeout(() => this.on && this.find("stage").scrollIntoView({ block: "start" }), wait_ms);
    }
    this.next();
  }

  connect() {
    const link = new Link(this.data.at.link, this.data.ticket, {
      answer: (what) => this.answer(what, link),
      state: (name, why) => {
        if (link !== this.link) return;
        if (name === "open") this.ask(this.light ? "light" : "exact");
        if (name === "open" && this.film.said) this.ask(this.film.said);
        this.connection(name, why);
      },
    });
    this.link = link;
  }

  // A phone two metres away would go dark in the middle of a set. Browsers let go of it when the page is hidden.
  async awake() {
    const lock = await navigator.wakeLock?.request("screen").catch(() => null);
    this.lock?.release();
    this.lock = lock;
    if (!this.on) this.release();
  }

  release() {
    this.lock?.release();
    this.lock = null;
    this.film.stop();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  stop(problem = "") {
    const was = this.on;
    this.on = false;
    this.problem = problem;
    this.release();
    // The set ends as where a camera stops; its result is awaited before the connection closes.
    this.ask("stop");
    const link = this.link;
    this.link = null;
    if (link) {
      this.leaving = link;
      setTimeout(() => link.close(), LEAVING_MS);
    }
    this.marks = null;
    if (problem) this.say(problem, "end");
    this.reset();
    if (was) this.tell("playing", false);
  }

  // Once the camera is off, the result stands at the top of the page; it comes a moment later.
  toResult() {
    const ancestors = [];
    for (let one = this.root.host ?? this.root; one; one = one.parentElement) ancestors.push(one);
    for (const wait_ms of [0, 1500]) {
      setTimeout(() => this.on || ancestors.forEach((one) => one.scrollTop && one.scrollTo({ top: 0 })), wait_ms);
    }
  }

  swap() {
    const camera = this.cameras.value;
    this.release();
    this.on = false;
    this.ask("stop");
    this.link?.close();
    this.begin(camera);
  }

  async list() {
    const found = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    this.cameras.replaceChildren(...found.map((one) => made("option", { value: one.deviceId, textContent: one.label })));
    this.cameras.value = this.stream?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
    this.cameras.hidden = found.length < 2;
  }

  next() {
    // What was asked for before the camera was stopped comes with the next one's first picture.
    const chain = (this.chain = {});
    const wait = () => {
      if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(again);
      else requestAnimationFrame(again);
    };
    const again = () => {
      if (!this.on || chain !== this.chain) return;
      if (this.fresh()) this.picture();
      wait();
    };
    wait();
  }

  // Older browsers do not tell of each picture; the same one again would be somebody who stands still.
  fresh() {
    if (this.video.requestVideoFrameCallback) return true;
    const count = this.video.getVideoPlaybackQuality?.().totalVideoFrames || this.video.currentTime;
    const fresh = count !== this.pictures;
    this.pictures = count;
    return fresh;
  }

  // Where a video becomes no bitmap, as in older browsers, it is drawn.
  async taken() {
    if (!this.finder.drawn) {
      try {
        const picture = await createImageBitmap(this.video);
        this.unmade = 0;
        return picture;
      } catch (error) {
        this.unmade = (this.unmade ?? 0) + 1;
        if (this.unmade >= UNMADE && this.video.readyState >= 2) this.finder?.useDrawings(String(error?.message ?? error));
        throw error;
      }
    }
    const { videoWidth: width, videoHeight: height } = this.video;
    this.drawing ??= document.createElement("canvas");
    if (this.drawing.width !== width || this.drawing.height !== height) Object.assign(this.drawing, { width, height });
    this.drawing.getContext("2d").drawImage(this.video, 0, 0, width, height);
    return this.drawing;
  }

  async picture() {
    const now = performance.now();
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!this.finder?.free || !width || now - this.asked_ms < this.data.every_ms - 4) return;
    this.asked_ms = now;
    const { finder } = this;
    finder.busy = true;
    try {
      const { place } = finder;
      const picture = await this.taken();
      this.size = [width, height];
      // Another one may have taken its place by now, and may not be ready.
      if (finder === this.finder && place === finder.place) finder.find(picture, now);
      else picture.close?.();
    } catch {
      finder.busy = false;
    }
  }

  found(marks, time_ms, code) {
    if (!this.on) return;
    this.marks = marks;
    this.number += 1;
    const [width, height] = this.size;
    this.link?.send({ time_s: time_ms / 1000, number: this.number, width, height, marks, code });
    this.waiting_ms ??= performance.now();
    this.seen = true;
    this.alive();
    (this.sent ??= new Map()).set(this.number, time_ms);
    if (this.sent.size > MOST_TOOK) this.sent.delete(this.sent.keys().next().value);
    this.picture_();
    this.faster();
    this.paced(performance.now());
    // Only before a set has been measured, and after it: in a stretch both hands may be up.
    const waiting = this.now.phase === "over" || (this.now.phase === "guide" && (this.now.step?.[0] ?? 0) < 3);
    if (this.hands.held(waiting ? marks : null, performance.now())) this.handsUp();
  }

  around(what) {
    if (!this.on) return;
    this.link?.around(what);
    const others = this.others || what.people !== null;
    const camera = what.background !== null;
    if (others === this.others && camera === this.camera) return;
    Object.assign(this, { others, camera });
    this.draw();
  }

  // Nobody looks at what is around, or no longer.
  alone() {
    if (!this.others && !this.camera) return;
    this.others = this.camera = false;
    this.draw();
  }

  // What is noticed of the surroundings, said because a reading rests on it.
  noticed() {
    const { texts } = this;
    if (!this.on || !this.checked) return "";
    const alone = this.finder?.coding === null ? texts.noCodes : "";
    return [this.others ? "" : texts.noOthers, this.camera ? "" : texts.noCamera, alone].filter(Boolean).join(" ");
  }

  // A first visit fetches some 20 MB; it is said now and then, because it is read to those who do not see it.
  coming(bytes) {
    const now = performance.now();
    const { sizes, build, model } = this.finder.at;
    const all = sizes[build] + sizes[model];
    if (!all || now - (this.coming_ms ?? -COMING_MS) < COMING_MS) return;
    this.coming_ms = now;
    const share = Math.min(99, Math.floor((100 * bytes) / all));
    const number = new Intl.NumberFormat(this.data.language, { maximumFractionDigits: 0 });
    this.comingText = this.texts.coming.replace("{share}", share).replace("{all}", number.format(all / 1e6));
    this.draw();
  }

  path(way, delegate) {
    this.comingText = "";
    this.others = this.camera = false;
    this.pathText = this.texts.paths[`${way}-${delegate}`] ?? this.texts.paths[way];
    this.alive();
    this.draw();
  }

  gaveUp(why) {
    console.warn(`posecheck: the pose cannot be found in this browser: ${why}`);
    this.leave("cannot");
  }

  // The person may stand two metres away, and the camera is off now.
  leave(why) {
    this.stop(this.texts.left[why]);
    this.finder?.stop();
    this.finder = null;
    this.tell("path", why);
  }

  async measured() {
    for (let i = 0; this.on && this.data.compare && !this.server_ms && i < 20; i += 1) {
      await new Promise((done) => setTimeout(done, 1000));
      this.server_ms = await fetch(this.data.at.speed).then((answer) => answer.json()).then(({ ms }) => ms, () => null);
    }
  }

  // The move is shown until the set begins; then the person looks at themselves.
  move() {
    const place = this.find("move");
    place.hidden = !this.data.move || !["off", "guide"].includes(this.now.phase) || Boolean(this.problem);
    if (place.hidden || document.hidden) return;
    place.setAttribute("aria-label", this.texts.move);
    drawMove(place, this.data.move, performance.now());
  }

  handsUp() {
    if (document.fullscreenElement) document.exitFullscreen();
    else fill(this.find("stage"));
  }

  paceAnew() {
    this.pace.reset();
    this.few = "";
    if (!this.light) this.paceText = "";
  }

  paced(now) {
    if (document.hidden) return;
    const slow = this.pace.slow(now);
    // The lighter model may be too slow as well.
    const few = this.pace.few(now);
    if (few && this.pace.told && this.data.served && this.finder.turn() > BUSY_MS) this.served = true;
    this.lively(few ? this.texts.pace.few.replace("{n}", this.rate(now)) : "");
    if (this.light) return;
    if (this.pace.recovered(now)) {
      this.paceText = "";
      this.served = false;
      this.draw();
    }
    if (!slow) return;
    const { pace } = this.texts;
    const rate = this.rate(now);
    const busy = this.finder.turn() > BUSY_MS;
    if (busy && this.data.at.lite && lighterAllowed()) return this.lighter(true);
    const help = busy ? (this.data.at.lite ? pace.offer : pace.close) : "";
    this.paceText = `${(busy ? pace.slow : pace.dark).replace("{n}", rate)} ${help}`.trim();
    this.offered = busy && Boolean(this.data.at.lite);
    this.say(this.paceText, "end");
    this.draw();
  }

  rate(now) {
    const rate = this.pace.rate(now);
    const digits = rate < 3 ? 1 : 0;
    return rate.toLocaleString(this.data.language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  // Who stands two metres away sees in the picture how few are looked at.
  lively(few) {
    if (few === this.few) return;
    this.few = few;
    this.draw();
  }

  // A set that is on is ended and kept, and a new start position is measured: the models' landmarks differ.
  lighter(on) {
    lighterAllowed(on);
    this.light = on;
    this.offered = on;
    this.paceText = on ? this.texts.pace.taken : "";
    this.pace.reset();
    this.finder?.use(on ? this.data.at.lite : this.data.at.model);
    this.ask(on ? "light" : "exact");
    if (["running", "paused"].includes(this.now.phase)) this.ask("again");
    if (on) this.say(this.paceText, "end");
    this.draw();
  }

  // On one's own machine the faster path is taken; both were measured there. server_ms is known nowhere else.
  faster() {
    const server_ms = this.server_ms;
    // A set that has begun goes on where it is.
    if (!server_ms || !this.finder.compared || this.number > STARTED || !["off", "guide"].includes(this.now.phase)) return;
    const here_ms = this.finder.typical();
    if (here_ms > TOO_SLOW_MS && here_ms > 2 * server_ms) this.leave("slow");
  }

  // -- what the server says

  answer(what, link) {
    if (what.kept) {
      this.tell("kept", (this.kept = (this.kept ?? 0) + what.kept));
      if (!this.on) this.toResult();
    }
    if (!this.on || link !== this.link) return;
    if (what.problem) return this.stop(what.problem);
    for (const saying of what.say ?? []) speak(this.speaker, saying, this.data.language);
    if (what.sets > (this.now.sets ?? 0)) this.events = [];
    this.events.push(...(what.events ?? []));
    this.events = this.events.slice(-EVENTS);
    if (what.n) {
      (this.delays ??= []).push(performance.now() - (this.sent?.get(what.n) ?? NaN));
      if (this.delays.length > MOST_TOOK) this.delays.shift();
      this.checked = what.n;
      if (!document.hidden && what.n > this.away) this.away = Infinity;
      this.waiting_ms = this.number > what.n ? performance.now() : null;
      this.held = what.held ?? 0;
    }
    if (what.gauges) {
      this.gauges = what.gauges.map(gaugeOf);
      this.find("gauges").replaceChildren(...this.gauges.map((one) => one.root));
    }
    Object.assign(this.now, what);
    this.draw();
  }

  connection(name, why) {
    if (name === "over") return this.on && this.stop(this.texts.over[why]);
    const lost = name === "lost";
    if (lost === Boolean(this.lost) || !this.on) return;
    this.lost = lost;
    this.say(lost ? this.texts.lost : this.texts.back, lost ? "end" : "go", lost);
    this.draw();
  }

  // Pictures are looked at again, or begin to be: from now on it counts how long none has been.
  alive() {
    this.alive_ms = performance.now();
  }

  // An answer that does not come is a lost connection too, whatever the network says.
  watch() {
    if (!this.on || !this.link) return;
    this.looked();
    if (!this.checked) return;
    const silent = this.waiting_ms !== null && performance.now() - this.waiting_ms > SILENT_MS;
    if (silent && !document.hidden) this.connection("lost");
    else if (this.lost && !silent && this.link.ready) this.connection("open");
  }

  // What was judged last says nothing about now where no picture is looked at.
  looked() {
    const blind = this.blindBy();
    if (blind === this.blind) return;
    this.blind = blind;
    // A time without pictures is no slow machine.
    this.paceAnew();
    this.say(this.texts[blind || "seen"], blind ? "end" : "go", Boolean(blind));
    if (blind) drawSkeleton(this.canvas, (this.marks = null), [], this.data);
    this.draw();
  }

  blindBy() {
    if (this.away < Infinity) return "hidden";
    if (document.hidden || !(performance.now() - this.alive_ms > SILENT_MS)) return "";
    if (this.finder?.free) return "noPicture";
    return this.seen ? "noFinder" : "";
  }

  // -- what is shown

  picture_() {
    const [width, height] = this.size;
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    drawSkeleton(this.canvas, this.marks, this.lost ? [] : this.now.limbs, this.data);
    drawRing(this.canvas, this.marks, this.held, this.data);
  }

  shown() {
    const { now, texts } = this;
    if (this.problem) return { level: -1, title: texts.problem, text: this.problem };
    if (!this.on) return { level: -1, title: texts.ready, text: texts.readyText };
    if (this.lost) return { level: -1, title: texts.lostTitle, text: texts.lost };
    if (this.blind) return { level: -1, title: texts.blindTitle, text: [texts[this.blind], this.comingText].join(" ").trim() };
    if (now.phase === "off") return { level: -1, title: texts.starting, text: this.comingText || texts.startingText };
    // A warning holds, however few pictures are looked at; praise does not.
    if (this.few && now.phase === "running" && now.level <= 0) return { level: -1, title: this.few, text: texts.pace.unsure };
    return now;
  }

  draw() {
    const { now, texts } = this;
    const state = this.shown();
    const [paper, ink] = this.data.strip[state.level];
    const head = this.find("head");
    head.style.background = paper;
    head.style.color = ink;
    head.dataset.level = state.level;
    this.find("sign").textContent = this.data.signs[state.level];
    this.find("stage").style.setProperty("--edge", state.level >= 2 ? paper : ink);
    this.put("large", state === now ? now.large : "");
    this.put("title", state.title);
    // Where the large words say it already, the title is for those who have it read to them.
    this.find("title").classList.toggle("said", this.find("large").textContent === state.title?.toUpperCase());
    this.put("text", state.text);
    const whole = Math.floor(now.clock ?? 0); // whole seconds first: 59.6 s are 0:59, not 0:60
    const clock = state === now && now.clock != null ? `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}` : "";
    this.put("aside", [state === now ? now.aside : "", clock].filter(Boolean).join(" · "));
    this.find("stage").classList.toggle("stale", Boolean(this.lost || this.blind));
    this.find("gauges").hidden = !(this.on && now.phase === "running");
    now.values?.forEach((value, i) => this.gauges[i] && drawGauge(this.gauges[i], value, this.data));
    this.steps();
    const hold = now.hold ? texts.hold.replace("{held}", now.hold[0].toFixed(0)) : "";
    this.put("badge", this.on && now.phase === "running" ? [now.side, hold].filter(Boolean).join(" · ") : "");
    const judging = this.on && now.phase === "running";
    const counts = (judging && now.counts) || [];
    this.count(counts);
    const ring = this.find("ring");
    ring.hidden = !(judging && now.hold && now.hold[1]);
    if (!ring.hidden) {
      ring.style.setProperty("--share", Math.min(1, now.hold[0] / now.hold[1]));
      ring.firstChild.textContent = now.hold[0].toFixed(0);
    }
    // A phone has no keys.
    const keyed = matchMedia("(any-pointer: fine)").matches;
    this.put("keys", keyed ? `${texts.keys} · ${texts.hands}` : texts.hands);
    this.put("path", [this.pathText || texts.private, this.on ? texts.checked.replace("{n}", this.checked ?? 0) : "", this.noticed()].filter(Boolean).join(" · "));
    const tenths = (s) => s.toLocaleString(this.data.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    this.find("events").replaceChildren(...this.events.map(([from, to, level, kind]) =>
      made("li", { textContent: `${tenths(from)}–${tenths(to)} s · ${texts.levels[level]} · ${kind}` })));
    this.buttons();
    const pace = this.find("pace");
    pace.hidden = !(this.on && this.paceText);
    pace.firstElementChild.textContent = this.paceText ?? "";
    const [lighter, served] = pace.querySelectorAll("button");
    lighter.hidden = !this.offered;
    lighter.textContent = this.light ? texts.pace.back : texts.pace.use;
    served.hidden = !this.served;
    served.textContent = texts.pace.served;
    if (!this.on) drawSkeleton(this.canvas, null, [], this.data);
  }

  put(name, text) {
    const place = this.find(name);
    if (place.textContent !== text) place.textContent = text ?? "";
    place.hidden = !text;
  }

  count(counts) {
    const place = this.find("counts");
    place.hidden = !counts.length;
    if (place.dataset.told === JSON.stringify(counts)) return;
    place.dataset.told = JSON.stringify(counts);
    place.replaceChildren(...counts.flatMap(([side, count, done, note]) => [
      made("span", { className: done ? "done" : "", textContent: `${side} ${count}${done ? " ✓" : ""}`.trim() }),
      ...(note ? [made("small", { textContent: note })] : []),
    ]));
  }

  steps() {
    const { now } = this;
    const list = this.find("steps");
    list.hidden = !(this.on && now.phase === "guide" && now.step);
    if (list.hidden) return;
    list.replaceChildren(...this.texts.steps.map((text, i) => {
      const state = i < now.step[0] ? "done" : i === now.step[0] ? "now" : "later";
      return made("li", { className: state, style: `--share:${state === "now" ? now.step[1] : 0}`, textContent: text });
    }));
  }

  buttons() {
    const { now, texts } = this;
    const phase = this.on ? now.phase : "off";
    const can = {
      toggle: { running: texts.pause, paused: texts.goOn, over: texts.nextSet }[phase],
      skip: phase === "guide" && now.step?.[0] > 1 ? texts.skip : null,
      end: ["running", "paused"].includes(phase) ? texts.end : null,
      again: ["running", "paused"].includes(phase) ? texts.again : null,
    };
    this.start.textContent = this.on ? texts.stop : texts.start;
    for (const [name, button] of Object.entries(this.commands)) {
      button.hidden = !can[name];
      if (can[name]) button.textContent = can[name];
    }
    showVoice({ button: this.voice, test: this.test, note: this.find("note") }, this.speaker, texts, this.data.language);
    const quiet = { true: texts.muted, false: lacking(this.data.language) === "none" ? texts.tonesOnly : "" }[this.speaker.set.muted];
    this.put("quiet", this.on ? [quiet, this.few].filter(Boolean).join("\n") : "");
    this.volume.value = String(this.speaker.set.volume);
    this.volume.setAttribute("aria-label", texts.volume);
  }

  end() {
    for (const stop of this.off) stop();
    if (this.on) this.stop();
    this.finder?.stop();
    this.finder = null;
    this.film.forget();
  }
}

export default function ({ parentElement, data, setTriggerValue }) {
  const live = (parentElement.posecheckLive ??= new Live(parentElement, data));
  live.update(data);
  live.tell = (name, value) => setTriggerValue(name, value);
  live.draw();
  return () => {
    live.end();
    parentElement.posecheckLive = null;
  };
}
