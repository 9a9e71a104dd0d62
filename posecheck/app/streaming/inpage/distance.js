// For somebody two metres away: the move is drawn before it begins, a slow machine is noticed, and the picture fills the
// window by a key or by both hands.
const LEAST_RATE = 10;
// Below this no repetitions are counted, and much can happen between two pictures.
const COUNTED_RATE = 5;
const SLOW_FOR_MS = 4000;
const RATE_MS = 2000;
const BUSY_MS = 80;
const BOTH_MS = 1200;
const ALLOWED = "posecheck-lighter";
const NOSE = 0;
const TRUNK = [11, 12, 23, 24];
const WRISTS = [15, 16];
const MOST_AWAY_MS = 400;

// Pictures a second that the pose was found in, and since when they are too few.
class Pace {
  constructor() {
    this.reset();
  }

  reset() {
    this.times = [];
    this.first = this.since = this.good = this.last = null;
    this.told = false;
  }

  rate(now) {
    this.times = this.times.filter((one) => now - one <= RATE_MS);
    return (1000 * this.times.length) / RATE_MS;
  }

  // True while so few are looked at that nobody can be told that they move well.
  few(now) {
    const known = this.first !== null && now - this.first >= RATE_MS;
    return (this.isFew = known && this.rate(now) < COUNTED_RATE + (this.isFew ? 1 : 0));
  }

  // True once, when it has been too slow for some seconds on end.
  slow(now) {
    // A time without any pictures, as of a hidden page or a computer that slept, is no slow machine.
    if (this.last !== null && now - this.last > RATE_MS) {
      this.times = [];
      this.first = this.since = this.good = null;
    }
    this.last = now;
    this.times.push(now);
    this.first ??= now;
    if (now - this.first < RATE_MS) return false;
    if (this.rate(now) >= LEAST_RATE) {
      this.since = null;
      this.good ??= now;
    } else {
      this.since ??= now;
      this.good = null;
    }
    if (this.told || this.since === null || now - this.since < SLOW_FOR_MS) return false;
    this.told = true;
    return true;
  }

  // True once, when it was told and has been fast enough again for as long.
  recovered(now) {
    if (!this.told || this.good === null || now - this.good < SLOW_FOR_MS) return false;
    this.told = false;
    return true;
  }
}

// Both hands clear above the head: no way to begin or to end a set, and no part of a stretch before one has begun.
class BothHands {
  up(marks) {
    if (!marks) return false;
    const [x, y, seen] = [(i) => marks[6 * i], (i) => marks[6 * i + 1], (i) => marks[6 * i + 5] >= SEEN];
    const [left, right, hip, other] = TRUNK;
    if (![NOSE, ...TRUNK, ...WRISTS].every(seen)) return false;
    const middle = (of, a, b) => (of(a) + of(b)) / 2;
    const trunk = Math.hypot(middle(x, left, right) - middle(x, hip, other), middle(y, left, right) - middle(y, hip, other));
    return WRISTS.every((wrist) => y(wrist) < y(NOSE) - 0.3 * trunk);
  }

  // True once for each time they go up, when they were up long enough.
  held(marks, now) {
    if (this.up(marks)) {
      this.since ??= now;
      this.seen = now;
    } else if (this.since !== undefined && now - this.seen > MOST_AWAY_MS) {
      this.since = undefined;
      this.told = false;
    }
    if (this.since === undefined || this.told || now - this.since < BOTH_MS) return false;
    this.told = true;
    return true;
  }
}

// A page may fill the screen only just after a key or a click; a hand fills the window, which needs no leave. A popover
// lies above everything else of the page.
function fill(stage, on = !stage.classList.contains("filled")) {
  stage.classList.toggle("filled", on);
  if (!stage.showPopover) return;
  if (on) {
    stage.popover = "manual";
    stage.showPopover();
  } else {
    stage.removeAttribute("popover");
  }
}

function lighterAllowed(set) {
  try {
    if (set !== undefined) localStorage.setItem(ALLOWED, set ? "1" : "");
    return localStorage.getItem(ALLOWED) === "1";
  } catch {
    return false;
  }
}

// The move as a drawn figure, to the target and back, waiting at both ends; still where motion is unwelcome.
const MOVE_MS = 2600;
const WAIT_MS = 900;

function drawMove(canvas, { frames, bones }, now) {
  const { width, height } = canvas;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const at = now % (2 * (MOVE_MS + WAIT_MS));
  const way = at < MOVE_MS + WAIT_MS ? Math.min(at / MOVE_MS, 1) : 1 - Math.min((at - MOVE_MS - WAIT_MS) / MOVE_MS, 1);
  const place = still ? frames.length - 1 : way * (frames.length - 1);
  const [one, other] = [frames[Math.floor(place)], frames[Math.ceil(place)]];
  const edge = 0.1 * Math.min(width, height);
  const most = Math.max(...frames.flat());
  const scale = (Math.min(width, height) - 2 * edge) / most;
  const [wide, high] = [0, 1].map((axis) => Math.max(...frames.flatMap((all) => all.filter((_, i) => i % 2 === axis))));
  const joint = (i) => {
    const value = (k) => one[k] + (other[k] - one[k]) * (place % 1);
    return [(width - wide * scale) / 2 + value(2 * i) * scale, (height - high * scale) / 2 + value(2 * i + 1) * scale];
  };
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = context.fillStyle = "#f5f7fa";
  context.lineWidth = width / 22;
  for (const [a, b] of bones) {
    context.beginPath();
    context.moveTo(...joint(a));
    context.lineTo(...joint(b));
    context.stroke();
  }
  const [x, y] = joint(0);
  const [left, right] = [joint(1), joint(2)];
  context.beginPath();
  context.moveTo((left[0] + right[0]) / 2, (left[1] + right[1]) / 2);
  context.lineTo(x, y);
  context.stroke();
  context.beginPath();
  context.arc(x, y, width / 15, 0, 7);
  context.fill();
}
