# Every target says what it does; `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH):/usr/sbin
# Without bytecode each process, and each test worker, compiles the project again.
unexport PYTHONDONTWRITEBYTECODE

LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q

.PHONY: help audit demo test test-slow test-again test-trixie journeys check docs pictures bench chaos load proof plans performance mutants peers up down migrate snapshot doctor restore-drill logs lock format tools

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Install what is missing and play the whole product in the browser; DEMO_PORT=8081 changes the port, DEMO_REPLICA=1 adds a replica, CONSUMERS=stats an account for a program.
	@deploy/local/install.sh demo
	@exec $(PYTHON) -m deploy.local demo

test: ## Install what is missing and run the tests on real servers, without the slow ones; ARGUMENTS="-k seats" chooses among all.
	@deploy/local/install.sh test
	$(PYTHON) -m pytest $(or $(ARGUMENTS),-m "not slow")

test-slow: ## Run the tests that wait, kill processes or play the whole product: those of tests/slow.py.
	@deploy/local/install.sh test
	$(PYTHON) -m pytest -m slow $(ARGUMENTS)

test-again: ## Run what failed in the last run again, on its own; refused if more than five tests failed.
	@$(PYTHON) -m tests.failed
	$(PYTHON) -m pytest -n0 --last-failed $(ARGUMENTS)

test-trixie: ## Run the tests that depend on versions on Debian 13's servers and Python; elsewhere in a chroot that root builds.
	@deploy/local/trixie.sh $(ARGUMENTS)

journeys: ## Play the journeys against Docker's containers, built from this tree, with data of their own.
	@deploy/local/install.sh test
	@docker compose version >/dev/null || { echo "make journeys needs Docker with Compose." >&2; exit 1; }
	COMPOSE=1 $(PYTHON) -m pytest -n0 tests/journeys $(ARGUMENTS)

