# The commands of the map service. `make` alone lists them. Each one prepares what it needs and can be run again.
# Variables: PORT (8000), PYTHON, CHROMIUM, DATABASE_URL (another database than the private one).
MAKEFLAGS += --no-print-directory
OPS := "$(CURDIR)/mapservice/ops"

.DEFAULT_GOAL := help
.PHONY: help setup serve test check bench format import messages shell psql locks stop clean backup restore

help: ## List these commands
	@grep -hE '^[a-z]+:.*## ' "$(CURDIR)/Makefile" | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: ## Install what is missing and start the private PostGIS
	@$(OPS)/setup.sh dev

serve: ## Prepare everything and serve the site at http://127.0.0.1:8000 (PORT changes it)
	@$(OPS)/serve.sh

test: ## Prepare everything and run every test, browser tests included (ARGS goes to pytest)
	@$(OPS)/test.sh $(ARGS)

check: ## Check format, lint, types, templates, migrations, deployment settings and docs
	@$(OPS)/check.sh

bench: ## Measure the questions beside the plain way on a database of its own (ARGS="--records 1000000")
	@$(OPS)/manage.sh bench $(ARGS)

format: ## Rewrite the code and the templates in the project's format
	@$(OPS)/format.sh

import: ## Read a file into the catalogue: make import FILE=… SOURCE=… [APPLY=1]
	@$(OPS)/manage.sh import_source "$(FILE)" --source "$(SOURCE)" $(if $(APPLY),--apply)

messages: ## Bring the translation catalogues up to date and compile them
	@$(OPS)/messages.sh

shell: ## Open a Python shell with the models at hand
	@$(OPS)/manage.sh shell

psql: ## Open the database in psql
	@$(OPS)/setup.sh serve
	@$(OPS)/postgres.sh psql

locks: ## Write the locked requirements again (UPGRADE=1 takes the newest versions)
	@$(OPS)/locks.sh $(if $(UPGRADE),--upgrade)

backup: ## Write the whole database into one file: make backup FILE=…
	@$(OPS)/backup.sh "$(FILE)"

restore: ## Fill an empty database from such a file: make restore FILE=…
	@$(OPS)/restore.sh "$(FILE)"

stop: ## Stop the private PostGIS
	@$(OPS)/postgres.sh stop

clean: ## Remove everything the commands made, the private database included
	@$(OPS)/clean.sh
