# Two commands are enough: make run, make test. Python 3.11 or newer and make must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

.PHONY: run test check lint bench catalogues lock licences sbom cases words wheelhouse mutations clean

run: $(VENV)/.run $(VENV)/.catalogues
	@$(BIN)/python -m learnplat.starting

test: $(VENV)/.test $(VENV)/.catalogues
	@$(BIN)/python tests/run.py

check: lint
	$(BIN)/python -m pytest -q tests/house

# What needs no test to be seen.
lint: $(VENV)/.test $(VENV)/.catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check learnplat tests benchmarks migrations/env.py wsgi.py
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -r learnplat
	$(BIN)/djlint learnplat/templates --lint --quiet
	$(BIN)/learnplat courses check courses

bench: $(VENV)/.test $(VENV)/.catalogues
	$(BIN)/python benchmarks/run.py

# The catalogues that people edit are the .po files; these are made from them.
catalogues: $(VENV)/.catalogues
$(VENV)/.catalogues: $(wildcard translations/*/LC_MESSAGES/messages.po) | $(VENV)/.run
	@$(BIN)/pybabel -q compile -d translations
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the platform needs (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --require-hashes -r requirements/test.txt
	@touch $@

# For developers: new pins, and new words into the catalogues.
lock: $(VENV)/.test
	@for name in run test; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	  --no-header --no-emit-index-url --no-annotate --generate-hashes \
	  requirements/$$name.in -o requirements/$$name.txt; done
	@echo "Install the new pins, then make licences."

# What the platform is made of, and which test holds which security case.
licences: $(VENV)/.test
	@$(BIN)/python requirements/supply.py licences

sbom: $(VENV)/.test
	@$(BIN)/python requirements/supply.py sbom build/sbom.json

cases: $(VENV)/.test
	@$(BIN)/python tests/cases.py

# Everything that an installation without a network needs, for machines like this one.
wheelhouse:
	@$(PYTHON) -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
	  -r requirements/run.txt -d wheelhouse
	@echo "wheelhouse/ holds `ls wheelhouse | wc -l` packages; docs/operating.md says how to install from it."

# Whether the tests of the rules notice a rule that is spoilt; some minutes.
mutations: $(VENV)/.test
	@$(BIN)/python tests/mutations.py

words: $(VENV)/.run
	@$(BIN)/python translations/words.py

clean:
	rm -rf $(VENV) .tests .mypy_cache .ruff_cache .pytest_cache
