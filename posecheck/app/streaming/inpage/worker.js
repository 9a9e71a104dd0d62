// A classic worker: the landmarker loads its parts by importScripts, which module workers do not have.
self.exports = {};
let landmarker = null;
let around = new Around();

self.onmessage = async ({ data }) => {
  try {
    if (data.load) {
      if (data.several) {
        around.several = await loadLandmarker(self.exports, data.load, "CPU", () => (around.several = null), 3);
        return;
      }
      if (!self.exports.PoseLandmarker) importScripts(`${data.load.build}/vision_bundle.cjs`);
      landmarker?.close();
      landmarker = await loadLandmarker(self.exports, data.load, data.delegate, () =>
        self.postMessage({ failed: "the graphics context was lost" }),
      );
      self.postMessage({ loaded: data.delegate, chip: hasChip() });
      return;
    }
    const began = performance.now();
    const marks = findPose(landmarker, data.picture, data.time_ms);
    self.postMessage({ marks, time_ms: data.time_ms, took: performance.now() - began });
    // The answer does not wait for what is around, and goes on where that fails.
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
