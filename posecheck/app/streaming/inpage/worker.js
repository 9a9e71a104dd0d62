// A classic worker: the landmarker loads its parts by importScripts, which module workers do not have.
self.exports = {};
let landmarker = null;
let around = new Around();
let coding = null;

// The embedder takes 76 MB, which old phones, where the browser says how much they have, need for the landmarks.
const LEAST_GB = 3;

// The lighter model's inner layers mean something else, so it has no code. What fails here costs the codes and no more.
async function prepareCoding(at) {
  const wanted = at.model === at.lite || (navigator.deviceMemory ?? LEAST_GB) < LEAST_GB ? null : at.code;
  if (coding && coding.version === parseInt(wanted?.version, 16)) return;
  coding?.end();
  coding = null;
  if (!wanted) return self.postMessage({ coding: null });
  try {
    const made = await loadCoding(self.exports, wanted, at.build, () => self.postMessage({ coding: null }));
    coding?.end();
    coding = made;
    self.postMessage({ coding: wanted.version });
  } catch (error) {
    console.warn(`posecheck: no body codes in this browser: ${error?.message ?? error}`);
    self.postMessage({ coding: null });
  }
}

self.onmessage = async ({ data }) => {
  try {
    if (data.load) {
      if (data.several) {
        around.several = await loadLandmarker(self.exports, data.load, "CPU", () => (around.several = null), 3);
        return;
      }
      if (!self.exports.PoseLandmarker) importScripts(`${data.load.build}/vision_bundle.cjs`);
      landmarker?.close();
      const lost = () => self.postMessage({ failed: "the graphics context was lost" });
      const came = (bytes) => self.postMessage({ came: bytes });
      const load = () => loadLandmarker(self.exports, data.load, data.delegate, lost);
      landmarker = await whileCounted(data.load, came, load);
      self.postMessage({ loaded: data.delegate, chip: hasChip() });
      prepareCoding(data.load);
      return;
    }
    const began = performance.now();
    const marks = findPose(landmarker, data.picture, data.time_ms);
    const took = performance.now() - began;
    self.postMessage({ marks, code: (marks && coding?.code) || null, time_ms: data.time_ms, took });
    // The answer does not wait for the rest, which holds for the frames that follow.
    try {
      coding?.update(data.picture, marks, data.time_ms);
    } catch (error) {
      coding.end();
    }
    // It goes on where what is around cannot be told.
    try {
      const told = around.update(data.picture, marks, data.time_ms);
      if (told) self.postMessage({ around: told });
    } catch (error) {
      around.several = null;
    }
    data.picture.close();
  } catch (error) {
    if (data.several) return;
    self.postMessage({ failed: String(error?.message ?? error) });
  }
};
