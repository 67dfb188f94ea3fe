# Every command of the project. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup setup-run run test test-tools check lint types contracts audit bench docs messages front lock coverage-matrix clean

PYTHON ?= python3
BIN := .venv/bin
CI ?= false

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

setup: ## Install everything for work on the project into .venv
	@$(PYTHON) house/setup.py dev

setup-run: ## Install only what the server needs into .venv
	@$(PYTHON) house/setup.py run

run: setup-run ## Set up and start the server on 127.0.0.1:8000 with a sample analysis
	@$(BIN)/kehu serve

test: setup ## Set up and run every test
	@if [ "$(CI)" = "true" ]; then $(MAKE) --no-print-directory test-tools; fi
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-tools: ## Install Debian's chromium, Java and dovecot, with which a few tests run
	@sh house/test_tools.sh

check: setup lint types contracts audit coverage-matrix docs ## All gates: lint, types, contracts, dependency audit, IDs, docs
	@echo "All gates passed."

lint: ## Style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: ## Types
	$(BIN)/mypy

contracts: ## Which room may import which, and the shape of the code
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture

audit: ## Known weaknesses of the dependencies
	@$(BIN)/python house/audit.py

bench: ## Measure side by side with the peers (installs them in environments of their own)
	$(BIN)/python benchmarks/run.py

docs: ## Build the documentation into docs/_build
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build

messages: ## Collect the strings to translate into the catalogues
	$(BIN)/python house/messages.py

front: ## Build the front end
	$(BIN)/python hatch_build.py

lock: ## Compile the hashed locks again
	@$(BIN)/python house/lock.py

coverage-matrix: ## Inventory IDs and the tests that close them; fails on an unknown ID
	@$(BIN)/python house/coverage_matrix.py

clean: ## Remove what was installed and built
	rm -rf .venv build dist docs/_build frontend/node_modules src/kehu/web/static/built
