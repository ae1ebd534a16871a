# `make demo` builds, seeds, serves and prints links. `make test` installs what
# is missing (Debian: PostgreSQL, Chromium) and runs everything, nothing skipped.
export CGO_ENABLED = 0
GOFLAGS ?= -trimpath
export GOFLAGS
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS = -s -w -X lodestar/internal/node.Version=$(VERSION)
SQLC  = go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1

.PHONY: demo build test check bench release generate postgres tools vet clean

build:
	go build -ldflags '$(LDFLAGS)' -o lodestar ./cmd/lodestar

demo: build
	./lodestar demo

# What the tests need that Go does not bring. Nothing else is installed.
tools:
	@./test/tools.sh

test: tools vet
	url=$$(./test/postgres.sh start) && LODESTAR_TEST_POSTGRES=$$url go test -timeout 25m ./...

# Exactly what CI runs.
check: test

vet:
	@test -z "$$(gofmt -l cmd internal catalog test bench)" || { gofmt -l cmd internal catalog test bench; echo "run gofmt"; exit 1; }
	go vet ./...

bench: build
	./bench/run.sh

postgres:
	@echo "export LODESTAR_TEST_POSTGRES=$$(./test/postgres.sh start)"

# Generated code is committed; a test says when it is stale.
generate:
	$(SQLC) generate
	go generate ./...
	go run ./test/generated

release:
	@for os in linux darwin windows; do for arch in amd64 arm64; do \
		ext=; [ $$os = windows ] && ext=.exe; \
		echo dist/lodestar-$$os-$$arch$$ext; \
		GOOS=$$os GOARCH=$$arch go build -ldflags '$(LDFLAGS)' -o dist/lodestar-$$os-$$arch$$ext ./cmd/lodestar || exit 1; \
	done; done

clean:
	rm -rf lodestar dist
	./test/postgres.sh stop || true
