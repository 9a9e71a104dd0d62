// The body code: what the network's inner layers see of the person, as a few numbers. The web build's image embedder runs
// the first half of the network; crop, encoder and pace do the same as capture/pose/coding/ does on the server.
const CODE = 32;
const SQUARE_PX = 256;
const ROOM = 1.25;
const HIPS = [23, 24];
const INNER = [64, 144];
const WHOLE = 127;
const MOST_PER_S = 6.3;
const TIMED = 12;

// Where the square around the person lies: its centre and half its side, pixels of the picture.
function squareOf(marks, width, height) {
  const at = (i) => [marks[i * NUMBERS] * width, marks[i * NUMBERS + 1] * height];
  const [left, right] = HIPS.map(at);
  const [x, y] = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
  let reach = 0;
  for (let i = 0; i < LANDMARKS; i += 1) reach = Math.max(reach, Math.hypot(at(i)[0] - x, at(i)[1] - y));
  return { x, y, half: Math.max(ROOM * reach, 1) };
}

// Straight between four pixels, black beyond the picture, as OpenCV does it. data: RGBA of a part of the picture that
// begins at left and top; out: RGBA of the square, which rounds what is put into it.
function cutOut({ data, left, top, width, height }, { x, y, half }, mirrored, out) {
  const step = (2 * half) / SQUARE_PX;
  const within = (row, column) => row >= 0 && column >= 0 && row < height && column < width;
  for (let v = 0; v < SQUARE_PX; v += 1) {
    const py = y - half + step * v - top;
    const row = Math.floor(py);
    const low = py - row;
    for (let u = 0; u < SQUARE_PX; u += 1) {
      const px = x - half + step * u - left;
      const column = Math.floor(px);
      const far = px - column;
      const to = 4 * (v * SQUARE_PX + (mirrored ? SQUARE_PX - 1 - u : u));
      const from = 4 * (row * width + column);
      const [a, b] = [within(row, column), within(row, column + 1)];
      const [c, d] = [within(row + 1, column), within(row + 1, column + 1)];
      for (let i = 0; i < 3; i += 1) {
        const [p, q] = [a ? data[from + i] : 0, b ? data[from + 4 + i] : 0];
        const [r, s] = [c ? data[from + 4 * width + i] : 0, d ? data[from + 4 * width + 4 + i] : 0];
        const upper = p + far * (q - p);
        out[to + i] = upper + low * (r + far * (s - r) - upper);
      }
      out[to + 3] = 255;
    }
  }
  return out;
}

class Encoder {
  // weights: Float32Array of cell (144, r), its r biases, code (64 r, 32), and its 32 biases.
  constructor(weights) {
    const [cells, channels] = INNER;
    const r = (weights.length - CODE) / (channels + 1 + cells * CODE);
    if (!Number.isInteger(r)) throw new Error("these are no encoder's weights");
    let at = 0;
    [this.cell, this.cellBias, this.code, this.codeBias] = [channels * r, r, cells * r * CODE, CODE].map((count) => {
      at += count;
      return weights.subarray(at - count, at);
    });
    this.r = r;
  }

  // map: 64 x 144 numbers.
  encode(map) {
    const { r } = this;
    const [cells, channels] = INNER;
    const sums = Float64Array.from(this.codeBias);
    for (let cell = 0; cell < cells; cell += 1) {
      for (let j = 0; j < r; j += 1) {
        let part = this.cellBias[j];
        for (let c = 0; c < channels; c += 1) part += map[cell * channels + c] * this.cell[c * r + j];
        part /= 1 + Math.exp(-Math.max(part, -60));
        for (let k = 0; k < CODE; k += 1) sums[k] += part * this.code[(cell * r + j) * CODE + k];
      }
    }
    return Int8Array.from(sums, (sum) => Math.round(WHOLE * Math.tanh(sum)));
  }
}

