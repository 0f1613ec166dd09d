# Everything a person does with the project, one word each.
.PHONY: run test lint fmt bench screens assets debian tools e2e

ASSET_SOURCES := $(shell find assets/src assets/build.mjs crates/web/templates crates/web/src -type f)
DEBIAN := chromium fonts-noto-cjk postgresql

# The demonstration on http://127.0.0.1:8080 (YUE_PORT and YUE_DATA_DIR override).
run: assets
	cargo run -p yue --features demo -- demo

test: tools lint
	cargo test --workspace --features yue/demo
	$(MAKE) e2e

# What the browser tests and the screens need.
tools: debian e2e/node_modules/.package-lock.json

e2e: tools assets
	cargo build --quiet -p yue --features demo
	node --test --test-concurrency=2 e2e/*.test.mjs

# Every page as a picture, into e2e/out.
screens: tools assets
	cargo build --quiet -p yue --features demo
	node e2e/screens.mjs

# Ratios beside their goals.
bench: assets debian
	cargo build --quiet --release -p yue
	cargo run --quiet --release -p bench -- $(ONLY)

lint: assets
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --features yue/demo -- -D warnings

fmt:
	cargo fmt --all

assets: assets/dist/manifest.json

assets/dist/manifest.json: assets/node_modules/.package-lock.json $(ASSET_SOURCES)
	node assets/build.mjs

# npm packages by lock file, again only when it changes.
%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund

# What tests and screens need from Debian: installed when root, named otherwise.
debian:
	@missing=""; for package in $(DEBIAN); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then mkdir -p /etc/postgresql-common/createcluster.d && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/no-main.conf && \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing; \
	  else echo "Please install:$$missing"; exit 1; fi; fi
