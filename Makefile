# make lab      open the lessons in JupyterLab (sets everything up the first time)
# make test     pass the tests             make lint     check code, notebooks and drift
# make test-all     the nightly tests, too: orderings of long trainings, whole walks, every page
# make release  student notebooks from solutions/      make lock     renew requirements.lock
# make test-fresh   lab and test on a fresh Debian, as root: make test-fresh SUITE=trixie
# make bundle   the zip that students download         make slides   the decks
# make site     the lessons as pages to read           make grade    a cohort: make grade ARGS=01-momentum
# make lite     the course in the browser, to be served from any web space
# make setup    the set-up alone           make clean    forget the set-up
# make hub      a class's JupyterHub on this machine, as root      make test-hub   a class of eight on it
# make latency  how fast figures answer a hand, beside ipympl and interact
# make test-processors   what has to hold on every processor, with each kernel of OpenBLAS
PYTHON ?= python3.15 python3.14 python3.13 python3.12 python3.11 python3
BIN := .venv/bin
# Compiled at once: else each of the many short processes compiles what it imports, where none may
# write, as in a sandbox.
export INSTALL := $(BIN)/uv pip install -q --compile-bytecode --python .venv -c requirements.lock -b requirements.lock
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: lab test test-all test-fresh test-hub test-processors lint format release bundle slides site lite hub grade latency setup lock clean

lab: setup
	@$(BIN)/course lab $(ARGS)

test: .venv/dev.stamp
	$(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder $(ARGS)

test-all:
	@$(MAKE) --no-print-directory test ARGS="--nightly $(ARGS)"

test-fresh: .venv/dev.stamp
	@SUITE=$(SUITE) VERSION=$(VERSION) TEST_ARGS="$(ARGS)" PYTHONDONTWRITEBYTECODE=1 \
	  $(BIN)/python -m pytest -s -p no:cacheprovider tests/fresh

test-hub: .venv/dev.stamp
	@$(BIN)/python -m pytest -s -p no:cacheprovider --nightly tests/hub $(ARGS)

test-processors: .venv/dev.stamp
	@$(BIN)/python tests/processors.py $(ARGS)

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

lite: .venv/setup.stamp
	@$(BIN)/course lite --out dist/lite $(ARGS)

hub: .venv/setup.stamp
	@deploy/hub/start

grade: .venv/instructor.stamp
	@$(BIN)/course grade $(ARGS)

latency: .venv/benchmarks.stamp
	$(BIN)/python benchmarks/slider_latency.py $(ARGS)

setup: .venv/setup.stamp

lock: .venv/dev.stamp
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --all-extras --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --upgrade -o requirements.lock pyproject.toml

clean:
	rm -rf .venv

.venv/setup.stamp: setup.sh requirements.lock pyproject.toml
	@sh setup.sh $(PYTHON)
	@$(BIN)/course doctor --brief
	@touch $@

.venv/instructor.stamp: .venv/setup.stamp
	$(INSTALL) -e '.[instructor]'
	@touch $@

.venv/benchmarks.stamp: .venv/dev.stamp
	$(INSTALL) -e '.[benchmarks]'
	@touch $@

.venv/dev.stamp: .venv/setup.stamp
	$(INSTALL) -e '.[dev]'
	@touch $@
