# Needs Python 3.11 or newer, make and git; everything else comes from requirements.lock into .venv/.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
# How many processes build; empty for one per core.
JOBS ?=
# The base IRI of the data: set it to the public address before you publish.
BASE ?= $(or $(COMMUNIQUE_BASE_IRI),http://localhost:$(PORT)/)

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed

# What the pages load; see web/README.md.
BUNDLE := publisher/static/build/manifest.json
SOURCES := $(wildcard web/*.ts web/*.json web/.npmrc web/src/*.* web/src/*/*.*)
# The machine's Node where it is new enough, otherwise the one of a Python package of the lock.
NODE_BIN := $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit(a > 22 || (a == 22 && b > 11) || (a == 20 && b > 18) ? 0 : 1)' 2>/dev/null \
	&& dirname "$$(command -v node)")

.PHONY: install web browser virtuoso screenshots build run test lint bench soak clients lock clean

install: $(INSTALLED)
	@$(MAKE) --silent --no-print-directory web || echo 'WARNING: the scripts of the pages were not built (is the npm registry out of reach?).' \
		'The pages work without them; "make web" tries again.' >&2

# The scripts and pictures of the pages. Fails where it cannot build them, which "make install" only warns of.
web: $(BUNDLE)

$(BUNDLE): $(SOURCES) | $(INSTALLED)
ifeq ($(NODE_BIN),)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r web/node.lock
endif
	cd web && PATH="$(or $(NODE_BIN),$(abspath $(BIN))):$$PATH" npm ci --loglevel=error
	cd web && PATH="$(or $(NODE_BIN),$(abspath $(BIN))):$$PATH" npm run --silent build
	touch $@

# Pictures of every type of page, in docs/screenshots.
screenshots: install web browser
	rm -rf docs/screenshots
	$(BIN)/python -m pytest tests/screenshots.py

# The browser that the tests drive; Debian's, when we may install it.
browser:
	command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }

# Virtuoso, which tests push a release to.
virtuoso:
	command -v virtuoso-t >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends virtuoso-opensource-7-bin; }

# The lock names every package with its hashes; the project itself is then put in place without fetching anything more.
$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	touch $@

build: install
	$(BIN)/communique build --base $(BASE) $(if $(JOBS),--jobs $(JOBS))

run: build
	$(BIN)/communique serve --host $(HOST) --port $(PORT)

test: install
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install
	for benchmark in benchmarks/*.py; do $(BIN)/python $$benchmark || exit 1; done

# Ten minutes of hostile clients beside innocent ones, 500 changes of release under load, 10,000 malformed inputs.
soak: install
	$(BIN)/python benchmarks/soak.py --seconds 600
	$(BIN)/python benchmarks/swaps.py --swaps 500
	$(BIN)/python benchmarks/malformed.py --inputs 10000
	$(BIN)/python benchmarks/kills.py --kills 200

# Asks two servers with Comunica; needs Node 20 or newer.
clients: install
	npm install --prefix build/clients --no-audit --no-fund --silent @comunica/query-sparql@4.5.0
	$(BIN)/python -m pytest tests/comunica.py

# Renews requirements.lock after a change of pyproject.toml; needs uv.
lock:
	echo 'setuptools>=77' | uv pip compile pyproject.toml - --extra dev --extra cluster --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet --upgrade \
		--output-file requirements.lock

clean:
	rm -rf $(VENV) releases build web/node_modules publisher/static/build *.egg-info .mypy_cache .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
