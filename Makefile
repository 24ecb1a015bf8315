# The two commands: `make run` shows the product working, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test pins clean

run: $(VENV)/.run  ## practice workspace + bot, no Slack account needed
	$(BIN)/python -m bot demo

test: $(VENV)/.test  ## everything: tests, types, style, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

$(VENV)/.run: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.test: requirements-test.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	touch $@

pins:  ## write the pinned requirements anew; with UPGRADE=--upgrade, with the newest versions there are
	$(PYTHON) -m piptools compile --quiet $(UPGRADE) --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --extra postgresql --extra practice --extra importing --output-file requirements.txt pyproject.toml
	$(PYTHON) -m piptools compile --quiet $(UPGRADE) --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --extra postgresql --extra practice --extra importing --extra test --constraint requirements.txt --output-file requirements-test.txt pyproject.toml

clean:
	rm -rf $(VENV)
