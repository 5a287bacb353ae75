# Every command sets up what it needs, says what it does and how long it took;
# a second run is quick. What is downloaded or built stays below target/,
# scripts/node/node_modules and dist/.

.PHONY: help setup demo serve test matrix test-memory package bench bench-everywhere lint fuzz mutants clean

help:
	@echo 'make demo      sign-in, protected route, webhooks, user API against a real workerd, as a table'
	@echo 'make serve     the demo, left running, with the playground page'
	@echo 'make test      every test, two suites at a time; prints "N passed, N failed"'
	@echo 'make matrix    the common cases in every runtime and through every bundler'
	@echo 'make test-memory   a million verifications, a hundred thousand verifiers: flat memory'
	@echo 'make bench-everywhere   import and first verdict in every runtime, beside jose'
	@echo 'make package   dist/countersign-<version>.tgz and dist/countersign-envoy.wasm'
	@echo 'make bench     side-by-side benchmark: table, dist/bench.json, dist/bench.svg'
	@echo 'make lint      formatting, clippy, documentation, dependencies, types, packaging'
	@echo 'make fuzz      each fuzz target for 60 s       make mutants   cargo-mutants over the core'
	@echo 'make setup     only fetch and build the tools  make clean     remove what was built'

setup:
	@scripts/setup-node
	@scripts/with-wasm true

package: setup
	@node scripts/package.mjs
	@node scripts/envoy/module.mjs

demo: package
	@node scripts/run-with-emulator.mjs scripts/demo.mjs

serve: package
	@node scripts/run-with-emulator.mjs scripts/demo.mjs --serve

bench: package
	@node scripts/bench/run.mjs
	@node scripts/bench/envoy/run.mjs

bench-everywhere: package
	@node scripts/bench/everywhere.mjs

test-memory: package
	@node --expose-gc scripts/bench/memory.mjs

test:
	@scripts/with-wasm true
	@node scripts/test.mjs

matrix: package
	@node tests/matrix/run.mjs

lint: setup
	@node scripts/test.mjs --lint

fuzz:
	@scripts/fuzz

mutants:
	@scripts/setup-wasm-tools cargo-mutants 27.1.0
	@PATH="$(CURDIR)/target/tools/bin:$$PATH" cargo mutants --workspace --exclude 'examples/**' --exclude 'scripts/**' --exclude 'src/js/**' --output target

clean:
	rm -rf target dist scripts/node/node_modules
