// A classic worker: the landmarker loads its parts by importScripts, which module workers do not have.
self.exports = {};
let landmarker = null;
let around = new Around();
let coding = null;
let number = 0;

// The embedder takes 76 MB, which old phones, where the browser says how much they have, need for the landmarks.
const LEAST_GB = 3;

// The lighter model's inner layers mean something else, so it has no code. What fails here costs the codes and no more.
async function prepareCoding(at) {
  const wanted = at.model === at.lite || (navigator.deviceMemory ?? LEAST_GB) < LEAST_GB ? null : at.code;
  if (coding && coding.version === parseInt(wanted?.version, 16)) return;
  try {
    coding?.end();
    coding = null;
    if (!wanted) return self.postMessage({ coding: null });
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
        const lost = () => {
          around.several = null;
          self.postMessage({ alone: true });
        };
        around.several = await loadLandmarker(self.exports, data.load, "CPU", lost, 3);
        return;
      }
      if (!self.exports.PoseLandmarker) importScripts(`${data.load.build}/vision_bundle.cjs`);
      landmarker?.close();
      const mine = (number += 1);
      const lost = () => mine === number && self.postMessage({ failed: "the graphics context was lost" });
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
    lookAround(around, data.picture, marks, data.time_ms, (what) => self.postMessage(what));
  } catch (error) {
    if (data.several) return;
    self.postMessage({ failed: String(error?.message ?? error) });
  } finally {
    data.picture?.close();
  }
};
self.postMessage({ begun: true });
