# Needs Go, and a C compiler for the race detector. Without one, `make test` does without.

GO          ?= go
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME    ?= 30s
KILLS       ?= 300
CHAOS       ?= 60s
COVERED     := ./token ./callback ./internal/wecrypt
COVERMIN    := 90
CLOCKED     := ./internal/clock/... ./token ./service
CLOCKS      := +1h -1h step
PACKAGES    ?= token callback order purchase service license wecrypt wexml lenient sealed durable queuelog
MUTANTS     ?= 120
SEED        ?= 1
MUTANTARGS  ?=
WALKED      := ./wecomtest ./internal/fakewecom/customers ./internal/fakewecom/desk ./internal/fakewecom/kf
MODULES     := tools/mutants examples/tested backend/redis
SLOW        := backend/sql examples/scaleout examples/server bench
BROWSER     := tools/browser
TARGETS     := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: help test race clocks lint cover fuzz bench soak mutants browser servers quickstart cross check

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Building a package in C with -race shows whether the race detector can be had. The random
# walks, and SQLite in Go, are ten times slower with it: "make race" has them so. The packages of
# SLOW have the machine for themselves, one after the other, since some measure times.
test: ## All tests, with the race detector where there is a C compiler; the seeds of all fuzz targets too
	@if $(GO) build -race runtime/cgo 2>/dev/null; then race=-race; else race=; export CGO_ENABLED=0; \
		echo "No race detector: it needs a C compiler (apt-get install gcc libc6-dev) and CGO_ENABLED=1. Testing without."; fi; \
	echo "$(GO) test $$race ./..."; $(GO) test $$race -skip '^TestRandomWalk$$' ./... || exit 1; \
	$(GO) test -run '^TestRandomWalk$$' $(WALKED) || exit 1; \
	for m in $(MODULES); do echo "$(GO) -C $$m test $$race ./..."; $(GO) -C $$m test $$race ./... || exit 1; done; \
	for m in $(SLOW); do echo "$(GO) -C $$m test -p=1 -parallel=8 ./..."; $(GO) -C $$m test -p=1 -parallel=8 -timeout=20m ./... || exit 1; done

# Once more under several numbers of threads, which shows other interleavings.
race: ## The same on 1, 2 and 8 threads, and SQLite with the race detector; takes long
	$(GO) test -race -count=1 -cpu=1,2,8 ./...
	@for m in $(SLOW); do echo "and $$m"; $(GO) -C $$m test -race -count=1 -p=1 -timeout=2h ./... || exit 1; done

# What keeps tokens and codes, under a clock that is ahead, behind, or moves meanwhile.
clocks: ## What keeps tokens and codes, under clocks that are wrong
	@for clock in $(CLOCKS); do echo "clock $$clock"; \
		WECOM_TEST_CLOCK=$$clock $(GO) test -count=1 $(CLOCKED) || exit 1; done

lint: ## gofmt, go vet, staticcheck, go mod tidy
	@files=$$(gofmt -l .); if [ -n "$$files" ]; then echo "gofmt these files:"; echo "$$files"; exit 1; fi
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) mod tidy -diff
	@for m in $(MODULES) $(SLOW) $(BROWSER); do echo "and $$m"; \
		$(GO) -C $$m vet ./... && $(GO) -C $$m run $(STATICCHECK) ./... && $(GO) -C $$m mod tidy -diff || exit 1; done

# Fails below COVERMIN per cent of statements in any of the packages.
cover: ## Fails where too little is covered
	@out=$$($(GO) test -count=1 -cover $(COVERED)) || { echo "$$out"; exit 1; }; \
	echo "$$out" | awk '{ print } match($$0, /coverage: [0-9.]+%/) { n++; \
		if (substr($$0, RSTART + 10) + 0 < $(COVERMIN)) { bad = 1; print "  below $(COVERMIN) %" } } \
		END { exit bad || n != $(words $(COVERED)) }'

# Each fuzz target for FUZZTIME.
fuzz: ## Each fuzz target for 30 seconds (FUZZTIME=5m for longer)
	@grep -rEno '^func Fuzz[A-Za-z0-9_]*' --include='*_test.go' . | \
	sed -E 's|^(.*)/[^/]*:[0-9]+:func (.*)$$|\1 \2|' | while read -r dir target; do \
		echo "$$dir $$target"; \
		(cd "$$dir" && $(GO) test -run='^$$' -fuzz="^$$target\$$" -fuzztime=$(FUZZTIME) .) || exit 1; \
	done

# Ratios to the least code that does the same, counts and growth, each beside its goal.
bench: ## What it costs by the least code that does the same; takes some minutes
	$(GO) -C bench run .

# The crash tests at length.
soak: ## The crash tests at length; takes long
	$(GO) test -count=1 -v -timeout=2h -run='^(TestCrashDirQueue|TestDirStoreWriterKilled)$$' ./token ./callback -args -kills=$(KILLS)
	$(GO) test -count=1 -v -timeout=2h -run='InstallationsSurvive$$' ./token -args -chaos=$(CHAOS)
	$(GO) test -race -count=1 -v -timeout=2h -run='^TestChaos$$' ./callback -args -chaos=$(CHAOS)
	$(GO) -C backend/redis test -race -count=1 -timeout=2h . -args -soak
	$(GO) -C backend/sql test -race -count=1 -timeout=2h . -args -soak -scripts=4 -steps=2000
	$(GO) -C examples/scaleout test -count=1 -v -timeout=2h ./chaos -args -soak

# Small changes to the code, MUTANTS of them for each package, one at a time: which does no
# test notice? Takes minutes a package. Flags: go -C tools/mutants run . -help
mutants: ## Changes the code and lists what no test notices (PACKAGES=order, one package)
	@$(GO) -C tools/mutants run . -root '$(CURDIR)' -packages '$(PACKAGES)' -n $(MUTANTS) -seed $(SEED) $(MUTANTARGS)

# The sandbox's console, and the pages of examples/server, in a real browser. Where there is none it is
# installed, on Debian.
# SCREENSHOTS=FOLDER keeps pictures of all pages.
browser: ## The pages in a real browser, which is installed on Debian
	@command -v chromium chromium-browser google-chrome $$CHROMIUM >/dev/null || { sudo=; test $$(id -u) = 0 || sudo=sudo; \
		$$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; }
	$(GO) -C $(BROWSER) test -count=1 ./...
	$(GO) -C examples/server test -count=1 ./sandbox

# The servers of the tests of backend/… and examples/scaleout, which start them by themselves. Where
# there are none they are installed, on Debian.
servers: ## Installs the servers that the tests of backend/… start, on Debian
	@missing=; command -v redis-server >/dev/null || missing="redis-server"; \
	command -v mariadbd >/dev/null || missing="$$missing mariadb-server"; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$$missing postgresql"; \
	test -z "$$missing" || { sudo=; test $$(id -u) = 0 || sudo=sudo; \
		$$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends $$missing; }

quickstart: ## The whole chain from a suite_ticket to activated licences, in a second
	$(GO) run ./examples/quickstart

cross: ## Builds for Linux, macOS and Windows
	@for t in $(TARGETS); do echo "build $$t"; \
		GOOS=$${t%/*} GOARCH=$${t#*/} CGO_ENABLED=0 $(GO) build ./... || exit 1; done

check: test clocks lint cover cross browser ## Everything that CI does and one machine can; run "make servers" once before
