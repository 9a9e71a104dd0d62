// Draws what the server answered: the skeleton over the local video, the words above it, the gauges below.
const SEEN = 0.5;
const TICK_SHARE = 2.8; // how much of a gauge on a phone a character of a number takes, in percent

function drawSkeleton(canvas, marks, limbs, data) {
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  if (!marks) return;
  const warned = new Map(limbs.map(([a, b, level]) => [`${a}-${b}`, level]));
  const line = Math.max(2, Math.round(Math.sqrt(width * height) / 190));
  const at = (i) => [(1 - marks[6 * i]) * width, marks[6 * i + 1] * height];
  const seen = (i) => marks[6 * i + 5] >= SEEN;
  const bones = [...data.bones, ...data.head.filter(([a, b]) => warned.has(`${a}-${b}`))];
  const ranked = bones.map(([a, b]) => [a, b, warned.get(`${a}-${b}`) ?? 0]).sort((one, two) => one[2] - two[2]);
  context.lineCap = "round";
  const stroke = (a, b, wide, ink) => {
    context.strokeStyle = ink;
    context.lineWidth = wide;
    context.beginPath();
    context.moveTo(...at(a));
    context.lineTo(...at(b));
    context.stroke();
  };
  for (const [a, b, level] of ranked) {
    const clear = seen(a) && seen(b);
    const ink = data.limbs[level];
    if (!clear && !ink) {
      stroke(a, b, Math.max(1, line / 2), "rgb(150,150,150)");
      continue;
    }
    const thick = ink ? 2 * line : line;
    stroke(a, b, thick + Math.max(2, line), "black");
    stroke(a, b, thick, ink ?? data.bone);
  }
  for (const joint of new Set(data.bones.flat())) {
    if (!seen(joint)) continue;
    for (const [radius, ink] of [[line + 1, "black"], [line, "white"]]) {
      context.fillStyle = ink;
      context.beginPath();
      context.arc(...at(joint), radius, 0, 7);
      context.fill();
    }
  }
}

// A ring round the hand that is up: once for the first meaning, on to the second.
function drawRing(canvas, marks, held, data) {
  if (!marks || !held) return;
  const hand = marks[6 * 15 + 1] < marks[6 * 16 + 1] ? 15 : 16;
  const context = canvas.getContext("2d");
  const [toggle, end] = data.held;
  const share = held < toggle ? held / toggle : Math.min((held - toggle) / (end - toggle), 1);
  const radius = Math.max(12, canvas.height / 14);
  for (const [until, wide, ink] of [[1, radius / 4 + 4, "black"], [share, radius / 4, held < toggle ? "white" : data.bone]]) {
    context.strokeStyle = ink;
    context.lineWidth = wide;
    context.beginPath();
    const x = (1 - marks[6 * hand]) * canvas.width;
    context.arc(x, marks[6 * hand + 1] * canvas.height, radius, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * until);
    context.stroke();
  }
}

function made(tag, about = {}, ...inside) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (name in one) one[name] = value;
    else one.setAttribute(name, value);
  }
  one.append(...inside);
  return one;
}

function place(face, value) {
  const share = (Math.min(Math.max(value, face.low), face.high) - face.low) / (face.high - face.low);
  return 100 * (face.turned ? 1 - share : share);
}

function gaugeOf(face) {
  const bar = made("div", { className: "bar" });
  for (const [name, low, high] of face.bands) {
    const ends = [place(face, low), place(face, high)].sort((a, b) => a - b);
    bar.append(made("i", { className: name, style: `left:${ends[0]}%;width:${ends[1] - ends[0]}%` }));
  }
  const whisker = made("u", { className: "whisker" });
  const pointer = made("b", { className: "pointer" });
  bar.append(whisker, pointer);
  const ticks = made("div", { className: "ticks" });
  const before = [];
  for (const [value, text] of face.ticks) {
    const at = place(face, value);
    // On a narrow screen a number would lie on its neighbour, so the first one stays: that of the stop limit.
    const close = before.some(([other, long]) => Math.abs(other - at) < TICK_SHARE * Math.max(long, text.length));
    if (!close) before.push([at, text.length]);
    ticks.append(made("span", { textContent: text, style: `left:${at}%`, className: close ? "close" : "" }));
  }
  const reading = made("b");
  const root = made("div", { className: "gauge" });
  root.append(made("div", { className: "name" }, made("span", { textContent: face.label }), reading), bar, ticks);
  return { root, face, reading, whisker, pointer };
}

function drawGauge(gauge, [value, error, level, text], data) {
  gauge.reading.textContent = text;
  gauge.reading.style.color = value === null ? "" : (data.inks[level] ?? "");
  gauge.pointer.hidden = value === null;
  gauge.whisker.hidden = value === null || error === null;
  if (value === null) return;
  gauge.pointer.style.left = `${place(gauge.face, value)}%`;
  gauge.pointer.dataset.level = level;
  const ends = [place(gauge.face, value - (error ?? 0)), place(gauge.face, value + (error ?? 0))].sort((a, b) => a - b);
  gauge.whisker.style.left = `${ends[0]}%`;
  gauge.whisker.style.width = `${ends[1] - ends[0]}%`;
}
