# Every command a person needs. Each sets itself up: Python 3.11 or newer, everything else goes to .venv.
.PHONY: help demo check test test-fast bench bench-full serve manual schema format clean
.DEFAULT_GOAL := help
BIN := .venv/bin
READY := .venv/.ready
# what differs in nothing by database is not tested a second time
PAGES_ALONE := test_api_schema test_api_evaluate test_security test_whatever_is_typed test_weight test_english test_checkup test_rule_desk test_every_role test_every_kind test_case_fuzz test_cases_pages test_cases_without test_desk_ test_money_ test_grants_desk test_library test_refused_in_english test_oidc test_rolls_pages
ON_POSTGRES := not $(subst $(empty) , and not ,$(PAGES_ALONE))

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml constraints.txt tools/setup.sh
	@sh tools/setup.sh
	@touch $(READY)

demo: $(READY) ## check the packs, match 100,000 synthetic enterprises, explain one, write a report
	$(BIN)/huiqi demo --out var/demo

check: $(READY) ## formatting, lint, types, import contracts, packs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/huiqi check

test: check ## everything that must hold: check, all tests, the site once more on PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist loadgroup
	$(BIN)/python tools/with_postgres.py $(BIN)/python -m pytest -n 2 --dist loadgroup -k "$(ON_POSTGRES)" tests/site || [ $$? = 3 ]

test-fast: $(READY) ## the tests alone
	$(BIN)/python -m pytest -n 2 --dist loadgroup

bench: $(READY) ## the benchmarks that take minutes
	$(BIN)/python benchmarks/match_1m.py
	$(BIN)/python benchmarks/match_full.py
	$(BIN)/python benchmarks/match_peers.py

bench-full: bench ## all benchmarks, up to sixty million enterprises: about an hour, 40 GB of disk
	$(BIN)/python benchmarks/lookup_60m.py --work var/bench
	$(BIN)/python benchmarks/match_full.py --rows 60000000 --repeats 1 --register var/bench/register
	$(BIN)/python benchmarks/generated_measures.py
	$(BIN)/python benchmarks/incremental.py
	$(BIN)/python benchmarks/simulate_10m.py
	$(BIN)/python benchmarks/import_10m.py

serve: $(READY) ## the site at 127.0.0.1:8000 with what `make demo` made
	$(BIN)/huiqi serve --data var/demo --day 2013-06-30

manual: $(READY) ## print the manual of the rule language from its tests
	$(BIN)/python -m tests.spec.print_manual

schema: $(READY) ## write the JSON Schema files of the pack format, for editors
	$(BIN)/huiqi schema --out schemas

format: $(READY) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what was made here
	rm -rf .venv var build
