"""Hostile texts: TOML for stretches, profiles and answers, JSON, CSV; the same bytes for the same seed."""

import json
import random
from collections.abc import Callable, Iterator

Named = Iterator[tuple[str, bytes]]

ESC = "\x1b[31m\x1b]0;owned\x07\x9b2J\u202e"
HUGE = "9" * 5000
DEEP = 500


def any_toml(key: str = "name") -> Named:
    """Yield TOML that is wrong whatever it is for."""
    yield "empty", b""
    yield "nul", b"\0" * 2000
    yield "nul in text", f'{key} = "a\\u0000b"\n'.encode()
    yield "not utf-8", f'{key} = "'.encode() + b'\xff\xfe"\n'
    yield "utf-16", f'{key} = "a"\n'.encode("utf-16")
    yield "deep arrays", f"{key} = {'[' * DEEP}{']' * DEEP}\n".encode()
    yield "very deep arrays", f"{key} = {'[' * 100_000}".encode()
    yield "deep tables", f"{key} = {'{a = ' * DEEP}1{'}' * DEEP}\n".encode()
    yield "deep dots", f"{'.'.join(['a'] * DEEP)} = 1\n".encode()
    yield "very deep dots", f"{'.'.join(['a'] * 100_000)} = 1\n".encode()
    yield "deep header", f"[{'.'.join(['a'] * 5000)}]\nb = 1\n".encode()
    yield "many deep dots", b"".join(f"{'.'.join(['a'] * 30)}.b{i} = 1\n".encode() for i in range(3000))
    yield "digits", f"{key} = {HUGE}\n".encode()
    yield "hex digits", f"{key} = 0x{'f' * 5000}\n".encode()
    yield "float digits", f"{key} = {HUGE}.0\n".encode()
    yield "nan", f"{key} = nan\n".encode()
    yield "control", f'{key} = "{ESC}"\n'.encode()
    yield "escapes", f'{key} = "\\u001b[31m\\u009b2J\\u202e"\n"\\u001b]0;x\\u0007" = 1\n'.encode()
    yield "long key", f"{'k' * 200_000} = 1\n".encode()
    yield "long value", f'{key} = "{"v" * 200_000}"\n'.encode()
    yield "many keys", b"".join(f"k{i} = {i}\n".encode() for i in range(20_000))
    yield "many tables", b"".join(f"[t{i}.u]\na = 1\n".encode() for i in range(10_000))
    yield "large", b"# " + b"x" * 50_000_000
    yield "large array", f"{key} = [{'1,' * 2_000_000}]\n".encode()
    yield "date", f"{key} = 9999-12-31T23:59:59-23:59\n".encode()


def stretches(good: str) -> Named:
    """Yield stretch files made from a good one."""
    yield from any_toml()
    yield "ranges are numbers", _set(good, "ranges", f"[{'1,' * 100_000}]")
    yield "many ranges", (good + '\n[[ranges]]\nangle = "trunk_rotatoin"\n' * 5000).encode()
    yield "format bomb", good.replace('message = "', 'message = "{value:>999999999}', 1).encode()
    yield "format type", good.replace('message = "', 'message = "{value:x}{limit!r}', 1).encode()
    yield "message escapes", good.replace('message = "', 'message = "\\u001b[31m', 1).encode()
    yield "message formula", good.replace('message = "', 'message = "=1+1', 1).encode()
    yield "huge dose", good.replace("repetitions = [", f"repetitions = [{'9' * 4000}, ", 1).encode()
    yield "huge number", good.replace("stop = ", f"stop = {'9' * 4000} #", 1).encode()
    yield "infinite", good.replace("stop = ", "stop = inf #", 1).encode()
    yield "name of 100 kB", good.replace('name = "', f'name = "{"n" * 100_000}', 1).encode()


def profiles() -> Named:
    """Yield profile files."""
    yield from any_toml()
    head = "[chair-twist.trunk_rotation]\n"
    for number in ("nan", "inf", "-inf", "1e308", "9" * 400, "true", '"40"', "[1, 2, 3]", "{a = 1}", "2020-01-01"):
        for limit in ("stop", "at_most"):
            yield f"{limit} {number[:9]}", f"{head}{limit} = {number}\n".encode()
    yield "target nan", f"{head}target = [nan, inf]\n".encode()
    yield "reason escapes", f'{head}stop = 40\nreason = "\\u001b[31m{"x" * 50}"\n'.encode()
    yield "range escapes", b'[chair-twist."\\u001b]0;x\\u0007"]\nstop = 40\n'
    yield "many near ids", b"".join(f"[chair-twist{i}.a]\nstop = 1\n".encode() for i in range(8000))


