# The two commands: `make run` shows the product working, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-compile
# Where nothing may be compiled for keeps, each process of the tests would compile the bot and the tests anew.
export PYTHONDONTWRITEBYTECODE :=

# Several at a time, see tests/conftest.py; whoever is done takes from the others.
PYTEST := -m pytest -q -n auto --dist worksteal

.PHONY: run install checks test test-clocks test-week mutants wheel sbom pins clean

run: $(VENV)/.run  ## practice workspace + bot, no Slack account needed
	$(BIN)/python -m bot demo

install: $(VENV)/.run  ## what `make run` installs, and no more: for a server, and for its upgrade

test: $(VENV)/.test  ## everything: tests, types, style, layers
	$(MAKE) --no-print-directory --jobs 2 checks $(VENV)/.collected
	$(BIN)/python $(PYTEST)

checks: $(VENV)/.test  ## types, style, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What pytest makes of the tests' files, beside the checks: else each of its processes makes it, all at the same time.
$(VENV)/.collected: $(VENV)/.test $(shell find bot tests -name '*.py')
	$(BIN)/python -m pytest -qq -n 0 --collect-only >/dev/null || true
	touch $@

# A Thursday, the last hours of a year, another day and year where the machine stands, and all that is a month off is
# behind 2038-01-19, when seconds of 32 bits end. Counting lines takes two thirds more, so that nobody waits for it but
# CI; it needs all rooms, but no other time, and of those that read no clock only what is counted.
test-clocks: $(VENV)/.test  ## what may depend on the time, on a Thursday before a year's end
	TESTS_NOW=2037-12-31T23:30Z TZ=Pacific/Auckland \
	    $(BIN)/python $(if $(CI),-m coverage run $(PYTEST) -m "clock or not (virtual or again)",$(PYTEST) -m clock)
	$(if $(CI),$(BIN)/coverage combine --quiet && $(BIN)/coverage report)

test-week: $(VENV)/.test  ## the same over each midnight of a week that ends with a clock change
	for day in 22 23 24 25 26 27 28; do \
	    TESTS_NOW=2027-03-$${day}T23:58Z TZ=Europe/London $(BIN)/python $(PYTEST) -m clock || exit 1; \
	done

$(VENV)/.run: requirements.txt pyproject.toml
	@echo "Installing what the bot needs into $(VENV). The first time takes about a minute."
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes --requirement requirements.txt
	$(INSTALL) --quiet --no-deps --no-build-isolation --editable .
	@# Compiles what a start loads, a third of what pip would.
	$(BIN)/python -c "import bot.cli.demo"
	touch $@

$(VENV)/.test: requirements-test.txt $(VENV)/.run
	@echo "Installing what the tests need."
	$(INSTALL) --require-hashes --requirement requirements-test.txt
	$(BIN)/python -m compileall -qq -j 0 -x '/(pip|setuptools)/' $(VENV)/lib || true
	touch $@

mutants: $(VENV)/.test  ## how many of 200 small breakages the tests notice; takes most of an hour
	$(INSTALL) --quiet --no-build-isolation --editable ".[mutants]"
	$(BIN)/python -m benchmarks.mutants

sbom: $(VENV)/.run  ## what a server gets: build/sbom.json (CycloneDX) and build/licenses.md
	$(INSTALL) --quiet --no-build-isolation --editable ".[release]"
	rm -rf build/server && $(PYTHON) -m venv --without-pip build/server
	$(BIN)/python -m pip --python build/server/bin/python install --quiet --disable-pip-version-check --no-compile \
	    --require-hashes --requirement requirements.txt
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
	    --output-file build/sbom.json build/server/bin/python
	$(BIN)/pip-licenses --python build/server/bin/python --order license --with-urls --format markdown \
	    --output-file build/licenses.md

wheel: $(VENV)/.run  ## build/wheel/*.whl, for `pipx install`
	rm -rf build/bdist* build/lib build/wheel && $(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	    --wheel-dir build/wheel .

PINNED := --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
    --build-deps-for editable --extra postgresql --extra importing

pins:  ## write the pinned requirements anew; with UPGRADE=--upgrade, with the newest versions there are
	$(PYTHON) -m piptools compile $(PINNED) $(UPGRADE) --output-file requirements.txt pyproject.toml
	$(PYTHON) -m piptools compile $(PINNED) $(UPGRADE) --extra test --constraint requirements.txt --output-file requirements-test.txt pyproject.toml

clean:
	rm -rf $(VENV)
