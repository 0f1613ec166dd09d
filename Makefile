# Everything a person does with the project, one word each.
.PHONY: test lint fmt
test: lint
	cargo nextest --version >/dev/null 2>&1 && cargo nextest run --workspace --no-tests=pass || cargo test --workspace
lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
fmt:
	cargo fmt --all
