# The one door: every task of this project is a target here.
SWIFT ?= swift
CONFIGURATION ?= debug

.PHONY: help setup setup-test run build release web test check fmt docs bench soak golden clean

help:
	@echo "make run      install what is missing, build and start the Gateway"
	@echo "make test     install what is missing, build and run every test"
	@echo "make build    build for development        make release  build the optimised, static binary"
	@echo "make check    lint                         make fmt      format the sources"
	@echo "make docs     write the generated pages    make golden   record golden files (then read them)"
	@echo "make bench    measure a release build      make soak     see whether it grows, over 50,000 turns"
	@echo "make clean    remove what was built"

setup:
	@scripts/setup.sh build

setup-test: setup
	@scripts/setup.sh test

web: setup
	@scripts/web/build.sh

build: setup web
	$(SWIFT) build

release: setup web
	@scripts/release.sh

run: release
	@.build/release/openclaw gateway run --allow-unconfigured

test: setup-test web check
	@scripts/test.sh

check:
	@$(SWIFT) format lint --strict --recursive --configuration .swift-format Sources Tests Package.swift

fmt:
	@$(SWIFT) format --in-place --recursive --configuration .swift-format Sources Tests Package.swift

docs: build
	@.build/debug/openclaw docs --output docs

golden:
	RECORD_GOLDEN=1 $(SWIFT) test; echo "Recorded. Read the changes, then run make test."

bench: release
	@scripts/bench/run.sh

soak: release
	@scripts/bench/run.sh soak

clean:
	rm -rf .build web/dist
