// Runs in the page: records which numbered picture a video element shows, and when. The camera's own picture is read in
// the same way as the returned one, so that the time for reading cancels out in the difference.
async ([seconds, geometry]) => {
  const [square, edge, cells, width] = geometry;
  const camera = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  const local = document.createElement("video");
  local.muted = true;
  local.srcObject = camera;
  await local.play();
  const frames = [...document.querySelectorAll("iframe")];
  const shown = frames.map((f) => f.contentDocument && f.contentDocument.querySelector("video")).find((v) => v);
  const reader = (video, mirrored) => {
    const canvas = document.createElement("canvas");
    const ink = canvas.getContext("2d", { willReadFrequently: true });
    let place = null;
    return () => {
      const w = video.videoWidth, h = video.videoHeight;
      if (!w) return null;
      if (!place || place.w !== w) {
        canvas.width = w;
        canvas.height = h;
        if (mirrored) ink.setTransform(-1, 0, 0, 1, w, 0);
        ink.drawImage(video, 0, 0);
        const d = ink.getImageData(0, 0, w, h).data;
        let l = w, t = h, r = -1, b = -1;
        for (let y = 0; y < h / 2; y++)
          for (let x = 0; x < w / 2; x++) {
            const i = 4 * (y * w + x);
            if (d[i] > 180 && d[i + 2] > 180 && d[i + 1] < 110) {
              l = Math.min(l, x); r = Math.max(r, x + 1); t = Math.min(t, y); b = Math.max(b, y + 1);
            }
          }
        if (r < 0 || r - l < width * 0.4) return null;
        place = { w, l, r, y: Math.round((t + b) / 2), above: t - 8 };
      }
      const span = place.r - place.l, left = mirrored ? w - place.r : place.l;
      // Read two rows: one through the number, and one in the header above it, whose colour shows the warning.
      canvas.width = span;
      canvas.height = 2;
      if (mirrored) ink.setTransform(-1, 0, 0, 1, span, 0);
      ink.drawImage(video, left, place.y, span, 1, 0, 0, span, 1);
      if (!mirrored) ink.drawImage(video, left, Math.max(0, place.above), span, 1, 0, 1, span, 1);
      const d = ink.getImageData(0, 0, span, 2).data;
      const scale = span / width, bits = [];
      for (let k = 0; k < cells; k++) bits.push(d[4 * Math.round((edge + (k + 0.5) * square) * scale)] > 127 ? 1 : 0);
      if (!bits[0] || bits[1]) return null;
      const p = 4 * (span + 8);
      return { number: bits.slice(2).reduce((a, v) => 2 * a + v, 0), header: [d[p], d[p + 1], d[p + 2]] };
    };
  };
  const taken = [], seen = [];
  const end = performance.now() + 1000 * seconds;
  const watch = (video, read, note) => {
    let last = null;
    const look = () => {
      const found = read();
      if (found && found.number !== last) {
        last = found.number;
        note(found, performance.now() / 1000);
      }
      if (performance.now() < end) video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  };
  watch(local, reader(local, true), (found, at) => taken.push([found.number, at]));
  watch(shown, reader(shown, false), (found, at) => seen.push([found.number, at, ...found.header]));
  await new Promise((done) => setTimeout(done, 1000 * seconds + 200));
  camera.getTracks().forEach((track) => track.stop());
  return { taken, seen };
};
