# make lab      open the lessons in JupyterLab (sets everything up the first time)
# make test     pass every test            make lint     check code, notebooks and drift
# make release  student notebooks from solutions/      make lock     renew requirements.lock
# make bundle   the zip that students download         make slides   the decks
# make site     the lessons as pages to read           make grade    a cohort: make grade ARGS=01-momentum
# make setup    the set-up alone           make clean    forget the set-up
PYTHON ?= $(shell for v in 3.13 3.12 3.11 3; do python$$v -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo python$$v; break; }; done)
BIN := .venv/bin
UV := VIRTUAL_ENV=.venv $(BIN)/uv pip
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: lab test lint format release bundle slides site grade setup lock clean

lab: setup
	@$(BIN)/course lab $(ARGS)

test: .venv/dev.stamp
	$(BIN)/python -m pytest -n auto --dist loadscope $(ARGS)

lint: .venv/dev.stamp
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports --no-logo && $(BIN)/course release --check

format: .venv/dev.stamp
	$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/course release

release: .venv/setup.stamp
	$(BIN)/course release $(ARGS)

bundle: .venv/setup.stamp
	@mkdir -p dist
	@$(BIN)/course bundle --out dist/optimizers-course.zip $(ARGS)

slides: .venv/setup.stamp
	@$(BIN)/course slides $(ARGS)

site: .venv/setup.stamp
	@$(BIN)/course site $(ARGS)

grade: .venv/instructor.stamp
	@$(BIN)/course grade $(ARGS)

setup: .venv/setup.stamp

lock: .venv/dev.stamp
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --all-extras --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --upgrade -o requirements.lock pyproject.toml

clean:
	rm -rf .venv

.venv/setup.stamp: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11, 3.12 or 3.13 found: install one, or say make PYTHON=/path/to/python3" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check $$(grep -o '^uv==[^ ]*' requirements.lock)
	$(UV) install -q -c requirements.lock -b requirements.lock -e .
	@$(BIN)/course doctor --brief
	@touch $@

.venv/instructor.stamp: .venv/setup.stamp
	$(UV) install -q -c requirements.lock -b requirements.lock -e '.[instructor]'
	@touch $@

.venv/dev.stamp: .venv/setup.stamp
	$(UV) install -q -c requirements.lock -b requirements.lock -e '.[dev]'
	@touch $@
