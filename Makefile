.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
export DIXI_CACHE ?= $(HOME)/.cache/dixi
MODEL_DIR := $(DIXI_CACHE)/models
PERF ?= scale --installs 100

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## /{printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.stamp: requirements/dev.txt pyproject.toml hack/venv.py
	$(PYTHON) hack/venv.py $(VENV) requirements/dev.txt
	@touch $@

.PHONY: venv
venv: $(VENV)/.stamp ## Make the virtual environment from the pinned requirements

.PHONY: demo
demo: venv ## Set up a real cluster, install the operator and Dixi, print the projector's address
	$(BIN)/python hack/demo up

.PHONY: down
down: venv ## Remove the demo's cluster and all that it left on this machine
	$(BIN)/python hack/cluster down

.PHONY: test
test: ## Run every check and every test: lint, unit, integration, faults, e2e, browser, teardown
	$(PYTHON) hack/stages.py lint unit integration faults e2e browser teardown

.PHONY: lint
lint: venv ## Style, types, layers, and that generated files are current
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python hack/generate.py --check
	$(BIN)/python hack/web check

.PHONY: unit
unit: venv ## Tests of the pure parts, and of programs on loopback
	$(BIN)/python hack/packages.py redis-server
	$(BIN)/python hack/models $(MODEL_DIR)
	$(BIN)/python hack/cluster install-binaries --only helm versitygw ollama
	$(BIN)/python -m pytest tests/unit

.PHONY: integration
integration: venv ## Tests against a real API server with its controllers; the nodes are kwok's
	$(BIN)/python hack/cluster install-binaries --only kubernetes kubectl etcd kwok helm
	$(BIN)/python -m pytest tests/integration

.PHONY: faults
faults: venv ## Tests of the operator behind a proxy that disturbs its calls, a sample of all faults
	$(BIN)/python hack/cluster install-binaries --only kubernetes kubectl etcd kwok
	$(BIN)/python -m pytest tests/faults

.PHONY: faults-all
faults-all: venv ## The same with every fault at every call; takes about 40 minutes
	$(BIN)/python hack/cluster install-binaries --only kubernetes kubectl etcd kwok
	$(BIN)/python -m pytest tests/faults --every-fault --timeout 0

.PHONY: fuzz
fuzz: venv ## Generated specifications and histories, for about an hour
	$(BIN)/python hack/cluster install-binaries --only kubernetes kubectl etcd kwok
	$(BIN)/python -m pytest tests/integration/test_specs.py tests/integration/test_convergence.py \
		--hypothesis-profile long --timeout 3600

.PHONY: fuzz-api
fuzz-api: venv ## Requests made from the OpenAPI of backend and vision, good and bad, for some minutes
	$(BIN)/python -m pytest tests/unit/runtime/backend/test_openapi.py tests/unit/runtime/vision/http/test_openapi.py \
		tests/unit/runtime/vision/http/test_bad_input.py --hypothesis-profile long --timeout 3600

.PHONY: fuzz-frames
fuzz-frames: venv ## Generated frames, push messages and camera answers, for about ten minutes
	$(BIN)/python -m pytest tests/unit/runtime/vision/sources tests/unit/runtime/vision/intake/test_protocol.py \
		-k "no_bytes or no_raw or no_message or no_body or no_text or no_clock" --hypothesis-profile deep --timeout 3600 \
		--hypothesis-show-statistics

.PHONY: e2e
e2e: venv ## Tests on a real node made anew: real pods from our real images
	$(BIN)/python hack/cluster down
	$(BIN)/python hack/demo prepare
	$(BIN)/python hack/cluster install-binaries --only gpu-plugin
	$(BIN)/python hack/packages.py wrk
	$(BIN)/python -m pytest tests/e2e

.PHONY: browser
browser: venv ## Tests of the projector page, and of the vision role, in a real Chromium
	$(BIN)/python hack/packages.py chromium
	$(BIN)/python hack/web vendor
	$(BIN)/python hack/models $(MODEL_DIR)
	$(BIN)/python hack/demo prepare
	$(BIN)/python -m pytest tests/browser

.PHONY: teardown
teardown: venv ## Test that a cluster taken down leaves nothing; ends the demo's
	$(BIN)/python -m pytest tests/teardown

.PHONY: perf
perf: venv ## Measure, by default 100 installs beside a Go controller: make perf PERF="edits --installs 1000"
	$(BIN)/python -m tests.perf $(PERF)

.PHONY: generate
generate: venv ## Make the CRDs, and the chart's copy of them, from the types
	$(BIN)/python hack/generate.py

.PHONY: format
format: venv ## Format the sources
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lock
lock: venv ## Resolve the dependencies again and pin them with hashes
	$(BIN)/python hack/lock.py

.PHONY: audit
audit: venv ## Look up what is pinned among the known vulnerabilities; make audit ADVISORIES=FOLDER does without PyPI
	$(BIN)/python hack/audit $(if $(ADVISORIES),--advisories $(ADVISORIES))

.PHONY: images
images: venv ## Build the container images
	$(BIN)/python hack/images build
