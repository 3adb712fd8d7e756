# chaland: install, try, test. Everything lives in .venv and demo/, both ignored by git.
PYTHON ?= python3
PERSONS ?= 20000
SERVE ?= 1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo install serve test test-all check bench docs clean-demo

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "chaland needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	touch $@

install: $(VENV)/.installed

demo: install
	$(BIN)/chaland demo demo/sources --persons $(PERSONS)
	test -f demo/base/chaland.toml || $(BIN)/chaland init demo/base --from demo/sources/chaland.toml
	$(BIN)/chaland build demo/base
	$(BIN)/chaland report demo/base
	$(BIN)/chaland status demo/base
	@if [ "$(SERVE)" != 0 ]; then $(BIN)/chaland serve demo/base --port $(PORT) --demo-account; fi

serve: install
	$(BIN)/chaland serve demo/base --port $(PORT)

test test-all: $(VENV)/.installed-dev
	$(BIN)/python tests/needs.py
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(if $(filter test,$@),-m "not long")

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

docs: $(VENV)/.installed-dev
	$(BIN)/python docs/generate.py

bench: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/build.py

clean-demo:
	rm -rf demo
