"use strict";
// The phone as an instrument: turn about the vertical since zero, lean and side-bend against gravity.
// Axes of the device: x to the right of the screen, y to its top, z out of it.
class Instrument {
  static ZERO_S = 1.0; // stillness that zeroes
  static STILL_DEG_S = 4.0; // fastest that counts as still then
  static GAP_S = 0.3; // a longer pause of the sensors loses the turn
  static LEARN_S = 10.0; // time in which a bias is learned while the phone hardly turns
  static CALM_DEG_S = 1.5; // slower than this on average, it hardly turns
  static GRAVITY_S = 1.0; // time in which the accelerometer corrects the vertical
  static AHEAD_S = 0.05; // from the sensor to the light of the screen

  constructor() {
    this.epoch = 0;
    this.zeroed = false;
    this.turn = 0;
    this.rate = 0;
    this.since = 0; // seconds since zero
    this.bias = [0, 0, 0];
    this.up = null;
    this.sign = 1;
    this.swapped = false; // whether alpha, beta, gamma are z, x, y, and not x, y, z
    this.misfit = [0, 0];
    this.calm = 0;
    this.still = [];
    this.last = null;
    this.before = null;
  }

  // Take a devicemotion event: accelerationIncludingGravity, rotationRate, timeStamp in milliseconds.
  motion(event) {
    const pull = event.accelerationIncludingGravity, rates = event.rotationRate;
    if (!pull || !rates || pull.x === null || rates.alpha === null) return;
    const time = event.timeStamp / 1000, passed = this.last === null ? 0 : time - this.last;
    this.last = time;
    const measured = [pull.x, pull.y, pull.z].map((v) => this.sign * v);
    const orders = [[rates.alpha, rates.beta, rates.gamma], [rates.beta, rates.gamma, rates.alpha]];
    if (passed > Instrument.GAP_S && this.zeroed) this.lose();
    if (passed > 0 && passed <= Instrument.GAP_S) this.compare(measured, orders, passed);
    this.before = measured;
    const raw = orders[this.swapped ? 1 : 0];
    if (!this.zeroed) this.wait(raw, measured, time);
    else if (passed > 0) this.step(raw, measured, Math.min(passed, Instrument.GAP_S));
  }

  // Browsers differ in the axes that alpha, beta and gamma mean: gravity shows which ones fit.
  compare(measured, orders, passed) {
    if (this.zeroed || this.before === null) return;
    orders.forEach((rates, i) => {
      const moved = cross(rates, this.before).map((v) => (-v * passed * Math.PI) / 180);
      const off = measured.reduce((sum, v, k) => sum + (v - this.before[k] - moved[k]) ** 2, 0);
      this.misfit[i] = 0.98 * this.misfit[i] + off;
    });
    const [first, second] = this.misfit;
    if (Math.max(first, second) > 0.5 && second < 0.5 * first) this.swapped = true;
    if (Math.max(first, second) > 0.5 && first < 0.5 * second) this.swapped = false;
  }

  // Wait for stillness, held upright.
  wait(raw, measured, time) {
    this.still.push([time, raw, measured]);
    while (this.still.length && this.still[0][0] < time - Instrument.ZERO_S) this.still.shift();
    const n = this.still.length;
    if (n < 15 || time - this.still[0][0] < 0.85 * Instrument.ZERO_S) return;
    const mean = (part) => [0, 1, 2].map((k) => this.still.reduce((sum, one) => sum + one[part][k], 0) / n);
    const bias = mean(1), pull = mean(2), size = Math.hypot(...pull);
    const fastest = Math.max(...this.still.map((one) => Math.hypot(...one[1].map((v, k) => v - bias[k]))));
    if (fastest > Instrument.STILL_DEG_S || Math.hypot(...bias) > 5 || Math.abs(pull[1]) < 0.7 * size) return;
    // Phones differ in the sign of gravity; held upright, it points to the top of the screen.
    if (pull[1] < 0) this.sign = -this.sign;
    this.up = pull.map((v) => (v / size) * (pull[1] < 0 ? -1 : 1));
    Object.assign(this, { bias, turn: 0, rate: 0, since: 0, calm: 0, zeroed: true, still: [], before: null });
    this.epoch ^= 1;
  }

  step(raw, measured, passed) {
    const spin = raw.map((v, k) => v - this.bias[k]);
    const turned = cross(spin, this.up).map((v) => (-v * passed * Math.PI) / 180);
    let up = this.up.map((v, k) => v + turned[k]);
    const size = Math.hypot(...measured);
    if (Math.abs(size - 9.81) < 1.5) {
      const share = Math.min(1, passed / Instrument.GRAVITY_S);
      up = up.map((v, k) => v + share * (measured[k] / size - v));
    }
    const length = Math.hypot(...up);
    this.up = up.map((v) => v / length);
    this.rate = spin.reduce((sum, v, k) => sum + v * this.up[k], 0);
    this.turn += this.rate * passed;
    this.since += passed;
    this.calm += Math.min(1, passed / 0.4) * (this.rate - this.calm);
    const quiet = Math.hypot(...spin) < 2 * Instrument.CALM_DEG_S && Math.abs(this.calm) < Instrument.CALM_DEG_S;
    if (quiet) this.bias = this.bias.map((v, k) => v + (spin[k] * passed) / Instrument.LEARN_S);
  }

  // Forget the turn: the sensors were away, as in a call or behind a locked screen.
  lose() {
    this.zeroed = false;
    this.still = [];
  }

  get lean() {
    return this.up ? (Math.atan2(-this.up[2], this.up[1]) * 180) / Math.PI : 0;
  }

  get side() {
    return this.up ? (Math.atan2(this.up[0], this.up[1]) * 180) / Math.PI : 0;
  }

  get quality() {
    if (!this.zeroed) return 3;
    const drift = 0.3 + 0.03 * this.since; // browsers round rates to 0.1 degrees a second
    return drift < 1 ? 0 : drift < 3 ? 1 : 2;
  }
}

function cross(a, b) {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

// The messages that a screen shows one after the other.
class Sender {
  static KINDS = ["lean", "side", "side", "lean", "side", "lean", "lean", "side",
                  "side", "lean", "side", "lean", "quality", "side", "side", "lean"]; // prettier-ignore

  constructor(instrument) {
    this.instrument = instrument;
    this.belt = false; // whether the phone is that at the pelvis
    this.count = 0;
    this.left = { lean: 0, side: 0 };
  }

  // Return the number of the next message, which will be shown for so many seconds.
  next(shown) {
    const { instrument } = this, kind = Sender.KINDS[this.count++ % Sender.KINDS.length];
    let slow = instrument.quality;
    if (kind !== "quality") {
      // What rounding takes away is given back by the next one.
      const wanted = instrument[kind] + this.left[kind];
      slow = marker.STEP_DEG * Math.round(wanted / marker.STEP_DEG);
      this.left[kind] = Math.min(Math.max(wanted - slow, -marker.STEP_DEG), marker.STEP_DEG);
    }
    const ahead = instrument.turn + instrument.rate * (Instrument.AHEAD_S + shown / 2);
    const turn = instrument.zeroed ? Math.min(Math.max(Math.round(ahead), -127), 127) : marker.UNKNOWN;
    return marker.number({ turn, epoch: instrument.epoch, kind, slow, belt: this.belt });
  }
}
