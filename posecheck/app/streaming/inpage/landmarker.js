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

const TELL_MS = 250;

// Tells how many bytes of the build and the model have come: a slow connection is not taken for one that is silent.
function counted(fetched, at, told) {
  let bytes = 0;
  let told_ms = -TELL_MS;
  return async (...asked) => {
    const answer = await fetched(...asked);
    const address = String(asked[0]?.url ?? asked[0]);
    const ours = address.includes(at.build) || address.includes(at.model);
    if (!ours || !answer.ok || !answer.body || typeof TransformStream === "undefined") return answer;
    const count = new TransformStream({
      transform(part, out) {
        bytes += part.byteLength;
        out.enqueue(part);
        if (performance.now() - told_ms < TELL_MS) return;
        told_ms = performance.now();
        told(bytes);
      },
    });
    return new Response(answer.body.pipeThrough(count), answer);
  };
}

// The landmarker fetches its parts itself, so what counts stands in between until it is loaded.
async function whileCounted(at, told, load) {
  const plain = (globalThis.fetch.plain ??= globalThis.fetch.bind(globalThis));
  const mine = Object.assign(counted(plain, at, told), { plain });
  globalThis.fetch = mine;
  try {
    return await load();
  } finally {
    if (globalThis.fetch === mine) globalThis.fetch = plain;
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