def programmes(good: str) -> Named:
    """Yield programmes."""
    yield from any_toml()
    for number in ("nan", "inf", "1e308", "9" * 400, "true", '"3"', "[3]", "{a = 1}", "-1", "2020-01-01"):
        for key in ("repetitions", "hold_s", "sets", "pause_s", "per_day", "warm_up_min", "stop"):
            yield f"{key} {number[:9]}", good.replace(f"{key} = ", f"{key} = {number} # ", 1).encode()
    yield "many steps", (good + '\n[[steps]]\nstretch = "butterfly"\nrepetitions = 2\n' * 5000).encode()
    yield "many limits", (good + "".join(f"[steps.limits.a{i}]\nstop = 1\n" for i in range(5000))).encode()
    yield "limit escapes", (good + '[steps.limits."\\u001b]0;x\\u0007"]\nstop = 40\n').encode()
    yield "stretch escapes", good.replace('stretch = "', 'stretch = "\\u001b[31m', 1).encode()
    yield "stretch as a path", good.replace('stretch = "', 'stretch = "../../', 1).encode()
    yield "name escapes", good.replace('name = "', 'name = "\\u001b[31m', 1).encode()
    yield "far name", good.replace("shoulder-rolls", "a" * 200, 1).encode()
    yield "code of nothing", b"POSECHECK1:" + b"A" * 4000
    yield "code of spaces", b"POSECHECK1:" + b" " * 100_000


def answers() -> Named:
    """Yield files of answers."""
    yield from any_toml("osteoporosis")
    for age in ("nan", "-1", "9" * 30, f"0x{'f' * 5000}", '"²"', '"67"', "true", "[67]", "{a = 1}", "2020-01-01"):
        yield f"age {age[:9]}", f"age = {age}\n".encode()
    for asked in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", '"0001-01-01"', "12:00:00", "1", "nan"):
        yield f"asked {asked}", f'asked = {asked}\nage = 67\nosteoporosis = "yes"\n'.encode()
    yield "many unknown", b"".join(f"osteoporosi{i} = 1\n".encode() for i in range(10_000))
    yield "superscript", 'pregnancy_weeks = "²"\nweeks_since_surgery = "²"\n'.encode()


def any_json(key: str = "frames") -> Named:
    """Yield JSON that is wrong whatever it is for."""
    yield "empty", b""
    yield "nul", b"\0" * 2000
    yield "deep", b"[" * DEEP + b"]" * DEEP
    yield "deep in a key", f'{{"{key}": {"[" * DEEP}{"]" * DEEP}}}'.encode()
    yield "very deep", b'{"a":' * 100_000
    yield "digits", f'{{"{key}": {HUGE}}}'.encode()
    yield "not utf-8", b'{"a": "\xff"}'
    yield "large", b"[" + b" " * 60_000_000 + b"]"
    yield "many lists", b"[" + b"[]," * 5_000_000 + b"[]]"
    yield "list", b"[1, 2]"
    yield "surrogate", b'{"headline": "\\udcff"}'


VALUES: tuple[object, ...] = (
    None, True, -1, 0, 2**31, 2**63, 2**70, 10**300, 1e308, -1e308, float("nan"), float("inf"), "", "²", "x" * 1000,
    ESC, "a\0b", "\udcff", "=cmd|' /C calc'!A0", "../../etc/passwd", [], [1], {}, {"a": 1}, [[[[1]]]],
)  # fmt: skip


