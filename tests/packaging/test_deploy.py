"""The hosting files, as far as they can be checked without a container engine: format, references, agreement."""

import base64
import fnmatch
import hashlib
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import streamlit
import yaml
from typer.testing import CliRunner

from posecheck.app import server
from posecheck.app.base import privacy
from posecheck.app.streaming import capacity, webcam
from posecheck.app.visit import stopping
from posecheck.app.visit.line import AT_ONCE, EACH
from posecheck.cli.main import app
from tests.support.proxy import headers_of_caddyfile

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
VARIABLE = re.compile(r"\$\{(\w+)(?::[-?][^}]*)?\}")
COTURN = {
    "listening-port",
    "fingerprint",
    "lt-cred-mech",
    "min-port",
    "max-port",
    "no-cli",
    "no-multicast-peers",
    "denied-peer-ip",
    "total-quota",
    "user-quota",
    "stale-nonce",
    "log-file",
}
"""Options of turnserver.conf, as coturn 4.7's own example names them."""


@pytest.fixture(scope="module")
def dockerfile() -> list[tuple[str, str]]:
    """Return the instructions, comments dropped and continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    whole = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(word.upper(), rest) for word, _, rest in (line.partition(" ") for line in whole.splitlines() if line)]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    held = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(held, dict)
    return held


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Return example.env; its commented-out assignments too, by the same name with a star."""
    out = {}
    for line in (DEPLOY / "example.env").read_text(encoding="utf-8").splitlines():
        found = re.match(r"^(# )?([A-Z_]+)=(.*)$", line)
        if found:
            out[found[2] + ("*" if found[1] else "")] = found[3]
    return out


def test_the_image_is_built_from_pinned_bases_and_runs_as_nobody_special(dockerfile: list[tuple[str, str]]) -> None:
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "HEALTHCHECK", "CMD"}
    assert {word for word, _ in dockerfile} <= known
    bases = [rest.split(" ")[0] for word, rest in dockerfile if word == "FROM"]
    assert all(re.fullmatch(r"[\w./-]+:[\w.-]+", base) and not base.endswith(":latest") for base in bases)
    users = [i for i, (word, _) in enumerate(dockerfile) if word == "USER"]
    assert dockerfile[users[-1]][1] not in ("root", "0")
    assert users[-1] > max(i for i, (word, _) in enumerate(dockerfile) if word == "FROM")
    after = [rest for word, rest in dockerfile[users[-1] :] if word == "RUN"]
    assert not any("apt-get" in rest for rest in after)
    for word, rest in dockerfile:
        if word == "RUN" and "apt-get install" in rest:
            assert "--no-install-recommends" in rest
            assert "rm -rf /var/lib/apt/lists/*" in rest


def test_what_the_image_copies_is_here_and_not_ignored(dockerfile: list[tuple[str, str]]) -> None:
    wanted = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = [line[1:] for line in wanted if line.startswith("!")]
    for word, rest in dockerfile:
        if word != "COPY" or rest.startswith("--from"):
            continue
        for name in rest.split()[:-1]:
            assert (ROOT / name).exists(), name
            assert any(fnmatch.fnmatch(name, pattern) for pattern in let_in), name


def test_the_libraries_are_those_the_readme_names(dockerfile: list[tuple[str, str]]) -> None:
    install = next(rest for word, rest in dockerfile if "apt-get install" in rest)
    named = re.search(r"apt-get install ([^`]*)`", " ".join((ROOT / "README.md").read_text(encoding="utf-8").split()))
    assert named is not None
    libraries = [name for name in named[1].split() if name.startswith("lib")]
    assert libraries
    assert all(name in install.split() for name in libraries)


def test_the_commands_of_the_image_are_ours(dockerfile: list[tuple[str, str]]) -> None:
    command = json.loads(next(rest for word, rest in dockerfile if word == "CMD"))
    runs = [shlex.split(rest) for word, rest in dockerfile if word == "RUN" and rest.startswith("posecheck ")]
    for line in (command, *runs):
        assert line[0] == "posecheck"
        done = CliRunner().invoke(app, [*line[1:], "--help"])
        assert done.exit_code == 0, done.output
    assert server.HOST == "localhost"


def test_compose_names_what_exists(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"app", "caddy", "turn"}
    build = services["app"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    assert services["turn"]["profiles"] == ["turn"]
    for service in services.values():
        image = service.get("image", "posecheck:built")
        assert re.fullmatch(r"[\w./-]+:[\w.-]+", image)
        assert not image.endswith(":latest")
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DEPLOY / source).is_file() if source.startswith(".") else source in compose["volumes"]
        for other in service.get("depends_on", []):
            assert other in services


