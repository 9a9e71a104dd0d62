// A classic worker: the landmarker loads its parts by importScripts, which module workers do not have.
self.exports = {};
let landmarker = null;

self.onmessage = async ({ data }) => {
  try {
    if (data.load) {
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
    data.picture.close();
    self.postMessage({ marks, time_ms: data.time_ms, took: performance.now() - began }, marks ? [marks.buffer] : []);
  } catch (error) {
    self.postMessage({ failed: String(error?.message ?? error) });
  }
};
