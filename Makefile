SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
# `make` installs into .venv/ from the lock file what running needs, `make tools` what work on it
# needs besides; every other target does so first where needed.
# A uv that is there is used; else pip brings one into the environment.

PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
UV := $(or $(shell command -v uv 2>/dev/null),$(BIN)/uv)
SYNC = $(UV) sync --quiet --locked --inexact --python $(BIN)/python

export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: install tools run demo test check format bench browser clean

install: .venv/.app

tools: .venv/.tools

.venv/.app: pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
	  || { echo "Python's venv module is missing; trying to install it."; rm -rf .venv; \
	       apt-get install -y -qq python3-venv && $(PYTHON) -m venv .venv; } \
	  || { echo "Cannot make .venv: install the package python3-venv, then run make again."; exit 1; }
	@test -x "$(UV)" || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(SYNC) --no-default-groups
	@touch $@

.venv/.tools: .venv/.app
	@$(SYNC)
	@touch $@

# The app on your own store: embedded by default, MongoDB where MONGO_URL points.
run: install
	@$(BIN)/tokenflow serve --port $(PORT)

# The app with 90 days of a made-up team, in a database of its own.
demo: install
	@$(BIN)/tokenflow demo --port $(PORT)

# Everything that decides whether a change is good: checks, then every test in random order.
test: check browser
	@$(BIN)/pytest -n auto -q --reruns 1

check: tools
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports | tail -n 3
	@$(BIN)/deptry . 2>&1 | tail -n 3
	@$(BIN)/codespell

format: tools
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

bench: tools
	@$(BIN)/python -m benchmarks

# A Chromium for the browser tests: the one that is there, else Debian's, else Playwright's.
browser: tools
	@if [ -n "$${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing Chromium for the browser tests."; apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
	  sudo apt-get update -qq && sudo apt-get install -y -qq chromium >/dev/null; \
	else $(BIN)/playwright install chromium; fi \
	|| echo "No Chromium could be installed: the browser tests will say so."

clean:
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