def test_every_variable_of_compose_is_in_the_example(compose: dict[str, Any], environment: dict[str, str]) -> None:
    used = set(VARIABLE.findall((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    given = {name for name in environment if not name.endswith("*")}
    assert used == given
    read = {webcam.ICE_SERVERS, capacity.MOST, privacy.SHARED, AT_ONCE, EACH}
    assert read <= set(compose["services"]["app"]["environment"])


def test_the_app_is_shared_and_knows_its_own_name(compose: dict[str, Any]) -> None:
    about = compose["services"]["app"]["environment"]
    assert about[privacy.SHARED] == "1"
    # Without it Streamlit would ask a server outside for this machine's address.
    assert "POSECHECK_DOMAIN" in about["STREAMLIT_BROWSER_SERVER_ADDRESS"]
    assert about["STREAMLIT_SERVER_ALLOWED_HOSTS"] == about["STREAMLIT_BROWSER_SERVER_ADDRESS"]


def test_no_service_can_write_grow_or_gain_rights(compose: dict[str, Any], dockerfile: list[tuple[str, str]]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["mem_limit"], name
        assert 0 < service["pids_limit"] <= 512, name
    held = compose["services"]["app"]
    assert "cap_add" not in held
    assert "privileged" not in held
    user = held["user"].split(":")[0]
    assert f"--uid {user} posecheck" in " ".join(rest for word, rest in dockerfile if word == "RUN")
    assert all("size=" in place for place in held["tmpfs"])
    assert int(held["stop_grace_period"].removesuffix("s")) > stopping.PATIENCE_S
    checks = [rest for word, rest in dockerfile if word == "HEALTHCHECK"]
    assert len(checks) == 1
    assert "/_stcore/health" in checks[0]
    assert compose["services"]["caddy"]["depends_on"] == {"app": {"condition": "service_healthy"}}


def test_the_policy_lets_in_streamlits_own_script_and_no_other() -> None:
    policy = dict(
        part.strip().partition(" ")[::2] for part in headers_of_caddyfile()["Content-Security-Policy"].split(";")
    )
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in inline]
    assert policy["script-src"].split() == ["'self'", "blob:", "'wasm-unsafe-eval'", *hashes]
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["connect-src"] == "'self'"
    assert policy["object-src"] == policy["form-action"] == "'none'"
    # What finds the pose in the visitor's browser: a worker and WebAssembly of this server.
    assert policy["worker-src"] == "'self'"
    assert [name for name, value in policy.items() if "blob:" in value] == ["script-src"]
    told = {name: value.replace("'wasm-unsafe-eval'", "") for name, value in policy.items() if name != "style-src"}
    assert all("unsafe" not in value and "*" not in value for value in told.values())


def test_other_sites_are_kept_out() -> None:
    headers = headers_of_caddyfile()
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "same-origin"
    held = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["server"]
    assert held["enableCORS"] is True
    assert held["enableXsrfProtection"] is True
    assert held["allowedHosts"] == ["localhost", "127.0.0.1", "::1"]


def test_the_example_of_a_relay_is_one_the_app_takes(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("POSECHECK_ICE_SERVERS", "POSECHECK_ICE_SERVERS*"):
        monkeypatch.setenv(webcam.ICE_SERVERS, environment[name])
        servers = webcam.ice_servers()
    assert servers[0]["urls"].startswith(f"turn:{environment['POSECHECK_DOMAIN']}:")
    monkeypatch.setenv(capacity.MOST, environment["POSECHECK_MAX_VIEWERS"])
    assert capacity.most() >= 1


def test_caddy_puts_tls_before_the_app(dockerfile: list[tuple[str, str]], compose: dict[str, Any]) -> None:
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert text.count("{") == text.count("}")
    assert re.findall(r"\{\$(\w+)\}", text) == ["POSECHECK_DOMAIN"]
    assert "POSECHECK_DOMAIN" in compose["services"]["caddy"]["environment"]
    port = json.loads(next(rest for word, rest in dockerfile if word == "CMD"))[-1]
    assert re.search(rf"reverse_proxy localhost:{port}\b", text)
    assert "camera=(self)" in text
    assert all(line.startswith("\t") or not line[:1].isspace() for line in text.splitlines())


def test_the_relay_has_only_options_there_are(compose: dict[str, Any]) -> None:
    options = {}
    for line in (DEPLOY / "turnserver.conf").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            options[name] = value
    assert set(options) <= COTURN
    assert int(options["min-port"]) < int(options["max-port"])
    assert any("--user=posecheck:" in part for part in compose["services"]["turn"]["command"])
