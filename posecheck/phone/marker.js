"use strict";
// What a marker says and how that becomes cells; the same as posecheck/capture/markers/phone/code.py, bit by bit.
const marker = (() => {
  const COLUMNS = 4, ROWS = 10, UNKNOWN = -128, STEP_DEG = 1.5, LEAN_ZERO = 32, SIDE_ZERO = 30, SIDE_MOST = 59;
  const GENERATOR = Array.from("100011000111011011101111", Number);
  const MASK = Array.from(0x9a3c5e71d2.toString(2).padStart(40, "0"), Number);
  const clip = (value, low, high) => Math.min(Math.max(value, low), high);
  // Halves go to the even neighbour, as in Python.
  const round = (value) => {
    const low = Math.floor(value), rest = value - low;
    return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
  };

  function number(message) {
    const turn = clip(message.turn, UNKNOWN, 127) - UNKNOWN;
    let slow = SIDE_MOST + 1 + clip(Math.trunc(message.slow), 0, 3);
    if (message.kind !== "quality") {
      const [zero, most] = message.kind === "lean" ? [LEAN_ZERO, 63] : [SIDE_ZERO, SIDE_MOST];
      slow = clip(round(message.slow / STEP_DEG) + zero, 0, most);
    }
    return ((message.belt ? 1 : 0) << 16) | (turn << 8) | ((message.epoch & 1) << 7) | ((message.kind === "lean" ? 0 : 1) << 6) | slow;
  }

  function word(value) {
    // The first bit says which phone it is, and is not shown itself.
    const said = Array.from({ length: 17 }, (_, i) => (value >> (16 - i)) & 1);
    const rest = [...said, ...new Array(23).fill(0)];
    for (let i = 0; i < 17; i++) if (rest[i]) GENERATOR.forEach((bit, k) => (rest[i + k] ^= bit));
    const whole = [...said, ...rest.slice(17)];
    return [...whole.slice(1), whole.reduce((sum, bit) => sum ^ bit, 0)];
  }

  // The cells, upper row first: 12 rows of 4, 1 for white.
  function grid(value) {
    const bits = word(value).map((bit, i) => bit ^ MASK[i]);
    const rows = [new Array(COLUMNS).fill(1)];
    for (let row = 0; row < ROWS; row++) rows.push(bits.slice(row * COLUMNS, (row + 1) * COLUMNS));
    return [...rows, new Array(COLUMNS).fill(1)];
  }

  // Draw a marker that fills a canvas; white is a grey from 0 to 255.
  function draw(canvas, value, white) {
    const context = canvas.getContext("2d", { alpha: false });
    const rows = ROWS + 2, across = canvas.width / COLUMNS, down = canvas.height / rows;
    context.fillStyle = "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = `rgb(${white},${white},${white})`;
    grid(value).forEach((cells, row) =>
      cells.forEach((cell, column) => {
        const x = Math.round(column * across), y = Math.round(row * down);
        if (cell) context.fillRect(x, y, Math.round((column + 1) * across) - x, Math.round((row + 1) * down) - y);
      }),
    );
  }

  return { UNKNOWN, STEP_DEG, number, word, grid, draw };
})();
