# `make run` installs Footnote into .venv and opens the page; `make test` is the gate, for people and for CI.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install run test test-all test-deps bench screenshots audit clean
.DELETE_ON_ERROR:

# The first of these that is Python 3.11 or later; `make install PYTHON=…` takes another.
PYTHON ?= $(shell for each in python3.11 python3 python3.12 python3.13; do \
	if $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$each; break; fi; done)
IN := .venv/bin
PIP_INSTALL = $(IN)/python -m pip install --disable-pip-version-check -c constraints.txt
# The advisories that docs/audit.md explains.
EXPLAINED = $(shell sed -nE 's/^\| ((CVE|GHSA|PYSEC)-[A-Za-z0-9-]+) \|.*/--ignore-vuln \1/p' docs/audit.md)
# Only these plugins: what is installed beside the tests brings others, and each process would load them all.
PYTEST = PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(IN)/python -m pytest -q -rs -p xdist.plugin -p _hypothesis_pytestplugin
# Each of the many processes of a run would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE
# Whole files go to one of so many processes: one more than two cores, since many of them wait.
WORKERS ?= 3

help: ## show this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 18

install: .venv/installed ## make .venv and install Footnote into it; does nothing when that is done

run: .venv/installed ## serve the page on this machine; the first time, add the sample library
	@$(IN)/python app.py

test: .venv/installed-test ## the gate: lint, types, layers, tests
	$(IN)/ruff check
	$(IN)/ruff format --check
	$(IN)/mypy
	$(IN)/lint-imports
	$(PYTEST) -m "not slow" -n $(WORKERS) --dist loadfile

test-all: test ## the gate, and the slow tests
	$(PYTEST) -m slow

test-deps: ## install what the browser and offline tests need, on Debian
	@missing=""; \
	command -v chromium >/dev/null || missing="chromium fonts-liberation"; \
	test -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf || missing="$$missing fonts-dejavu-core"; \
	command -v curl >/dev/null || missing="$$missing curl"; \
	command -v unshare >/dev/null || missing="$$missing util-linux"; \
	python3 -c 'import ensurepip' 2>/dev/null || missing="$$missing python3-venv"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" -ne 0 ] && command -v sudo >/dev/null; then sudo=sudo; fi; \
		set -x; \
		$$sudo apt-get update && \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing; \
	fi

bench: .venv/installed-bench ## print the benchmarks' tables; FOOTNOTE_BENCH_DATA names their data folder
	$(IN)/python -m bench.ingest_files
	$(IN)/python -m bench.ocr
	$(IN)/python -m bench.sentences
	$(IN)/python -m bench.verifier
	$(IN)/python -m bench.entailment
	$(IN)/python -m bench.adversary
	$(IN)/python -m bench.retrieval
	$(IN)/python -m bench.followups
	$(IN)/python -m bench.speed
	$(IN)/python -m bench.answers
	$(IN)/python -m bench.abstention
	$(IN)/python -m bench.scenarios
	$(IN)/python -m bench.ingest_speed
	$(IN)/python -m bench.batch
	$(IN)/python -m bench.mentions
	$(IN)/python -m bench.library_page
	$(IN)/python -m bench.load
	$(IN)/python -m bench.load --model

screenshots: .venv/installed-test ## take pictures of every page's main states into screenshots/
	$(IN)/python -m bench.screenshots

audit: .venv/installed-audit ## ask PyPI for known vulnerabilities in what is pinned; needs the network
	$(IN)/pip-audit --strict --disable-pip --no-deps --progress-spinner off -r constraints.txt $(EXPLAINED)

clean: ## remove .venv and what the tools left; no library is touched
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find ingest retrieval chat tests bench -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Footnote needs Python 3.11 or later." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "This Python makes no virtual environments; on Debian: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing Footnote and what it needs into .venv; this takes a few minutes, once."
	$(PIP_INSTALL) -e .
	@touch $@

.venv/installed-%: .venv/installed
	$(PIP_INSTALL) -e '.[$*]'
	@touch $@

ifeq ($(CI),true)
.venv/bin/python: | test-deps
test: test-deps
endif
