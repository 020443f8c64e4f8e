# The words to remember: demo run test check bench lock

PY := .venv/bin/python
MAKEFLAGS += --no-print-directory
.PHONY: demo demo-compose run test check bench lock audit sbom

demo: .venv/installed ## a working day at the example park, through public HTTP
	@$(PY) -m deploy.local demo

demo-compose: .venv/installed ## the same day on the compose stack, from stand-in images (Debian 12, root)
	@bash tests/compose/run.sh

run: .venv/installed ## the example park at http://127.0.0.1:8000 (PORT overrides), until Ctrl-C
	@exec $(PY) -m deploy.local run

test: .venv/installed ## every test, in two processes; ARGS="tests/access -k badge" runs some in one
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest $(or $(ARGS),-n 2)

check: .venv/installed ## style, types, layers, migrations, manifests, alerts, lock, licences
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy shared services deploy tests benchmarks
	.venv/bin/lint-imports
	$(PY) -m deploy.local.check_migrations
	$(PY) -m deploy.manifests fetch
	$(PY) -m deploy.manifests check
	$(PY) -m deploy.monitoring fetch
	$(PY) -m deploy.monitoring check
	$(PY) -m deploy.lock check
	$(PY) -m deploy.licences

audit: .venv/installed ## what is locked, known to be vulnerable or unknown; needs PyPI itself, fails without
	@$(PY) -m deploy.audit

sbom: .venv/installed ## the bill of materials of each image, in .parvis/sbom
	@$(PY) -m deploy.bill

bench: .venv/installed ## every bench at a tenth; ONLY=name SCALE=1 for one of them in full
	@$(PY) -m benchmarks $(if $(ONLY),--only $(ONLY)) --scale $(or $(SCALE),0.1)

lock: .venv/installed ## fix the newest versions that pyproject.toml allows, with hashes
	@$(PY) -m deploy.lock write

.venv/installed: requirements.lock deploy/local/venv.sh
	@sh deploy/local/venv.sh
