# Everything a newcomer needs: `make run` and `make test` do their own set-up.
PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3 python,$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
PORT ?= 8501
VENV := .venv
PROVIDERS := .venv-providers
BIN := $(VENV)/bin
UV_VERSION := 0.13.8
# Exact versions with hashes, bytecode compiled at install so that no process pays for it later.
INSTALL := $(BIN)/uv pip install --python $(BIN)/python --require-hashes --compile-bytecode

.DEFAULT_GOAL := help
.PHONY: help install run test test-providers check docs catalogue bench notebook lock clean

help:  ## Show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(VENV)/installed  ## Make .venv with the pinned requirements

run: $(VENV)/installed  ## Start CrewLab at http://127.0.0.1:8501 (PORT=...)
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); sys.exit(s.connect_ex(("127.0.0.1", $(PORT))) == 0)' \
	  || { echo "Port $(PORT) is taken. Open http://127.0.0.1:$(PORT) if that is CrewLab, or choose another: make run PORT=8502"; exit 1; }
	@$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/tools  ## Run all tests (a browser test is skipped where there is no Chromium)
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

test-providers: $(PROVIDERS)/installed  ## Run the tests of providers' own clients, with their packages
	@CREWLAB_TEST_PROVIDERS=1 $(PROVIDERS)/bin/python -m pytest -q -n 2 tests/providers $(ARGS)

check: $(VENV)/tools  ## Format, lint, types, architecture
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_architecture.py -p no:randomly

docs: $(VENV)/tools  ## Write the generated table of events in README.md
	@$(BIN)/python -m tests.event_table

catalogue: $(VENV)/tools  ## Write the list of tools of the installed crewai_tools
	@$(BIN)/python -m crewlab.bridge.tools.specs > $(VENV)/catalogue.json
	@mv $(VENV)/catalogue.json crewlab/definitions/library/tool_catalogue.json

bench: $(VENV)/tools  ## Print the benchmark table and write bench.json (ONLY=name runs one)
	@$(BIN)/python -m tests.benchmarks $(ONLY)

notebook: $(VENV)/tools  ## Open Jupyter on the example notebooks
	@PYTHONPATH=$(CURDIR) $(BIN)/jupyter lab --notebook-dir=data/notebooks $(ARGS)

lock: $(VENV)/uv  ## Compile the pinned requirements anew from pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url -c requirements.txt tests/requirements.in -o tests/requirements.txt
	@cat requirements.txt tests/requirements.txt > tests/providers/requirements.txt  # the versions to keep where possible
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url pyproject.toml tests/requirements.in tests/providers/requirements.in -o tests/providers/requirements.txt

clean:  ## Remove .venv and caches; data stays
	@rm -rf $(VENV) $(PROVIDERS) .pytest_cache .mypy_cache .ruff_cache

$(VENV)/uv:
	@test -n "$(PYTHON)" || { echo "CrewLab needs Python 3.11 or newer, and none was found. Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making $(VENV) with $(PYTHON)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python has no venv module. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(VENV)/installed: requirements.txt | $(VENV)/uv
	@echo "Installing the requirements (about 1.3 GB; seconds from a warm cache, a few minutes otherwise)"
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/tools: tests/requirements.txt $(VENV)/installed
	@echo "Installing the test tools"
	@$(INSTALL) -r tests/requirements.txt
	@touch $@

# An environment of its own: some of these packages need older versions of what CrewLab uses.
$(PROVIDERS)/installed: tests/providers/requirements.txt $(VENV)/uv
	@echo "Installing the packages of model providers into $(PROVIDERS)"
	@test -x $(PROVIDERS)/bin/python || $(BIN)/uv venv -q --python $(BIN)/python $(PROVIDERS)
	@$(BIN)/uv pip install -q --python $(PROVIDERS)/bin/python --require-hashes -r $<
	@touch $@
