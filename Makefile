# Two commands are enough:  make demo  ·  make test
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# Tests wait as much as they compute, and write ledgers that are synced: to memory, where there is any.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(min(8, 2 * (os.cpu_count() or 1)))")
TESTS_IN := $(shell df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000 {print "/dev/shm"}')
PLUGINS := $(sort $(dir $(wildcard plugins/*/pyproject.toml)))
STAMP  := $(VENV)/.installed

.PHONY: demo test lint types bench docs sizes clean venv browser

venv: $(STAMP)

# The dev group is read from pyproject.toml: pip learnt `--group` only in 25.1.
$(STAMP): pyproject.toml $(addsuffix pyproject.toml,$(PLUGINS)) scripts/dev_requirements.py
	$(PYTHON) scripts/check_python.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . $(foreach p,$(PLUGINS),--editable $(p)) \
	  $$($(BIN)/python scripts/dev_requirements.py)
	touch $@

demo: venv
	$(BIN)/python scripts/demo.py

# What a test needs and pip cannot bring (a browser) comes from scripts/install-browser.
browser:
	sh scripts/install-browser

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: venv
	$(BIN)/mypy

test: venv browser lint types
	$(if $(TESTS_IN),PYTEST_DEBUG_TEMPROOT=$(TESTS_IN)) $(BIN)/python -m pytest -n $(WORKERS)

bench: venv
	$(BIN)/python benchmarks/run.py

docs: venv
	$(BIN)/python docs/generate.py

sizes: venv
	$(BIN)/python scripts/sizes.py

clean:
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
