# `make check` does what CI does, on the environment that is active.
.PHONY: check format lint types imports test schema drawings docs audit licences sbom fuzz crashes soak

check: lint types imports test docs audit licences

format:
	ruff format .
	ruff check --fix .

lint:
	ruff format --check .
	ruff check .

types:
	mypy

imports:
	lint-imports

test:
	python -m pytest

schema:
	python -m posecheck.stretches.schema > reference_poses/schema.json
	python -m posecheck.programme.schema > posecheck/programme/shipped/schema.json

drawings:
	python -m research.drawings

docs:
	python -m sphinx --fail-on-warning --keep-going --quiet --builder html docs build/docs

# Known vulnerabilities of the pinned versions; without a network it says so and passes.
audit:
	python -m research.supply.audit

licences:
	python -m research.supply.licences

# The parts of a release, as CycloneDX: of the active environment, or of one that holds the release and nothing else.
SBOM_PYTHON ?=
sbom:
	mkdir -p build
	python -m cyclonedx_py environment --pyproject pyproject.toml --output-reproducible --output-format JSON \
	  --output-file build/sbom.cdx.json $(SBOM_PYTHON)

# Ten minutes of changed files, read within bounds; what breaks a promise is kept in build/fuzz/.
fuzz:
	python -m tests.support.hostile.fuzz

# Kills every kind of command at random moments, 40 times each; about an hour.
crashes:
	python -m tests.support.crashes
	python -m tests.support.crashes --twice

# Two hours of a recording, half an hour live in the window, and half an hour of live pages in a browser.
soak:
	python -m tests.support.soak check
	python -m tests.support.soak live
	python -m tests.support.soak app