// Says which part is computed now: false for the picture, true for its mirror image; both for somebody new.
class CodePace {
  due(square, time_ms) {
    const before = this.square;
    this.square = square;
    if (!square) return [];
    // Somebody who is far from where the last one was is another person: the finder follows one, and no leap.
    if (!before || Math.hypot(square.x - before.x, square.y - before.y) > before.half) {
      this.time_ms = time_ms;
      this.mirrored = false;
      return [false, true];
    }
    const gone = time_ms - this.time_ms;
    if (gone >= 0 && gone < 1000 / MOST_PER_S) return [];
    this.time_ms = time_ms;
    this.mirrored = !this.mirrored;
    return [this.mirrored];
  }
}

// at: addresses of the network and of the encoder's weights, its version, and the most milliseconds that a code may take.
async function loadCoding(bundle, at, build, ended) {
  const answer = await fetch(at.weights);
  if (!answer.ok) throw new Error("the encoder is not here");
  const encoder = new Encoder(new Float32Array(await answer.arrayBuffer()));
  const files = await bundle.FilesetResolver.forVisionTasks(build);
  const canvas = new OffscreenCanvas(1, 1);
  const embedder = await bundle.ImageEmbedder.createFromOptions(files, {
    baseOptions: { modelAssetPath: at.network, delegate: "CPU" },
    runningMode: "IMAGE",
    l2Normalize: false,
    quantize: false,
    canvas,
  });
  const coding = new Coding(embedder, encoder, at, ended);
  canvas.addEventListener("webglcontextlost", () => coding.end());
  return coding;
}

class Coding {
  constructor(embedder, encoder, at, ended) {
    this.embedder = embedder;
    this.encoder = encoder;
    this.version = parseInt(at.version, 16);
    this.most_ms = at.most_ms;
    this.ended = ended;
    this.pace = new CodePace();
    this.took = [];
    this.code = null;
  }

  // Brings the code up to date, for the frames that follow.
  update(picture, marks, time_ms) {
    if (!this.embedder) return;
    const square = marks && squareOf(marks, picture.width, picture.height);
    const due = this.pace.due(square, time_ms);
    if (!square || due.length > 1) this.code = null;
    if (!due.length) return;
    const began = performance.now();
    const part = this.around(picture, square);
    const numbers = new Int8Array(2 * CODE);
    if (this.code) numbers.set(this.code.numbers);
    this.square ??= new ImageData(SQUARE_PX, SQUARE_PX);
    for (const mirrored of due) {
      cutOut(part, square, mirrored, this.square.data);
      const map = this.embedder.embed(this.square).embeddings[0].floatEmbedding;
      numbers.set(this.encoder.encode(map), mirrored ? CODE : 0);
    }
    this.code = { version: this.version, numbers };
    this.time((performance.now() - began) / due.length);
  }

  // The pixels of the picture that the square covers.
  around(picture, { x, y, half }) {
    const [left, top] = [Math.max(0, Math.floor(x - half)), Math.max(0, Math.floor(y - half))];
    const width = Math.min(picture.width, Math.ceil(x + half) + 1) - left;
    const height = Math.min(picture.height, Math.ceil(y + half) + 1) - top;
    if (width < 1 || height < 1) return { data: [], left, top, width: 0, height: 0 };
    this.canvas ??= new OffscreenCanvas(1, 1);
    if (this.canvas.width < width || this.canvas.height < height) {
      Object.assign(this.canvas, { width: picture.width, height: picture.height });
    }
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(picture, left, top, width, height, 0, 0, width, height);
    return { data: context.getImageData(0, 0, width, height).data, left, top, width, height };
  }

  // Where it takes too long, the frames go on without: the landmarks come first.
  time(took) {
    this.took.push(took);
    if (this.took.length > TIMED) this.took.shift();
    // Of fewer, the middle says little: a browser that is still loading is slow for a moment.
    if (this.took.length < TIMED) return;
    if ([...this.took].sort((a, b) => a - b)[TIMED >> 1] > this.most_ms) this.end();
  }

  end() {
    const { embedder } = this;
    this.code = this.embedder = null;
    if (!embedder) return;
    this.ended();
    try {
      embedder.close();
    } catch (error) {
      // What has broken down may not close either.
      console.warn(`posecheck: the body codes did not close: ${error?.message ?? error}`);
    }
  }
}
