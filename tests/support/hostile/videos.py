"""Hostile recordings: files that name other files, that claim much, never end, or are broken in their middle."""

import os
import random
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

Named = Iterator[tuple[str, bytes]]


def naming(other: str) -> Named:
    """Yield files of every kind known to name another file or address; `other` is the one they name."""
    uri = f"file://{other}"
    yield "a.m3u8", f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{uri}\n#EXT-X-ENDLIST\n".encode()
    yield "b.mp4", f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n".encode()
    yield "c.ffconcat", f"ffconcat version 1.0\nfile '{other}'\n".encode()
    yield "d.mp4", f"ffconcat version 1.0\nfile '{other}'\n".encode()
    yield (
        "e.sdp",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
        b"a=rtpmap:96 H264/90000\n",
    )
    yield (
        "f.mpd",
        (
            f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
            f'<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{uri}</BaseURL>'
            f"</Representation></AdaptationSet></Period></MPD>"
        ).encode(),
    )
    yield "g.mkv", f"[InternetShortcut]\nURL={uri}\n".encode()
    yield "h.asx", f'<asx version="3.0"><entry><ref href="{uri}"/></entry></asx>'.encode()
    yield "i.mov", _reference_movie(uri)
    yield "j.mp4", _with_dref(other)
    yield (
        "k.imf",
        f'<?xml version="1.0"?><AssetMap xmlns="http://www.smpte-ra.org/schemas/429-9/2007/AM"><AssetList><Asset><Id>urn:uuid:1</Id><ChunkList><Chunk><Path>{other}</Path></Chunk></ChunkList></Asset></AssetList></AssetMap>'.encode(),
    )
    yield "l.txt", b"some text, line after line\n" * 200
    yield "m.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{uri}"/></svg>'.encode()
    yield "n.vpy", b"import vapoursynth\n"
    yield "o.avs", f'AviSource("{other}")\n'.encode()
    yield "p.idx", b"# VobSub index file, v7 (do not modify this line!)\nid: en, index: 0\n"
    yield "q.rtsp", b"RTSP/1.0 200 OK\r\n"
    yield "r.ffmeta", b";FFMETADATA1\ntitle=x\n"
    yield "s.lavfi", b"testsrc"


def _box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, name) + body


def _reference_movie(uri: str) -> bytes:
    data = uri.encode() + b"\0"
    ref = _box(b"rdrf", struct.pack(">I4sI", 0, b"url ", len(data)), data)
    return _box(b"ftyp", b"qt  \0\0\0\0qt  ") + _box(b"moov", _box(b"rmra", _box(b"rmda", ref)))


def _with_dref(other: str) -> bytes:
    """Return a whole small film whose track says that its data lie in another file."""
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"posecheck-dref-{os.getpid()}.mp4"
    try:
        data = bytearray(h264(path, (64, 48), 20).read_bytes())
    finally:
        path.unlink(missing_ok=True)
    at = data.index(b"url \0\0\0\1")
    data[at : at + 4] = b"alis"
    struct.pack_into(">I", data, at + 4, 0)
    return bytes(data)


def h264(path: Path, size_wh: tuple[int, int], n: int, *, fps: int = 25, pixel: Fraction = Fraction(1)) -> Path:
    """Write n grey pictures as H.264; pixel: width of a pixel divided by its height."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size_wh, "yuv420p"
        stream.codec_context.sample_aspect_ratio = pixel
        picture = av.VideoFrame(*size_wh, "yuv420p")
        for plane in picture.planes:
            plane.update(bytes([120]) * plane.buffer_size)
        for i in range(n):
            picture.pts = i
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def claiming(data: bytes, size_wh: tuple[int, int]) -> bytes:
    """Return an mp4 whose track and sample description state another size."""
    out = bytearray(data)
    for name, offset, form in ((b"tkhd", 80, ">II"), (b"avc1", 28, ">HH")):
        at = out.index(name)
        struct.pack_into(form, out, at + offset, *((v << 16 if form == ">II" else v) & 0xFFFFFFFF for v in size_wh))
    return bytes(out)


def raw_avi(size_wh: tuple[int, int], codec: bytes = b"MJPG") -> bytes:
    """Return an AVI that states a size and holds next to nothing."""
    width, height = size_wh
    strf = struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, codec, 0, 0, 0, 0, 0)
    strh = struct.pack("<4s4sIHHIIIIIIIIhhhh", b"vids", codec, 0, 0, 0, 0, 1, 25, 0, 100, 0, 0, 0, 0, 0, 0, 0)
    avih = struct.pack("<14I", 40000, 0, 0, 0x10, 100, 0, 1, 0, width, height, 0, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    strl = b"strl" + chunk(b"strh", strh) + chunk(b"strf", strf)
    hdrl = b"hdrl" + chunk(b"avih", avih) + chunk(b"LIST", strl)
    frames = b"".join(chunk(b"00dc", b"\xff\xd8\xff\xe0" + b"\0" * 200) for _ in range(100))
    body = b"AVI " + chunk(b"LIST", hdrl) + chunk(b"LIST", b"movi" + frames)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def broken(good: bytes, seed: int, n: int) -> Named:
    """Yield copies of a film with bytes overwritten, cut or moved, in its index as often as in its pictures."""
    chance = random.Random(seed)
    index = good.find(b"moov")
    for i in range(n):
        out = bytearray(good)
        kind = chance.choice(("flip", "cut", "zero", "swap", "number"))
        first, last = (index, min(len(good), index + 4000)) if index >= 0 and i % 2 else (0, len(good))
        at = chance.randrange(first, last)
        if kind == "flip":
            for _ in range(chance.randint(1, 30)):
                out[chance.randrange(first, last)] = chance.randrange(256)
        elif kind == "cut":
            out = out[:at]
        elif kind == "zero":
            out[at : at + 500] = bytes(len(out[at : at + 500]))
        elif kind == "swap":
            piece = chance.randrange(1, 4000)
            out = out[:at] + out[at + piece : at + 2 * piece] + out[at : at + piece] + out[at + 2 * piece :]
        else:
            out[at : at + 4] = struct.pack(">I", chance.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000)))
        yield f"{kind} {i}", bytes(out)


def noise(seed: int, n: int) -> bytes:
    """Return random bytes."""
    return np.random.default_rng(seed).integers(0, 256, n, dtype=np.uint8).tobytes()
