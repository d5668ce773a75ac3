# Every command we use, one sentence each. `make help` prints this list.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help install demo test check format lock soak policy-page texts bench bench-desk pictures clean

help:  ## Explain every target
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

install: .venv/.installed  ## Create .venv and install exactly what requirements.lock names

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(v < (3, 11) and "Python 3.11 or newer is needed, this is %d.%d; try: make PYTHON=python3.12" % v)'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install  ## Carry the example proposals through the whole life of a case; the agreements appear in out/
	$(BIN)/approvals demo

test: install  ## Run the tests (they start and stop their own PostgreSQL and Prefect server)
	$(BIN)/pytest --numprocesses auto --dist worksteal

check: install  ## Formatter, linter, type checker and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install  ## Format the code and mend what the linter can mend by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

soak: install  ## The long tests: many crashes, many cases
	$(BIN)/pytest -m soak

policy-page: install  ## Write docs/policy.md anew from the files in policy/
	$(BIN)/approvals policy page > docs/policy.md

texts: install  ## Collect the texts of pages, mails and policy for the translators
	@mkdir -p var
	$(BIN)/pybabel -q extract -F pyproject.toml -k marked --no-location --sort-output -o var/desk.pot .
	$(BIN)/approvals policy texts > var/policy.pot
	for domain in desk policy; do \
		$(BIN)/pybabel -q update --ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date -w 1000 \
			-D $$domain -i var/$$domain.pot -d templates/translations || exit 1; done
	@sed -i -E '/^"(Project-Id-Version|Report-Msgid|POT-|PO-Revision|Last-Translator|Language-Team|Generated-By)/d' \
		templates/translations/*/LC_MESSAGES/*.po

bench: install  ## Print every benchmark, each beside its rival
	for name in engine documents screening matching_quality audit turnaround; do $(BIN)/python -m benchmarks.$$name || exit 1; done

bench-desk: install  ## Measure the desk with fifty people over 100,000 cases, which are invented once
	$(BIN)/python -m benchmarks.desk --home var/bench-desk

pictures: install  ## Draw the pictures of the guides anew (needs Chromium)
	$(BIN)/pytest -q tests/desk/pictures.py

lock:  ## Renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade --no-annotate --no-header \
		--extra dev --extra build pyproject.toml --output-file requirements.lock

clean:  ## Remove what the other targets made; cases in var/ stay
	rm -rf .venv out .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
