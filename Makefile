# Every command of the project. CI runs `make check` and `make test`.
# Cargo is always called for the whole workspace: for one package alone it picks other features, and builds everything anew.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo web build check test test-rust test-web test-browser kill-runs bench reference-table screenshots generated tools

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: build ## build everything and run the demo city on http://127.0.0.1:8311
	./target/release/lagebild demo

build: web ## the release binary, with the web app in it
	cargo build --release --workspace --bins --locked

web: web/node_modules ## the web app
	cd web && npm run build

web/node_modules: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch web/node_modules

check: web/node_modules ## formats, lints, types, docs, generated files
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
	cd web && npm run check
	scripts/check-generated.sh

generated: web/node_modules ## write the OpenAPI document and the types made from it anew
	cargo build --quiet --workspace --bins --locked
	target/debug/lagebild openapi > docs/openapi.json
	cd web && npm run types

test: tools test-rust test-web test-browser ## all tests, in a real database and a real browser

tools: ## install what the tests need where it is missing
	scripts/install-test-tools.sh

test-rust:
	cargo test --workspace --locked

kill-runs: build ## kill import, server and PostgreSQL at a hundred random points; prints the table
	LAGEBILD_BIN=target/release/lagebild LAGEBILD_KILL_POINTS=100 \
		cargo test --workspace --locked --test kills -- --nocapture

kill-alerts: build ## kill the server at two hundred random points while alerts are sent; prints the counts
	LAGEBILD_BIN=target/release/lagebild LAGEBILD_KILL_POINTS=200 \
		cargo test --workspace --locked --test alert_kills -- --nocapture

test-web: web/node_modules
	cd web && npm test

test-browser: web ## the page in a real browser against the built binary
	cargo build --workspace --bins --locked
	scripts/with-demo.sh target/debug/lagebild -- npm --prefix web run e2e

bench: ## speed, in the release profile, beside other programs', and the reduced detection benchmark (LAGEBILD_BENCH_ROWS=1000000)
	scripts/install-bench-peers.sh
	cargo bench --workspace --locked --bench '*'
	cargo build --release --workspace --bins --locked
	target/release/lagebild simulate --reduced --ledger target/simulate.jsonl

reference-table: ## our statistics beside those of the field's own programs, value by value
	@scripts/reference-table.sh

screenshots: build ## the pictures in docs/screenshots
	scripts/with-demo.sh target/release/lagebild -- npm --prefix web run screenshots
