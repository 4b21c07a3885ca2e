SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
# `make` installs into .venv/ from the lock file; every other target does so first where needed.
# A uv that is there is used; else pip brings one into the environment.

PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
UV := $(or $(shell command -v uv 2>/dev/null),$(BIN)/uv)
STREAMLIT := $(BIN)/streamlit run streamlit_app.py --server.port $(PORT)
DEMO := .demo

export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: install run demo test check format bench browser clean

install: .venv/.installed

.venv/.installed: pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
	  || { echo "Python's venv module is missing; trying to install it."; rm -rf .venv; \
	       apt-get install -y -qq python3-venv && $(PYTHON) -m venv .venv; } \
	  || { echo "Cannot make .venv: install the package python3-venv, then run make again."; exit 1; }
	@test -x "$(UV)" || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(UV) sync --quiet --locked --inexact --python $(BIN)/python
	@touch $@

# The app on your own store: embedded by default, MongoDB where MONGO_URL points.
run: install
	@echo "Tokenflow: http://127.0.0.1:$(PORT)"
	@$(STREAMLIT)

# The app with 90 days of a made-up team, in a database of its own.
demo: export DB_NAME := tokenflow_demo
demo: install
	@$(BIN)/python -m generators telemetry --users 40 --sessions 1000 --days 90 --seed 42 --output $(DEMO)
	@$(BIN)/python -m ingest $(DEMO)/telemetry_logs.jsonl --people $(DEMO)/employees.csv --replace synthetic
	@echo "Tokenflow with demo data: http://127.0.0.1:$(PORT)"
	@$(STREAMLIT)

# Everything that decides whether a change is good: checks, then every test in random order.
test: check browser
	@$(BIN)/pytest -n auto -q --reruns 1

check: install
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports | tail -n 3
	@$(BIN)/deptry . 2>&1 | tail -n 3
	@$(BIN)/codespell

format: install
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

bench: install
	@$(BIN)/python -m benchmarks

# A Chromium for the browser tests: the one that is there, else Debian's, else Playwright's.
browser: install
	@if [ -n "$${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing Chromium for the browser tests."; apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
	  sudo apt-get update -qq && sudo apt-get install -y -qq chromium >/dev/null; \
	else $(BIN)/playwright install chromium; fi \
	|| echo "No Chromium could be installed: the browser tests will say so."

clean:
	@rm -rf .venv $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis
