# What each target does: make help. The first one makes .venv.
# Another Python: make PYTHON=python3.13 check

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.installed
PIP := $(RUN) -m pip --disable-pip-version-check --quiet
CHECK_FLAGS ?=
PYTEST_FLAGS ?= -n auto
MUTATE_FLAGS ?=

.PHONY: setup check test lint docs browser mutants house format bench wheel clean help

setup: $(STAMP)  ## the environment .venv, all of it pinned; who needs it makes it

check: $(STAMP)  ## the evidence: proved, explored, sampled, and what is not covered
	@$(VENV)/bin/exitgame check $(CHECK_FLAGS)

test: $(STAMP) browser  ## the test suite, on every core
	$(RUN) -m pytest $(PYTEST_FLAGS)

lint: $(STAMP)  ## style, types, layers, and what a proof would misread
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --no-logo
	@if [ -f impl/lab/prover/lint.py ]; then \
		echo "$(RUN) -m impl.lab.prover.lint spec invariants"; \
		$(RUN) -m impl.lab.prover.lint spec invariants; \
	fi

docs: $(STAMP)  ## the site, in out/site; every command that a page shows is run
	$(RUN) -m sphinx -b html -E -a -W --keep-going -q docs out/site
	$(RUN) -m impl.show.pages.links out/site
	@echo "the site: out/site/index.html"

# The tests of pages skip, loudly, where there is no browser; so a failure here is not one there.
browser:  ## Chromium, for the tests of pages
	@command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
			echo "installing Chromium (once), for the tests of pages"; \
			{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } \
				>/dev/null 2>&1 || echo "Chromium could not be installed: pages are not tested" >&2; \
		else \
			echo "no Chromium here, so pages are not tested; with it they are:" \
				"sudo apt-get install chromium" >&2; \
		fi; }

mutants: $(STAMP)  ## what kills each mistake in the rules, looked for and kept
	@worst=0; for protocol in plasma-mvp multiparty payment application watchtower conditional; do \
		$(VENV)/bin/exitgame mutate $$protocol --keep $(MUTATE_FLAGS) || worst=$$?; \
	done; exit $$worst

house: $(STAMP)  ## the picture in CONTRIBUTING.md, made anew from the source
	@$(RUN) -m impl.show.pages.house --write

format: $(STAMP)  ## style, mended
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: $(STAMP)  ## speed, as ratios
	$(RUN) -m tests.benchmarks

wheel: $(STAMP)  ## a release, in dist: built, installed into out/wheel, and tried
	rm -rf dist out/wheel
	$(RUN) -m hatchling build
	$(RUN) -m venv out/wheel
	out/wheel/bin/python -m pip --disable-pip-version-check --quiet install -c constraints.txt dist/*.whl
	cd out/wheel && bin/exitgame list

clean:  ## remove .venv and what tools have stored
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

help:  ## what each target does
	@awk -F ' *:.*## ' '/^[a-z]+:.*## / { printf "make %-9s%s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# Redone from nothing when a requirement changes, so that no stale package stays behind.
$(STAMP): pyproject.toml constraints.txt
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
		echo "exitgame needs Python 3.11 or later, and there is no '$(PYTHON)' here;" \
			"name one with: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "exitgame needs Python 3.11 or later, and $(PYTHON) is" \
			"$$("$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])');" \
			"name a later one with: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "setting up $(VENV) (once)"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(PIP) install -c constraints.txt hatchling
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[dev,docs,ray]'
	@touch $(STAMP)
