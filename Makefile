# make run    set everything up and run it here        make test   set up, check types and floors, run the tests
# make check  the above and the linter                 make prove  the long forms of the proofs
# make bench  measurements                             make clean  remove what was set up (not the data)
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PARALLEL ?= 2
PIP := $(BIN)/pip --disable-pip-version-check install -q

run: .venv/run
	@exec $(BIN)/medvirk up

test: .venv/dev browser
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q -n $(PARALLEL) --dist loadfile

check: .venv/dev browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/deptry .
	$(BIN)/deptry . --exclude '\.venv|node_modules' --ignore DEP002,DEP004
	$(MAKE) test

prove: .venv/dev browser operating
	MEDVIRK_PROVE=1 $(BIN)/pytest -q -n $(PARALLEL) --dist loadfile

bench: .venv/dev
	$(BIN)/python -m benchmarks

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Medvirk needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	@echo "medvirk: making a Python environment in .venv …"
	@$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python requirements.txt pyproject.toml assets.py package-lock.json
	@echo "medvirk: fetching what it is made of (a minute or so, the first time) …"
	@$(PIP) --require-hashes -r requirements.txt
	@echo "medvirk: putting the pages together …"
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/run requirements-dev.txt
	@echo "medvirk: fetching what it is tested with …"
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

# The pages are tested in a real browser; where this cannot bring one, the tests say how to get it.
browser:
	@if [ -z "$${CHROMIUM:-}" ] && ! command -v chromium >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; fi || true

# What the README tells operators is tried with Debian's packages; where they cannot be had, the tests say "not run".
operating:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! { [ -x /usr/sbin/pgbouncer ] && [ -x /usr/lib/postgresql/15/bin/postgres ]; }; \
	then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-15 pgbouncer >/dev/null; fi || true

# Locks without addresses of registries; needs uv.
lock:
	printf 'hatchling>=1.27\nnodejs-wheel-binaries>=24.19,<25\n' > .venv/build.in
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml .venv/build.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv node_modules console/static/vendor

.PHONY: run test check prove bench browser operating lock clean
