// A film of the set by the browser's own recorder, only when asked for. It stays on this device: the person saves it, and
// may add it to the set, for which the server is told its name and when it began.
const FILM_KINDS = ["video/mp4;codecs=avc1.42E01E", "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];
const FILM_BITS = 2_500_000;
const PART_MS = 2000;

class Film {
  // told: begun() once the first picture is taken, filmed(address, name) once a film is whole, failed() where it cannot be.
  constructor(told) {
    this.told = told;
    this.recorder = null;
  }

  static get possible() {
    return typeof MediaRecorder === "function" && FILM_KINDS.some((kind) => MediaRecorder.isTypeSupported(kind));
  }

  get on() {
    return this.recorder !== null;
  }

  start(stream) {
    if (this.on) return;
    const mimeType = FILM_KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const parts = [];
    try {
      const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: FILM_BITS });
      recorder.ondataavailable = ({ data }) => data.size && parts.push(data);
      recorder.onerror = () => this.told.failed();
      const now = new Date(Date.now() - 60000 * new Date().getTimezoneOffset()).toISOString().slice(0, 19);
      const name = `posecheck-${now.replace("T", "-").replaceAll(":", "")}`;
      recorder.onstart = () => {
        if (this.recorder !== recorder) return;
        this.said = `film ${Math.round(began_ms)} ${name}`;
        this.told.begun();
      };
      recorder.onstop = () => this.offer(parts, recorder.mimeType || mimeType, name);
      // A busy page hears of the start late; the first picture comes within one of the camera's pictures after this.
      const began_ms = performance.now();
      recorder.start(PART_MS);
      this.recorder = recorder;
    } catch {
      this.told.failed();
    }
  }

  stop() {
    const recorder = this.recorder;
    this.recorder = this.said = null;
    if (recorder && recorder.state !== "inactive") recorder.stop();
  }

  offer(parts, kind, name) {
    if (!parts.length) return;
    this.forget();
    this.address = URL.createObjectURL(new Blob(parts, { type: kind }));
    this.told.filmed(this.address, `${name}.${kind.includes("mp4") ? "mp4" : "webm"}`);
  }

  // The film takes memory of this browser until the next one takes its place, or the page is left.
  forget() {
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = null;
  }
}
