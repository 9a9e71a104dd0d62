// Where the pose is found: in a worker, else on the page; where neither works, the page asks for the server's path.
const STUCK_MS = 15000;
const TRIED = 12;
const SLOW_MS = 60;
const STEADY_MS = 60000;
const BEGUN_MS = 20000;
const SCARCE = /memory|alloc|abort|did not answer/i;

// The landmarker's own scripts, on the page, for browsers whose workers cannot run it.
function onPage(at) {
  let landmarker = null;
  let number = 0;
  const around = new Around();
  const place = {
    onmessage: null,
    async postMessage(data) {
      try {
        if (data.load) {
          if (!window.posecheckBundle) {
            const before = window.exports;
            window.exports = {};
            await new Promise((done, failed) => {
              const script = document.createElement("script");
              script.src = `${at.build}/vision_bundle.cjs`;
              script.onload = done;
              script.onerror = () => failed(new Error("the script did not load"));
              document.head.append(script);
            });
            window.posecheckBundle = window.exports;
            window.exports = before;
          }
          landmarker?.close();
          const mine = (number += 1);
          const lost = () => mine === number && place.onmessage?.({ data: { failed: "the graphics context was lost" } });
          const came = (bytes) => place.onmessage?.({ data: { came: bytes } });
          const load = () => loadLandmarker(window.posecheckBundle, at, data.delegate, lost);
          landmarker = await whileCounted(at, came, load);
          place.onmessage?.({ data: { loaded: data.delegate, chip: hasChip() } });
          place.onmessage?.({ data: { coding: null } });
          return;
        }
        const began = performance.now();
        const marks = findPose(landmarker, data.picture, data.time_ms);
        place.onmessage?.({ data: { marks, time_ms: data.time_ms, took: performance.now() - began } });
        lookAround(around, data.picture, marks, data.time_ms, (what) => place.onmessage?.({ data: what }));
      } catch (error) {
        place.onmessage?.({ data: { failed: String(error?.message ?? error) } });
      } finally {
        data.picture?.close?.();
      }
    },
    terminate() {
      number += 1;
      const before = landmarker;
      landmarker = null;
      before?.close();
    },
  };
  return place;
}

function middle(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Infinity;
}

class Finder {
  // told: found(marks, time_ms, code), around(what), alone(), path(name, delegate), coming(bytes), coding(), gaveUp(why).
  constructor(at, told) {
    this.at = at;
    this.told = told;
    this.ways = ["worker", "worker", "page"];
    this.took = [];
    this.next();
  }

  next() {
    this.stop();
    this.busy = false;
    // The version of the encoder whose codes are computed; null where there are none, undefined while that is not known.
    this.coding = undefined;
    this.delegate = "CPU";
    this.way = this.ways.shift();
    if (!this.way) return this.told.gaveUp(this.why);
    this.begun = this.way === "page";
    try {
      this.place = this.way === "worker" ? new Worker(this.at.worker) : onPage(this.at);
    } catch (error) {
      return this.fail(String(error));
    }
    const place = this.place;
    place.onmessage = ({ data }) => place === this.place && this.hear(data);
    place.onerror = (event) => place === this.place && this.fail(event.message || "the worker failed");
    place.onmessageerror = () => place === this.place && this.fail("the worker cannot be understood");
    this.load("CPU");
  }

  load(delegate) {
    this.ready = false;
    this.delegate = delegate;
    this.took = [];
    this.turns = [];
    // Some browsers start no worker and say nothing about it.
    this.watch(this.begun ? this.at.silent_ms : Math.min(this.at.silent_ms, BEGUN_MS));
    this.place.postMessage({ load: this.at, delegate });
  }

  watch(most_ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fail("it did not answer"), most_ms);
  }

  fail(why) {
    this.why = why;
    const worked = this.ready && performance.now() - this.since_ms > STEADY_MS;
    // A chip that fails leaves the processor, which has worked.
    if (this.delegate === "GPU") this.compared = !worked;
    // What has worked for a while is worth another try, as where a device has slept.
    if (this.delegate === "GPU" || worked) this.ways.unshift(this.way);
    // A worker that does not even begin will not do so the next time.
    if (!this.begun) this.ways = this.ways.filter((way) => way !== this.way);
    // Where memory is scarce, the landmarks come first.
    if (SCARCE.test(why) && (this.ready || /memory|alloc/i.test(why))) this.at = { ...this.at, code: null, alone: true };
    this.next();
  }

  // Of a video that becomes no bitmap, a drawing is looked at, which only the page can do.
  useDrawings(why) {
    this.drawn = true;
    if (this.way === "page") return;
    this.why = why;
    this.ways = ["page"];
    this.next();
  }

  hear(data) {
    if (data.begun) {
      this.begun = true;
      return this.watch(this.at.silent_ms);
    }
    if (data.around) return this.told.around(data.around);
    if (data.alone) return this.told.alone();
    if ("coding" in data) {
      this.coding = data.coding;
      return this.told.coding();
    }
    if (data.came) {
      // What comes slowly is no failure; only silence is.
      if (this.ready) return;
      this.watch(this.at.silent_ms);
      return this.told.coming(data.came);
    }
    clearTimeout(this.timer);
    if (data.failed) return this.fail(data.failed);
    if (data.loaded) {
      this.ready = true;
      this.since_ms = performance.now();
      this.busy = false;
      this.chip = data.chip;
      return this.told.path(this.way, this.delegate);
    }
    this.busy = false;
    this.took.push(data.took);
    if (this.took.length > TRIED) this.took.shift();
    this.turns.push(performance.now() - data.time_ms);
    if (this.turns.length > TRIED) this.turns.shift();
    this.told.found(data.marks, data.time_ms, data.code);
    this.compare();
    this.lookForOthers();
  }

  // The processor gives the same numbers as the server does; the chip is asked where the processor is too slow for that.
  compare() {
    if (this.took.length < TRIED || this.compared) return;
    const middle = this.typical();
    if (this.delegate === "CPU") {
      this.compared = !(middle > SLOW_MS && this.chip);
      this.cpu = middle;
      if (!this.compared) this.load("GPU");
    } else {
      this.compared = true;
      if (middle > this.cpu) this.load("CPU");
    }
  }

  // The lighter model, or the full one again; it is loaded where the pose is found now.
  use(model) {
    this.at = { ...this.at, model };
    this.compared = true;
    this.load(this.delegate);
  }

  // A second landmarker, for several people, where this browser has time for it: beside the page, and fast enough.
  lookForOthers() {
    if (this.asked === this.place || this.way !== "worker" || !this.compared || this.typical() > SLOW_MS) return;
    if (this.at.alone) return;
    this.asked = this.place;
    this.place.postMessage({ load: this.at, several: true });
  }

  // Milliseconds that a pose takes.
  typical() {
    return middle(this.took);
  }

  // The same with all that the pose waits for: where the worker or the page is behind, the camera is not to blame.
  turn() {
    return middle(this.turns);
  }

  get free() {
    return this.ready && !this.busy;
  }

  find(picture, time_ms) {
    this.busy = true;
    this.watch(STUCK_MS);
    try {
      this.place.postMessage({ picture, time_ms }, this.way === "page" ? [] : [picture]);
    } catch (error) {
      this.fail(String(error?.message ?? error));
    }
  }

  stop() {
    clearTimeout(this.timer);
    const { place } = this;
    this.place = null;
    this.ready = false;
    try {
      place?.terminate();
    } catch (error) {
      // What has broken down may not close either.
      console.warn(`posecheck: the pose finder did not close: ${error?.message ?? error}`);
    }
  }
}
