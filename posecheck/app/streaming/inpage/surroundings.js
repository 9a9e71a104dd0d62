// What is around the person: where the still background is, and who else is there. Numbers are sent, never a picture.
const GREY_PX = 160;
const CELLS = [5, 4];
const HALF = 4;
const NEAR_PX = 5;
const FAR_PX = 14;
const FEWEST = 8;
const LEAST_EDGE = 120;
const LIKE = 0.8;
const INLIER_PX = 1;
const MOVED_FAR = 0.1;
const LOST_MS = 500;
const ELSEWHERE = 1;
const CAMERA_MS = 200;
const LOOK_MS = 1000;
const LOOK_IN_COMPANY_MS = 400;

// Complex numbers as [re, im].
const times = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
const plus = ([a, b], [c, d]) => [a + c, b + d];
const minus = ([a, b], [c, d]) => [a - c, b - d];
const over = ([a, b], [c, d]) => {
  const size = c * c + d * d;
  return [(a * c + b * d) / size, (b * c - a * d) / size];
};
// The similarity p -> a p + b after another one.
const after = ([a, b], [c, d]) => [times(a, c), plus(times(a, d), b)];
const UNMOVED = [[1, 0], [0, 0]];

// Follows corners of the background from a key picture on; a blank wall has none, and then nothing is known.
class Background {
  constructor() {
    this.keyed = UNMOVED;
    this.key = null;
    this.corners = [];
  }

  // grey: Float32Array of the small picture; free(x, y): whether a pixel is away from the person.
  update(grey, width, height, free, time_ms) {
    if (!this.key || this.width !== width || this.height !== height) {
      if (this.key) this.keyed = after(this.last, this.keyed);
      this.setKey(grey, width, height, free);
      return this.corners.length ? this.told(this.keyed) : null;
    }
    if (!this.corners.length) {
      if (time_ms - this.tried_ms >= LOST_MS) this.setKey(grey, width, height, free, time_ms);
      return this.corners.length ? this.told(this.keyed) : null;
    }
    const step = this.step(grey, free, NEAR_PX) ?? this.step(grey, free, FAR_PX);
    if (!step) {
      this.lost_ms ??= time_ms;
      if (time_ms - this.lost_ms < LOST_MS) return null;
      const [a, b] = after(this.last, this.keyed);
      this.keyed = [a, plus(b, [ELSEWHERE, 0])];
      this.setKey(grey, width, height, free, time_ms);
      return null;
    }
    this.lost_ms = null;
    this.last = step;
    const whole = after(step, this.keyed);
    if (Math.hypot(...step[1]) + 0.6 * Math.hypot(step[0][0] - 1, step[0][1]) > MOVED_FAR) {
      this.keyed = whole;
      this.setKey(grey, width, height, free, time_ms);
    }
    return this.told(whole);
  }

  told([a, b]) {
    return [b[0], b[1], (Math.atan2(a[1], a[0]) * 180) / Math.PI, Math.hypot(...a)];
  }

  setKey(grey, width, height, free, time_ms = 0) {
    Object.assign(this, { key: grey, width, height, last: UNMOVED, lost_ms: null, tried_ms: time_ms });
    this.corners = [];
    for (let row = 0; row < CELLS[1]; row += 1) {
      for (let column = 0; column < CELLS[0]; column += 1) this.corners.push(...this.best(column, row, free));
    }
    if (this.corners.length < FEWEST) this.corners = [];
  }

  // The two points of a cell around which the picture changes most in every direction.
  best(column, row, free) {
    const { key, width, height } = this;
    const rim = HALF + FAR_PX;
    const [w, h] = [(width - 2 * rim) / CELLS[0], (height - 2 * rim) / CELLS[1]];
    const found = [];
    for (let y = Math.ceil(rim + row * h); y < rim + (row + 1) * h; y += 2) {
      for (let x = Math.ceil(rim + column * w); x < rim + (column + 1) * w; x += 2) {
        if (!free(x, y)) continue;
        let [xx, xy, yy] = [0, 0, 0];
        for (let v = y - 3; v <= y + 3; v += 1) {
          for (let u = x - 3; u <= x + 3; u += 1) {
            const at = v * width + u;
            const gx = key[at + 1] - key[at - 1];
            const gy = key[at + width] - key[at - width];
            xx += gx * gx;
            xy += gx * gy;
            yy += gy * gy;
          }
        }
        const edge = ((xx + yy) / 2 - Math.hypot((xx - yy) / 2, xy)) / 49;
        if (edge > LEAST_EDGE) found.push({ x, y, edge });
      }
    }
    found.sort((one, other) => other.edge - one.edge);
    const second = found.find((one) => Math.hypot(one.x - found[0].x, one.y - found[0].y) > 6);
    return [found[0], second].filter(Boolean);
  }

  // As a complex number from the picture's middle, in widths of the picture.
  point(x, y) {
    return [(x - this.width / 2) / this.width, (y - this.height / 2) / this.width];
  }

  step(grey, free, reach) {
    const pairs = [];
    let seen = 0;
    for (const { x, y } of this.corners) {
      const [gx, gy] = plus(times(this.last[0], this.point(x, y)), this.last[1]);
      const [cx, cy] = [Math.round(gx * this.width + this.width / 2), Math.round(gy * this.width + this.height / 2)];
      const rim = HALF + reach + 1;
      if (cx < rim || cy < rim || cx >= this.width - rim || cy >= this.height - rim || !free(cx, cy)) continue;
      seen += 1;
      const to = this.match(grey, x, y, cx, cy, reach);
      if (to) pairs.push([this.point(x, y), this.point(...to)]);
    }
    if (seen < FEWEST || pairs.length < FEWEST - 2) return null;
    return this.agreed(pairs, seen);
  }

