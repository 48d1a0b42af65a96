# One word per task; `make help` lists them. Two are all a newcomer needs: demo and test.

PYTHON ?= python3
# A local copy of the published datasets, for training and measuring (docs/how-to/datasets.md).
export EARMARK_DATA ?= ../shared/data

BIN := .venv/bin
# Installing again is only worth its time when what is asked for has changed.
ASKED := pyproject.toml constraints.txt
DEBIAN := chromium fluidsynth fluid-soundfont-gm $(if $(shell command -v java),,default-jre-headless)
MISSING = $(shell dpkg-query -W -f='$${Package} $${db:Status-Abbrev}\n' $(DEBIAN) 2>/dev/null \
	| awk '$$2 == "ii" {print $$1}' | sort | comm -13 - <(printf '%s\n' $(DEBIAN) | sort))
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check format ontology examples models bench docs clean

help: ## list the words
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: .venv/core ## tag the example clips, print the reasons, write build/passport.html
	@$(BIN)/earmark demo

test: check .venv/debian ## every check and every test
	@$(BIN)/pytest -q -n 2 $(if $(strip $(MISSING)),-m "not browser and not synth") $(PYTEST)

check: .venv/dev ## style, types, layers, doctests
	@$(BIN)/ruff check src tests benchmarks data docs
	@$(BIN)/ruff format --check src tests benchmarks data docs
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/pytest --doctest-modules src README.md --doctest-glob=README.md -q -p no:randomly

format: .venv/dev ## lay out the code
	@$(BIN)/ruff check --fix-only src tests benchmarks data docs
	@$(BIN)/ruff format src tests benchmarks data docs

ontology: .venv/dev ## regenerate features.ttl, terms.json and the embeddings from the feature registry
	@$(BIN)/python -m earmark.pipeline.ontology

examples: .venv/dev .venv/debian ## render the example clips again
	@$(BIN)/python data/example/render.py

models: .venv/dev ## train the shipped models again (needs EARMARK_DATA)
	@$(BIN)/python -m benchmarks.train_models

bench: .venv/dev ## measure, and write dated tables under benchmarks/results (needs EARMARK_DATA)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt xgboost
	@$(BIN)/python -m benchmarks

docs: .venv/dev ## regenerate docs/reference from the code and the ontology
	@$(BIN)/python docs/reference/generate.py
	@$(BIN)/python docs/reference/ontology.py

clean: ## remove what can be made again
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/core: $(ASKED)
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/dev: $(ASKED)
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@ .venv/core

# Debian packages that some tests need: installed as root, else asked for; what cannot
# run is deselected and counted by pytest, unless EARMARK_COMPLETE forbids that.
.venv/debian: Makefile | .venv/dev
	@missing="$(MISSING)"; \
	if [ -z "$${missing// /}" ]; then touch $@; \
	elif [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null && touch $@; \
	else \
		echo "Some tests need Debian packages: sudo apt-get install -y $$missing"; \
		[ -z "$$EARMARK_COMPLETE" ]; \
	fi
