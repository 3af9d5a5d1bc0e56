# Every target works in a clean clone with Debian, Python 3.11 or newer and make; what is installed is said.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test render check lint format schema bench tools clean

help:  ## Show what can be made
	@echo "Tocsin. Two commands to begin with: make demo, make test"
	@echo
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s'|'

$(STAMP): pyproject.toml constraints.txt
	@echo "== Python packages into $(VENV) (versions from constraints.txt)"
	@scripts/python-venv "$(PYTHON)" "$(VENV)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

tools:  ## Install the programs that the proof needs (Debian packages, as root)
	@scripts/debian-tools

demo: $(STAMP) tools  ## Render, check and prove the bundle, and show where to go next
	@scripts/demo "$(BIN)"

test: $(STAMP) tools  ## Lint, type check, test, and prove the rendered bundle with promtool and amtool
	@scripts/test "$(BIN)"

render: $(STAMP)  ## Render slo.yaml into monitoring/ and argocd/
	@$(BIN)/tocsin render

check: $(STAMP)  ## Fail when the committed bundle is not the rendered one
	@$(BIN)/tocsin check

schema: $(STAMP)  ## Write the JSON Schema that editors use
	@$(BIN)/tocsin schema > generator/spec/schema.json

lint: $(STAMP)  ## Lint, formatting, types, architecture
	@scripts/lint "$(BIN)"

format: $(STAMP)  ## Format the source
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

goldens: $(STAMP)  ## Write the golden trees anew after a wanted change
	@TOCSIN_UPDATE_GOLDENS=1 $(BIN)/pytest -q tests/generator/test_goldens.py

bench: $(STAMP) tools  ## Measure speed and memory beside a baseline
	@$(BIN)/python -m benchmarks

clean:  ## Remove what make has installed and built
	@rm -rf $(VENV) build dist ./*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
