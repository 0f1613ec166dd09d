# Everything a person does with the project, one word each.
.PHONY: run test lint fmt bench first-view screens assets debian tools e2e fuzz

ASSET_SOURCES := $(shell find assets/src assets/build.mjs crates/web/templates crates/web/src -type f)
DEBIAN := chromium fonts-noto-cjk postgresql idzebra-2.0 yaz

# The demonstration on http://127.0.0.1:8080 (YUE_PORT and YUE_DATA_DIR override).
run: assets
	cargo run -p yue --features demo -- demo

test: tools lint
	cargo test --workspace --features yue/demo
	$(MAKE) e2e

# What tests and screens need: a browser, a database, catalogues, pymarc.
tools: debian e2e/node_modules/.package-lock.json target/python/.installed

# pymarc, which our reader of records is held against.
target/python/.installed: crates/connectors/tests/catalogues/requirements.txt
	python3 -m venv target/python
	target/python/bin/pip install --quiet --require-hashes --requirement $<
	touch $@

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

# W7: the first view of home beside a blank page, on a slow network and a slow phone.
first-view: tools assets
	cargo build --quiet -p yue --features demo
	node e2e/first_view.mjs

# Readers of what comes from outside under libFuzzer, a minute each; needs the crate cargo-fuzz.
fuzz:
	for target in records catalogues isbn; do RUSTC_BOOTSTRAP=1 cargo fuzz run $$target --fuzz-dir fuzz -- -max_total_time=60 -rss_limit_mb=512 || exit 1; done

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
