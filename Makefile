# make demo and make test need only make and Python 3.11: each prepares what it uses.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test check bench soak reference lock wheel clean

demo: $(VENV)/run.stamp
	$(BIN)/p8 demo

test: $(VENV)/dev.stamp
	sh tools/system_packages.sh
	$(BIN)/python tools/postgres.py -- $(BIN)/pytest tests/server tests/journey/test_kill.py -n auto -q
	$(BIN)/pytest tests -n auto

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check src tests tools benchmarks
	$(BIN)/ruff check src tests tools benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/make_reference.py --check

bench: $(VENV)/dev.stamp
	$(BIN)/python benchmarks/bench.py

# Coverage of intervals on 2,000 seeds; load, replay, kill -9 and power cuts on the server; growing
# lists of voters (small unless told otherwise: see each soak.py).
soak: $(VENV)/dev.stamp
	$(BIN)/python benchmarks/coverage_of_intervals.py
	$(BIN)/python -m benchmarks.intake.soak
	$(BIN)/python -m benchmarks.lists.soak

# Documentation made from the code, and the pictures of the README.
reference: $(VENV)/dev.stamp
	$(BIN)/python tools/make_reference.py

wheel: $(VENV)/dev.stamp
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

# Needs uv. Hashes of every file, and no addresses.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra build --extra dev --extra spark --extra bench pyproject.toml \
		-o requirements-dev.lock

clean:
	rm -rf $(VENV) build dist demo .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "installing what Paragraph 8 needs (once, about a minute)"
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/bin/python requirements-dev.lock pyproject.toml
	@echo "installing what Paragraph 8 and its tests need (once, about a minute)"
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/run.stamp
