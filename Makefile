# `make run` and `make test` need Python 3.11 to 3.13, pip and make; everything else goes into .venv.
# ARGS are passed on: make test ARGS=tests/graph, make bench ARGS="--only sweep".

BIN := .venv/bin
STAMP := .venv/installed-for

.PHONY: run test check bench fuzz soak pictures set-up screen

run: set-up
	@$(BIN)/alphintra $(ARGS)

test: check screen
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: set-up
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: set-up
	$(BIN)/python -m tests.benchmarks $(ARGS)

fuzz: set-up
	ALPHINTRA_FUZZ_ROUNDS=10000 $(BIN)/python -m pytest -n 2 --dist worksteal -m fuzz $(ARGS)

soak: set-up screen
	ALPHINTRA_SOAK_STEPS=10000 ALPHINTRA_KILLS=200 ALPHINTRA_SOAK_SECONDS=600 \
		$(BIN)/python -m pytest -m soak $(ARGS)

# The window with real content, dark and light, to be looked at: build/pictures.
pictures: set-up
	$(BIN)/python -m tests.pictures $(ARGS)

# An X server and a mouse for the tests that drive the real window.
screen: set-up
	@sh packaging/system_packages.sh --tests

set-up: $(STAMP)

# The stamp holds the folder it was made for: an environment does not survive being moved.
ifneq "$(shell cat $(STAMP) 2>/dev/null)" "$(CURDIR)"
.PHONY: $(STAMP)
endif

$(STAMP): pyproject.toml packaging/constraints.txt packaging/set_up.sh
	@sh packaging/set_up.sh $(STAMP)
