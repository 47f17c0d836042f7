# Two commands are enough:  make demo  ·  make test
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PLUGINS := $(sort $(dir $(wildcard plugins/*/pyproject.toml)))
STAMP  := $(VENV)/.installed

.PHONY: demo test lint types bench docs clean venv browser

venv: $(STAMP)

# The dev group is read from pyproject.toml: pip learnt `--group` only in 25.1.
$(STAMP): pyproject.toml $(addsuffix pyproject.toml,$(PLUGINS)) scripts/dev_requirements.py
	$(PYTHON) scripts/check_python.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . $(foreach p,$(PLUGINS),--editable $(p)) \
	  $$($(BIN)/python scripts/dev_requirements.py)
	touch $@
