# The two commands: `make run` shows the product working, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# As many at a time as there are cores; whoever is done takes from the others. On CI the lines are counted, too.
PYTEST := -m pytest -q -n auto --dist worksteal
COUNTED := $(if $(CI),-m coverage run)

.PHONY: run test test-clocks test-week mutants pins clean

run: $(VENV)/.run  ## practice workspace + bot, no Slack account needed
	$(BIN)/python -m bot demo

test: $(VENV)/.test  ## everything: tests, types, style, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python $(COUNTED) $(PYTEST)
	$(if $(CI),$(BIN)/coverage combine --quiet && $(BIN)/coverage report)

test-clocks: $(VENV)/.test  ## what may depend on the time, at a Thursday noon and before a year's end
	TESTS_NOW=2027-03-04T12:00Z TZ=America/St_Johns $(BIN)/python $(PYTEST) -m clock
	TESTS_NOW=2028-12-31T23:30Z TZ=Pacific/Auckland $(BIN)/python $(PYTEST) -m clock

test-week: $(VENV)/.test  ## the same over each midnight of a week that ends with a clock change
	for day in 22 23 24 25 26 27 28; do \
	    TESTS_NOW=2027-03-$${day}T23:58Z TZ=Europe/London $(BIN)/python $(PYTEST) -m clock || exit 1; \
	done

$(VENV)/.run: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.test: requirements-test.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	touch $@

mutants: $(VENV)/.test  ## how many of 200 small breakages the tests notice; takes most of an hour
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[mutants]"
	$(BIN)/python -m benchmarks.mutants

pins:  ## write the pinned requirements anew; with UPGRADE=--upgrade, with the newest versions there are
	$(PYTHON) -m piptools compile --quiet $(UPGRADE) --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --extra postgresql --extra practice --extra importing --output-file requirements.txt pyproject.toml
	$(PYTHON) -m piptools compile --quiet $(UPGRADE) --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --extra postgresql --extra practice --extra importing --extra test --constraint requirements.txt --output-file requirements-test.txt pyproject.toml

clean:
	rm -rf $(VENV)