check: tools ## Judge style, types, layers, migrations and configuration, without running anything.
	ruff check
	ruff format --check
	mypy
	mypy -p deploy.backup -p deploy.local -p deploy.rabbitmq -p deploy.compose -p deploy.grafana -p schema
	lint-imports
	find schema -name '*.sql' ! -name current.sql ! -path '*/releases/*' -print0 | sort -z | xargs -0 squawk
	promtool check config deploy/prometheus/prometheus.yml
	promtool test rules deploy/prometheus/tests/*.yml
	if command -v amtool >/dev/null; then amtool check-config deploy/alertmanager/alertmanager.yml; fi
	if docker compose version >/dev/null 2>&1; then docker compose config --quiet; fi

audit: ## Ask whether a pinned Python package has a known advisory; skipped where the advisories cannot be reached.
	@deploy/local/audit.sh

docs: tools ## Write contracts/ and, in docs/, messages.md, metrics.md, openapi.json and asyncapi.json from the code.
	$(PYTHON) -m tests.house
	$(PYTHON) -m deploy.grafana.boards

pictures: ## Take the pictures of the guides in docs/pictures, in Japanese and English; four minutes.
	@deploy/local/install.sh test
	$(PYTHON) -m tests.journeys.pictures $(ARGUMENTS)

bench: ## Measure presses and reads a second, beside others, and how late followers of events are; minutes, both cores.
	@deploy/local/install.sh load
	$(PYTHON) -m benchmarks.bench $(ARGUMENTS)

load: ## Replay the design's load test, seven minutes, and judge its thresholds; ARGUMENTS=--quick takes one.
	@deploy/local/install.sh load
	$(PYTHON) -m benchmarks.load $(ARGUMENTS)

chaos: ## Let members press while everything is killed, then compare the histories; ARGUMENTS=--quick.
	@deploy/local/install.sh test
	$(PYTHON) -u -m tests.chaos $(ARGUMENTS)

proof: ## Test every claim again, and write docs/proof.md: presses, answers, growth, soak, chaos; an hour, ARGUMENTS=--quick fifteen minutes.
	@deploy/local/install.sh load
	$(PYTHON) -u -m benchmarks.proof $(ARGUMENTS)

plans: ## Regenerate docs/query-plans.md: the plans of PostgreSQL with and without each index of the design.
	@deploy/local/install.sh demo
	$(PYTHON) -m benchmarks.plans $(ARGUMENTS)

performance: ## Measure everything and regenerate docs/performance.md, twelve minutes; ARGUMENTS=--quick takes four.
	@deploy/local/install.sh load
	$(PYTHON) -m benchmarks.performance $(ARGUMENTS)

# A mutant as old and as long as the code before it would be taken for that.
mutants: export PYTHONDONTWRITEBYTECODE := 1
mutants: ## Break the code in 300 random places and write docs/mutants.md: what no test noticed; an hour, ARGUMENTS="--count 30".
	@deploy/local/install.sh demo
	$(PYTHON) -u -m tests.mutants $(ARGUMENTS)

peers: ## Let other people's tools judge docs/asyncapi.json and docs/openapi.json, clients made of these read a running API, and bots by eight clients play on the miniature Discord; needs Node and npm, ARGUMENTS="redocly spectral".
	@deploy/local/install.sh test
	$(PYTHON) -u -m tests.peers $(ARGUMENTS)

# Whether Docker has containers of this project, be they running or not.
IN_DOCKER := [ -n "$$(docker compose ps --all --quiet 2>/dev/null)" ]

up: ## Build and start what .env asks for in Docker, apply changed settings, and wait until all is healthy.
	@deploy/compose/up.sh

down: ## Stop what `make up` started; the data stays.
	docker compose down

migrate: ## Bring the database of MIGRATION_DATABASE_URL, or else Docker's, or else the demo's, to the current schema.
	@if [ -n "$$MIGRATION_DATABASE_URL" ]; then deploy/local/install.sh demo && $(PYTHON) -m schema.migrate; \
	elif $(IN_DOCKER); then docker compose build migrate && docker compose run --rm migrate; \
	else deploy/local/install.sh demo && $(PYTHON) -m deploy.local migrate; fi

snapshot: ## Write schema/current.sql from a new database; ARGUMENTS="--release 0.1.0" writes that release's snapshot too.
	@deploy/local/install.sh demo
	$(PYTHON) -m deploy.local snapshot $(ARGUMENTS)

restore-drill: ## Break a private database in three ways, restore it, say what was lost; three minutes.
	@deploy/local/install.sh drill
	$(PYTHON) -m deploy.local drill

doctor: ## Look at every part of what Docker or the demo runs, a line each; ARGUMENTS="dead list" does what else the operator can.
	@if $(IN_DOCKER); then docker compose run --rm doukikai $(or $(ARGUMENTS),doctor); \
	elif [ -x $(PYTHON) ]; then $(PYTHON) -m deploy.local doukikai $(or $(ARGUMENTS),doctor); \
	else echo "Nothing runs here; start with make up or make demo." >&2; exit 1; fi

logs: ## Follow the logs of Docker's services, or of the demo where Docker runs none.
	@if $(IN_DOCKER); then docker compose logs --follow --tail 100; \
	elif compgen -G '.local/demo/logs/*.log' >/dev/null; then tail -n 20 -F .local/demo/logs/*.log; \
	else echo "Nothing has logged yet; start with make demo or make up." >&2; exit 1; fi

lock: tools ## Pin every Python package again, with hashes and without index addresses.
	@command -v uv >/dev/null || { echo "make lock needs uv: .venv/bin/pip install uv" >&2; exit 1; }
	$(LOCK) -o requirements.txt
	$(LOCK) --group migrate -c requirements.txt -o requirements-migrate.txt
	$(LOCK) --group local --group migrate --group dev -c requirements.txt -o requirements-dev.txt

format: tools ## Format the Python files and mend what can be mended.
	ruff check --fix
	ruff format

tools:
	@deploy/local/install.sh check