  match(grey, x, y, cx, cy, reach) {
    const { key, width } = this;
    const size = (2 * HALF + 1) ** 2;
    const sums = (of, px, py) => {
      let [sum, squares] = [0, 0];
      for (let v = -HALF; v <= HALF; v += 1) {
        for (let u = -HALF; u <= HALF; u += 1) {
          const value = of[(py + v) * width + px + u];
          sum += value;
          squares += value * value;
        }
      }
      return [sum / size, Math.sqrt(Math.max(squares / size - (sum / size) ** 2, 1e-6))];
    };
    const [mean, spread] = sums(key, x, y);
    const likeness = (px, py) => {
      const [there, wide] = sums(grey, px, py);
      let product = 0;
      for (let v = -HALF; v <= HALF; v += 1) {
        for (let u = -HALF; u <= HALF; u += 1) product += key[(y + v) * width + x + u] * grey[(py + v) * width + px + u];
      }
      return (product / size - mean * there) / (spread * wide);
    };
    let [best, bx, by] = [-1, cx, cy];
    for (let v = -reach; v <= reach; v += 1) {
      for (let u = -reach; u <= reach; u += 1) {
        const like = likeness(cx + u, cy + v);
        if (like > best) [best, bx, by] = [like, cx + u, cy + v];
      }
    }
    if (best < LIKE) return null;
    const between = (before, after_) => {
      const bend = before - 2 * best + after_;
      return bend < 0 ? Math.min(0.5, Math.max(-0.5, (before - after_) / (2 * bend))) : 0;
    };
    return [
      bx + between(likeness(bx - 1, by), likeness(bx + 1, by)),
      by + between(likeness(bx, by - 1), likeness(bx, by + 1)),
    ];
  }

  // The similarity that most corners follow, or null where too few agree.
  agreed(pairs, seen) {
    const near = INLIER_PX / this.width;
    const kept = (a, b) => pairs.filter(([p, q]) => Math.hypot(...minus(plus(times(a, p), b), q)) < near);
    let most = [];
    for (let i = 0; i < pairs.length; i += 1) {
      for (let j = i + 1; j < pairs.length; j += 1) {
        const apart = minus(pairs[j][0], pairs[i][0]);
        if (Math.hypot(...apart) < 0.1) continue;
        const a = over(minus(pairs[j][1], pairs[i][1]), apart);
        const those = kept(a, minus(pairs[i][1], times(a, pairs[i][0])));
        if (those.length > most.length) most = those;
      }
    }
    if (most.length < Math.max(FEWEST - 2, seen / 2)) return null;
    const middle = (k) => over(most.map((pair) => pair[k]).reduce(plus), [most.length, 0]);
    const [mp, mq] = [middle(0), middle(1)];
    let [top, size] = [[0, 0], 0];
    for (const [p, q] of most) {
      const [dp, dq] = [minus(p, mp), minus(q, mq)];
      top = plus(top, times(dq, [dp[0], -dp[1]]));
      size += dp[0] * dp[0] + dp[1] * dp[1];
    }
    const a = over(top, [size, 0]);
    return [a, minus(mq, times(a, mp))];
  }
}

// Looks at one picture after the other; several: a landmarker of several people, null where there is none.
class Around {
  constructor() {
    this.background = new Background();
    this.several = null;
    this.camera_ms = this.look_ms = -Infinity;
    this.company = false;
  }

  // Returns what there is to tell, null where nothing is due.
  update(picture, marks, time_ms) {
    const camera = time_ms - this.camera_ms >= CAMERA_MS;
    const look = this.several && time_ms - this.look_ms >= (this.company ? LOOK_IN_COMPANY_MS : LOOK_MS);
    if (!camera && !look) return null;
    if (camera) {
      this.camera_ms = time_ms;
      this.place = this.located(picture, marks, time_ms);
    }
    let people = null;
    if (look) {
      this.look_ms = time_ms;
      people = this.several.detect(picture).landmarks.slice(0, 3).map((one) => one.flatMap((p) => [p.x, p.y, p.visibility ?? 0]));
      this.company = people.length > 1;
    }
    return { background: this.place, people, width: picture.width, height: picture.height };
  }

  located(picture, marks, time_ms) {
    const width = GREY_PX;
    const height = Math.max(32, Math.round((GREY_PX * picture.height) / picture.width));
    this.canvas ??= typeof OffscreenCanvas === "undefined" ? document.createElement("canvas") : new OffscreenCanvas(1, 1);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return null;
    context.drawImage(picture, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const grey = new Float32Array(width * height);
    for (let i = 0; i < grey.length; i += 1) grey[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
    return this.background.update(grey, width, height, away(marks, width, height), time_ms);
  }
}

// The set goes on where what is around cannot be told; the page then says so.
function lookAround(around, picture, marks, time_ms, tell) {
  try {
    const told = around.update(picture, marks, time_ms);
    if (told) tell({ around: told });
  } catch (error) {
    around.several = null;
    tell({ alone: true });
  }
}

// Whether a pixel is outside the box around the person, with a margin for hair, hands and shadow.
function away(marks, width, height) {
  if (!marks) return () => true;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < LANDMARKS; i += 1) {
    const [x, y] = [marks[i * NUMBERS] * width, marks[i * NUMBERS + 1] * height];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  const margin = 0.12 * Math.max(right - left, bottom - top) + HALF;
  return (x, y) => x < left - margin || x > right + margin || y < top - margin || y > bottom + margin;
}
