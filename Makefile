# `make check` does what CI does, on the environment that is active.
.PHONY: check format lint types imports test schema

check: lint types imports test

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
