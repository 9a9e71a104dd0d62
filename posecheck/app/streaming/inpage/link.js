// The one connection: landmarks go to the server that the person chose, codes and numbers come back.
const RECORD_BYTES = 880;
const HEAD = [0x50, 0x43, 0x02];
const AROUND = [0x50, 0x53, 0x01];
const AGAIN_MS = [300, 700, 1500, 3000, 5000];
const FINAL = { 4400: "refused", 4401: "expired", 4409: "elsewhere", 4503: "full" };

function record(view, at, frame) {
  view.setFloat64(at, frame.time_s, true);
  view.setUint32(at + 8, frame.number, true);
  view.setUint16(at + 12, frame.width, true);
  view.setUint16(at + 14, frame.height, true);
  view.setUint8(at + 16, frame.marks ? 1 : 0);
  for (let i = 0; frame.marks && i < frame.marks.length; i += 1) view.setFloat32(at + 20 + 4 * i, frame.marks[i], true);
  if (!frame.marks || !frame.code) return;
  view.setUint32(at + 812, frame.code.version, true);
  frame.code.numbers.forEach((number, i) => view.setInt8(at + 816 + i, number));
}

class Link {
  // told: answer(what), state("open" | "lost" | "over", why).
  constructor(address, ticket, told) {
    this.address = new URL(address, document.baseURI);
    this.address.protocol = this.address.protocol === "https:" ? "wss:" : "ws:";
    this.ticket = ticket;
    this.told = told;
    this.block = 1;
    this.waiting = [];
    this.tries = 0;
    this.open();
  }

  open() {
    clearTimeout(this.timer);
    // One connection a page: the server ends an earlier one as opened elsewhere.
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ ticket: this.ticket }));
    socket.onmessage = ({ data }) => {
      if (socket !== this.socket) return;
      const what = JSON.parse(data);
      if (what.block) {
        this.block = what.block;
        this.tries = 0;
        this.told.state("open");
      }
      this.told.answer(what);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.socket) return;
      this.waiting = [];
      if (FINAL[code]) return this.told.state("over", FINAL[code]);
      this.told.state("lost");
      this.timer = setTimeout(() => this.open(), AGAIN_MS[Math.min(this.tries, AGAIN_MS.length - 1)]);
      this.tries += 1;
    };
  }

  get ready() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  send(frame) {
    // What could not be sent in time is out of date.
    if (!this.ready || this.socket.bufferedAmount > 8 * RECORD_BYTES) return;
    this.waiting.push(frame);
    if (this.waiting.length < this.block) return;
    const message = new ArrayBuffer(HEAD.length + 1 + this.waiting.length * RECORD_BYTES);
    const view = new DataView(message);
    [...HEAD, this.waiting.length].forEach((byte, i) => view.setUint8(i, byte));
    this.waiting.forEach((one, i) => record(view, HEAD.length + 1 + i * RECORD_BYTES, one));
    this.waiting = [];
    this.socket.send(message);
  }

  // What is around holds for the frames that follow; it is left out where the network is behind.
  around({ background, people, width, height }) {
    if (!this.ready || this.socket.bufferedAmount > 8 * RECORD_BYTES) return;
    const message = new ArrayBuffer(AROUND.length + 24 + (people?.length ?? 0) * 396);
    const view = new DataView(message);
    AROUND.forEach((byte, i) => view.setUint8(i, byte));
    view.setUint16(3, width, true);
    view.setUint16(5, height, true);
    view.setUint8(7, people ? 1 : 0);
    view.setUint8(8, people?.length ?? 0);
    for (let i = 0; i < 4; i += 1) view.setFloat32(11 + 4 * i, background?.[i] ?? NaN, true);
    (people ?? []).flat().forEach((number, i) => view.setFloat32(27 + 4 * i, number, true));
    this.socket.send(message);
  }

  ask(command) {
    if (this.ready) this.socket.send(JSON.stringify({ ask: command }));
  }

  close() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }
}