def places(values: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the place of every value in a JSON document, the outermost first."""
    if at:
        yield at
    pairs = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, value in pairs:
        yield from places(value, (*at, key))


def with_value(document: object, place: tuple[str | int, ...], value: object) -> object:
    """Return a copy of a JSON document with another value in one place."""
    copy: object = json.loads(json.dumps(document))
    inner: object = copy
    for part in place[:-1]:
        inner = inner[part]  # type: ignore[index]
    inner[place[-1]] = value  # type: ignore[index]
    return copy


def changed_json(document: object, seed: int, n: int) -> Named:
    """Yield copies of a document in which one value each is of another type or size."""
    chance = random.Random(seed)
    known = list(places(document))
    for _ in range(n):
        place, value = chance.choice(known), chance.choice(VALUES)
        label = f"{'.'.join(map(str, place))} = {repr(value)[:20]}"
        yield label, json.dumps(with_value(document, place, value)).encode()


def manifests(video: str) -> Named:
    """Yield manifests; `video` is one that can be judged."""
    head = "video,stretch,age,neutral,mirrored,name\n"

    def row(text: str) -> bytes:
        return f"{head}{text}\n".encode("utf-8", errors="surrogateescape")

    yield "empty", b""
    yield "nul", b"\0" * 2000
    yield "utf-16", row(f"{video},chair-twist,,,,").decode().encode("utf-16")
    yield "nul in a name", row("a\0b.mp4,chair-twist,,,,")
    yield "nul in a stretch", row(f"{video},chair\0twist,,,,")
    yield "nul in a stretch file", row(f"{video},chair\0twist.toml,,,,")
    yield "long video", row(f"{'v' * 5000}.mp4,chair-twist,,,,")
    yield "long stretch", row(f"{video},{'s' * 100_000},,,,")
    yield "long name", row(f"{video},chair-twist,,,,{'n' * 300}")
    yield "deep name", row(f"{video},chair-twist,,,,{'n/' * 500}n")
    yield "name escapes", row(f"{video},chair-twist,,,,{ESC}")
    yield "name leads out", row(f"{video},chair-twist,,,,../out")
    yield "name nul", row(f"{video},chair-twist,,,,a\0b")
    yield "age superscript", row(f"{video},chair-twist,²,,,")
    yield "age digits", row(f"{video},chair-twist,{HUGE},,,")
    yield "neutral digits", row(f"{video},chair-twist,,0-{HUGE},,")
    yield "neutral other digits", row(f"{video},chair-twist,,٠-٢,,")
    yield "escapes", row(f"{ESC},{ESC},{ESC},{ESC},{ESC},")
    yield "columns escape", f"video,{ESC}\na,b\n".encode()
    yield "long columns", f"video,{'c' * 100_000}\na,b\n".encode()
    yield "many columns", f"video{',x' * 100_000}\n".encode()
    yield "long cell", row(f"{'c' * 200_000},chair-twist,,,,")
    yield "not utf-8", b"video,stretch\n\xff.mp4,chair-twist\n"
    yield "many rows", row("\n".join(f"none{i}.mp4,nothing-{i % 7},,,," for i in range(100_000)))
    yield "many good rows", row("\n".join("none.mp4,chair-twist,,,," for _ in range(100_000)))
    yield "large", head.encode() + b"x" * 60_000_000
    urls: tuple[str, ...] = (
        "file:///dev/zero",
        "local:///etc/passwd",
        "nonsense://x",
        "zip://a::file:///etc/passwd",
        "dask://x",
    )
    urls += ("reference://::file:///etc/passwd", "simplecache::file:///dev/zero", "jupyter://x/y", "data://,x")
    for url in urls:
        yield f"url {url}", row(f"{url},chair-twist,,,,")


Mutation = Callable[[random.Random, bytes], bytes]


def _flip(chance: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        out[chance.randrange(len(out))] = chance.choice((0, 255, 10, chance.randrange(256)))
    return bytes(out)


def _cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def _repeat(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, 64)]
    return data[:start] + piece * chance.choice((2, 10, 1000)) + data[start:]


def _drop(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 64) :]


def _insert(chance: random.Random, data: bytes) -> bytes:
    start = chance.randrange(len(data))
    odd = chance.choice(
        (
            b"\0",
            b"\xff",
            b"\x1b[31m",
            b"[" * 200,
            b"9" * 400,
            b"nan",
            b"-1",
            b"1e999",
            b"\xc2\xb2",
            b"{",
            b'"',
            b"\n" * 9,
        )
    )
    return data[:start] + odd + data[start:]


MUTATIONS: tuple[Mutation, ...] = (_flip, _cut, _repeat, _drop, _insert)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return the data with one to four random changes."""
    for _ in range(chance.randint(1, 4)):
        if data:
            data = chance.choice(MUTATIONS)(chance, data)
    return data


def _set(text: str, key: str, value: str) -> bytes:
    """Return a stretch's file with another value for a key before its tables."""
    return f"{key} = {value}\n{text.partition('[[ranges]]')[0]}".encode()
