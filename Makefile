# `make check` does what CI does, on the environment that is active.
.PHONY: check format lint types imports test schema drawings docs fuzz

check: lint types imports test docs

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

drawings:
	python -m research.drawings

docs:
	python -m sphinx --fail-on-warning --keep-going --quiet --builder html docs build/docs

# Ten minutes of changed files, read within bounds; what breaks a promise is kept in build/fuzz/.
fuzz:
	python -m tests.support.hostile.fuzz
