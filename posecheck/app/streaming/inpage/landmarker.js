// The pose landmarker itself, used by the worker and, where workers fail, by the page. It is of this app's own server.
const LANDMARKS = 33;
const NUMBERS = 6;
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

// Without a graphics chip, the graphics path is a hundred times slower than the processor.
function hasChip() {
  try {
    const context = new OffscreenCanvas(1, 1).getContext("webgl2");
    const about = context.getExtension("WEBGL_debug_renderer_info");
    const name = context.getParameter(about ? about.UNMASKED_RENDERER_WEBGL : context.RENDERER);
    return !SOFTWARE.test(String(name));
  } catch {
    return false;
  }
}

async function loadLandmarker(bundle, at, delegate, lost, people = 1) {
  const files = await bundle.FilesetResolver.forVisionTasks(at.build);
  const canvas = typeof OffscreenCanvas === "undefined" ? document.createElement("canvas") : new OffscreenCanvas(1, 1);
  canvas.addEventListener("webglcontextlost", lost);
  return bundle.PoseLandmarker.createFromOptions(files, {
    baseOptions: { modelAssetPath: at.model, delegate },
    runningMode: people > 1 ? "IMAGE" : "VIDEO",
    numPoses: people,
    canvas,
  });
}

// x and y as shares of the picture, metres around the hips, visibility; null where nobody is found.
function findPose(landmarker, picture, time_ms) {
  const found = landmarker.detectForVideo(picture, time_ms);
  const image = found.landmarks[0];
  const world = found.worldLandmarks[0];
  if (!image || !world) return null;
  const marks = new Float32Array(LANDMARKS * NUMBERS);
  for (let i = 0; i < LANDMARKS; i += 1) {
    marks.set([image[i].x, image[i].y, world[i].x, world[i].y, world[i].z, image[i].visibility ?? 0], i * NUMBERS);
  }
  return marks;
}
