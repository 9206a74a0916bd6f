# Two commands matter: `make run` and `make test`. Both set the machine up first.
PY := .venv/bin/python
HOME_DIR ?= var
PORT ?= 8000

.PHONY: setup setup-test setup-bench run test lint bench

setup:
	@bash deploy/setup.sh run

setup-test:
	@bash deploy/setup.sh test

setup-bench: setup-test
	@bash deploy/setup.sh bench

run: setup
	@ZHIHENG_HOME=$(HOME_DIR) .venv/bin/zhiheng demo --serve --port $(PORT)

lint: setup-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy

test: setup-test lint
	$(PY) tests/run.py

bench: setup-bench
	$(PY) benchmarks/run.py
