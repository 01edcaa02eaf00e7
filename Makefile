# leakwatch: find memory leaks in running native programs. `make help` lists the verbs.
#
# One Makefile, no recursion for the build itself. Each FLAVOUR has an output folder of its own:
#   release (default)  debug  asan (ASan + UBSan)  tsan
# The asan and tsan flavours build the analyzer and the unit tests; a preloadable object is built in
# release and debug only, because a sanitizer's runtime cannot be preloaded into somebody else's process.

VERSION := 0.1.0
FLAVOUR ?= release
PREFIX  ?= /usr/local
DESTDIR ?=
CXX     := g++
CC      := gcc
OUT     := out/$(FLAVOUR)
OBJ     := $(OUT)/obj

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Werror=return-type
FLAGS_release := -O2 -g
FLAGS_debug   := -O0 -g3
FLAGS_asan    := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FLAGS_tsan    := -O1 -g1 -fsanitize=thread -fno-omit-frame-pointer
ifeq ($(FLAGS_$(FLAVOUR)),)
$(error FLAVOUR=$(FLAVOUR) is not one of release, debug, asan, tsan)
endif

CPPFLAGS := -I. -DLW_VERSION='"$(VERSION)"' -D_GNU_SOURCE
COMMON   := -std=c++20 $(FLAGS_$(FLAVOUR)) $(WARNINGS) -MMD -MP
# The quiet house: no libstdc++, no exceptions, no guard variables, TLS that costs one load.
QUIET    := $(COMMON) -fPIC -fvisibility=hidden -fno-exceptions -fno-rtti -fno-threadsafe-statics \
            -fno-stack-protector -ftls-model=initial-exec -fno-math-errno
# The analyzer is large, and whoever takes it apart builds FLAVOUR=debug: functions and lines are enough here.
HOSTED_release := -g1
HOSTED   := $(COMMON) -fPIE $(HOSTED_$(FLAVOUR))

# Recipes show what they make; V=1 shows how, -s nothing.
Q   := $(if $(V),,@)
say  = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),@:,@echo "  $@")

SNAPSHOT_SRC   := $(wildcard snapshot/*.cc)
INTERPOSER_SRC := $(wildcard interposer/*.cc interposer/*/*.cc)
ANALYZER_SRC   := $(wildcard analyzer/*.cc analyzer/*/*.cc)
EXAMPLE_SRC    := $(wildcard examples/*.cc)
PRELOAD_SRC    := $(wildcard tests/preload/programs/*.cc tests/preload/programs/*.c)
PERF_SRC       := $(wildcard tests/perf/*.cc)
FUZZ_SRC       := $(wildcard tests/fuzz/*.cc)
UNIT_SRC       := $(wildcard tests/unit/*.cc tests/unit/*/*.cc tests/stress/*.cc)

ANALYZER_LIBS := -ldw -lelf -lfmt -lz -llzma -lncursesw -ltinfo -lpthread
UNIT_LIBS     := $(ANALYZER_LIBS) -lCatch2WithMain -ldl -lpthread

.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
.PHONY: help build deps demo test bench soak fuzz score golden-record format lint install uninstall clean \
        unit stress simulator preload-programs reach-programs examples perf-programs fuzzers

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  FLAVOUR=release|debug|asan|tsan   PREFIX=$(PREFIX)   DESTDIR=$(DESTDIR)   V=1 shows the commands"

build: $(OUT)/libleakwatch.so $(OUT)/libleakwatch_selftest.so $(OUT)/leakwatch ## build libleakwatch.so and the leakwatch command (the default)
deps: ## name the Debian packages that are missing and install them
	@bash tests/checks/deps.sh

# --- objects -------------------------------------------------------------------------------------------

# Objects that live in the target are compiled the quiet way wherever they are used, tests included.
$(OBJ)/snapshot/%.o: snapshot/%.cc Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(CPPFLAGS) $(QUIET) -c $< -o $@
$(OBJ)/interposer/%.o: interposer/%.cc Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(CPPFLAGS) $(QUIET) -c $< -o $@
$(OBJ)/analyzer/%.o: analyzer/%.cc Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(CPPFLAGS) $(HOSTED) -c $< -o $@
$(OBJ)/tests/%.o: tests/%.cc Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(CPPFLAGS) $(HOSTED) -c $< -o $@

objects = $(patsubst %.cc,$(OBJ)/%.o,$(1))
# The reader is hosted C++ (exceptions, std::string) and belongs to the analyzer's side of the letter.
READER_SRC := $(filter snapshot/reader%.cc,$(SNAPSHOT_SRC))
$(call objects,$(READER_SRC)): $(OBJ)/snapshot/%.o: snapshot/%.cc Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(CPPFLAGS) $(HOSTED) -c $< -o $@

# The page of the HTML report: one file of our sources and the parts of d3 that they use, embedded into the command.
PAGE        := analyzer/page
PAGE_SCRIPT := $(addprefix $(PAGE)/,elements.js numbers.js observation.js state.js charts.js verdict.js memory.js \
               call_tree.js moments.js flame.js changes.js sites.js blocks.js threads.js cost.js page.js)
PAGE_D3     := $(foreach part,array path shape collection color interpolate format scale selection axis,\
               /usr/share/nodejs/d3-$(part)/dist/d3-$(part).min.js)
$(OUT)/page.html: $(PAGE)/assemble.py $(PAGE)/page.html $(PAGE)/style.css $(PAGE)/d3-licences.txt $(PAGE_D3) $(PAGE_SCRIPT)
	@mkdir -p $(@D)
	$(say)
	$(Q)python3 $^ -o $@
$(OBJ)/analyzer/page/page.o: CPPFLAGS += -DLW_PAGE='"$(OUT)/page.html"'
$(OBJ)/analyzer/page/page.o: $(OUT)/page.html

# --- the two products ------------------------------------------------------------------------------------

# Linked by the C driver: that is what keeps libstdc++ out of it.
$(OUT)/libleakwatch.so: $(call objects,$(INTERPOSER_SRC) $(filter-out $(READER_SRC),$(SNAPSHOT_SRC))) interposer/exports.map
	$(say)
	$(Q)$(CC) $(FLAGS_$(FLAVOUR)) -shared -Wl,--version-script=interposer/exports.map -Wl,-soname,libleakwatch.so \
	    -Wl,-z,defs -Wl,-z,now -Wl,-z,relro -Wl,-z,initfirst -Wl,-z,nodelete $(filter %.o,$^) -o $@

# Leaks on purpose, for `leakwatch selftest`.
$(OUT)/libleakwatch_selftest.so: selftest/leak.cc snapshot/truth.h snapshot/atomic.h snapshot/layout.h Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(CPPFLAGS) $(QUIET) -fno-builtin -c $< -o $(OBJ)/selftest_leak.o
	$(Q)$(CC) -shared -Wl,-soname,libleakwatch_selftest.so -Wl,-z,defs -Wl,-z,now $(OBJ)/selftest_leak.o -o $@

$(OUT)/leakwatch: $(call objects,$(ANALYZER_SRC) $(SNAPSHOT_SRC))
	$(say)
	$(Q)$(CXX) $(FLAGS_$(FLAVOUR)) -pie $^ $(ANALYZER_LIBS) -o $@

# --- tests -----------------------------------------------------------------------------------------------

PRELUDE := $(OBJ)/tests/unit/prelude.h
$(PRELUDE).gch: tests/unit/prelude.h Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(CPPFLAGS) $(HOSTED) -x c++-header -c $< -o $@
$(call objects,$(UNIT_SRC)): $(PRELUDE).gch
$(call objects,$(UNIT_SRC)): private HOSTED += -include $(PRELUDE)
UNIT_PARTS := $(call objects,$(UNIT_SRC) $(filter-out analyzer/main.cc,$(ANALYZER_SRC)) $(SNAPSHOT_SRC) \
              $(filter-out interposer/doors/%.cc interposer/init.cc,$(INTERPOSER_SRC)))
$(OUT)/unit-tests: $(UNIT_PARTS)
	$(say)
	$(Q)$(CXX) $(FLAGS_$(FLAVOUR)) -pie $^ $(UNIT_LIBS) -o $@
unit: $(OUT)/unit-tests

# Services with known truth, scored. docs/verdicts.md has the table.
SIMULATOR_SRC   := $(wildcard tests/simulator/*.cc)
SIMULATOR_PARTS := $(call objects,$(SIMULATOR_SRC) tests/unit/analyzer/simulated_service.cc $(READER_SRC) \
                   $(filter analyzer/model/%,$(ANALYZER_SRC)))
$(OUT)/simulator: $(SIMULATOR_PARTS) $(call objects,$(SNAPSHOT_SRC))
	$(say)
	$(Q)$(CXX) $(FLAGS_$(FLAVOUR)) -pie $(sort $^) -lfmt -o $@
simulator: $(OUT)/simulator

# Writes the snapshots of the golden tests. It is called `server` because that is the module their stacks name; no
# optimisation, so that its functions begin where their source lines say.
$(OUT)/golden/server: $(wildcard tests/golden/*.cc) $(wildcard tests/golden/*.h) tests/unit/analyzer/simulated_service.cc \
                      tests/unit/snapshot/own_code.h $(call objects,$(SNAPSHOT_SRC) $(filter analyzer/model/%,$(ANALYZER_SRC)))
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CXX) $(CPPFLAGS) -std=c++20 -O0 -g $(WARNINGS) -pie $(filter %.cc %.o,$^) -o $@

# The tests that run several threads against the tables, apart from the others: all that the tsan flavour has to build.
STRESS_SRC   := $(sort $(wildcard tests/stress/*.cc) $(shell grep -ls '\[stress\]' tests/unit/*/*.cc))
STRESS_PARTS := $(call objects,$(STRESS_SRC) $(SNAPSHOT_SRC) \
                $(filter-out interposer/doors/%.cc interposer/init.cc,$(INTERPOSER_SRC)))
$(OUT)/stress-tests: $(STRESS_PARTS)
	$(say)
	$(Q)$(CXX) $(FLAGS_$(FLAVOUR)) -pie $^ -lCatch2WithMain -ldl -lpthread -o $@
stress: $(OUT)/stress-tests

# Tiny programs that other tests run under the preload; built as an ordinary user would, nothing of ours inside.
# A first line `// flags: …` in the source adds compiler and linker flags.
flags_of = $(shell sed -n '1s,^// flags: ,,p' $(1))
$(OUT)/preload/%: tests/preload/programs/%.cc Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)g++ -std=c++17 -O1 -g -Wall -MMD -MP $< -o $@ -pthread -ldl $(call flags_of,$<)
$(OUT)/preload/%: tests/preload/programs/%.c Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)gcc -O1 -g -Wall -MMD -MP $< -o $@ -pthread -ldl $(call flags_of,$<)
# The same linked to an allocator, as NAME-ALLOCATOR: those that tests/preload/cases.py runs so.
LINKED := $(shell python3 tests/preload/cases.py)
define linked_to
$(OUT)/preload/%-$(1): tests/preload/programs/%.cc Makefile
	@mkdir -p $$(@D)
	$$(say)
	$$(Q)g++ -std=c++17 -O1 -g -Wall -MMD -MP $$< -o $$@ -Wl,--no-as-needed -l$(1) -pthread -ldl $$(call flags_of,$$<)
$(OUT)/preload/%-$(1): tests/preload/programs/%.c Makefile
	@mkdir -p $$(@D)
	$$(say)
	$$(Q)gcc -O1 -g -Wall -MMD -MP $$< -o $$@ -Wl,--no-as-needed -l$(1) -pthread -ldl $$(call flags_of,$$<)
endef
$(foreach allocator,jemalloc tcmalloc mimalloc,$(eval $(call linked_to,$(allocator))))
preload-programs: $(patsubst tests/preload/programs/%,$(OUT)/preload/%,$(basename $(PRELOAD_SRC))) \
                  $(addprefix $(OUT)/preload/,$(LINKED))

# Programs that lose memory, or seem to, for tests/reach/run.py.
REACH_SRC := $(wildcard tests/reach/programs/*.cc)
$(OUT)/reach/%: tests/reach/programs/%.cc Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)g++ -std=c++17 -O1 -g -Wall -MMD -MP $< -o $@ -pthread -ldl $(call flags_of,$<)
reach-programs: $(patsubst tests/reach/programs/%.cc,$(OUT)/reach/%,$(REACH_SRC))

$(OUT)/examples/%: examples/%.cc Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)g++ -std=c++17 -O2 -g -Wall -Wextra -MMD -MP $< -o $@ -pthread
examples: $(patsubst examples/%.cc,$(OUT)/examples/%,$(EXAMPLE_SRC)) ## build the example programs

$(OUT)/perf/%: tests/perf/%.cc Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)g++ -std=c++17 -O2 -g -Wall -Wextra -MMD -MP $< -o $@ -pthread $(call flags_of,$<)
perf-programs: $(patsubst tests/perf/%.cc,$(OUT)/perf/%,$(PERF_SRC))

# The multi-threaded program that the soak test watches beside real servers.
$(OUT)/soak/%: tests/soak/%.cc Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)g++ -std=c++17 -O2 -g -Wall -Wextra -MMD -MP $< -o $@ -pthread

# Fuzzers are clang's libFuzzer; the code under test is compiled into them with ASan and UBSan.
$(OUT)/fuzz/%: tests/fuzz/%.cc $(SNAPSHOT_SRC) $(wildcard snapshot/*.h) Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)clang++ $(CPPFLAGS) -std=c++20 -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	    $< $(SNAPSHOT_SRC) $(call flags_of,$<) -o $@
fuzzers: $(patsubst tests/fuzz/%.cc,$(OUT)/fuzz/%,$(FUZZ_SRC))

test: deps ## build everything and run all tests; ends with `N passed, N failed`
	@bash tests/run.sh
SECONDS ?= 60
soak: build $(OUT)/soak/workload ## real servers under load and chaos for SECONDS (default 60), watched
	@python3 tests/soak/soak.py --seconds $(SECONDS)
fuzz: fuzzers ## fuzz the readers, FUZZ_SECONDS each (default 300)
	@bash tests/fuzz/run.sh
bench: build perf-programs ## measure the overhead against the unwatched program and its peers; writes docs/overhead.md
	@bash tests/perf/bench.sh
score: simulator ## play 1,000 simulated services against the verdicts; writes the table in docs/verdicts.md
	@$(OUT)/simulator --services 1000 --first 90001 --write docs/verdicts.md
golden-record: build examples ## record the golden files anew
	@bash tests/golden/run.sh --record
demo: ## install, build, watch a real redis-server and the leaky example, and show both reports
	@bash tests/checks/deps.sh demo
	@$(MAKE) --no-print-directory build examples
	@bash examples/demo.sh

# --- care ------------------------------------------------------------------------------------------------

OWN_SOURCES := $(shell git ls-files --cached --others --exclude-standard -- '*.cc' '*.h' '*.c' '*.js' 2>/dev/null)
format: ## lay out the sources with clang-format
	clang-format -i $(OWN_SOURCES)
lint: ## clang-format, clang-tidy, include directions, exports and imports
	@bash tests/checks/lint.sh

# Completions and manual pages, as they lie below PREFIX/share; written by the command itself.
SHARE := $(OUT)/share
$(SHARE)/.written: $(OUT)/leakwatch
	@rm -rf $(SHARE)
	@mkdir -p $(addprefix $(SHARE)/,man/man1 bash-completion/completions zsh/site-functions fish/vendor_completions.d)
	@$< help --completion bash >$(SHARE)/bash-completion/completions/leakwatch
	@$< help --completion zsh >$(SHARE)/zsh/site-functions/_leakwatch
	@$< help --completion fish >$(SHARE)/fish/vendor_completions.d/leakwatch.fish
	@$< help --man >$(SHARE)/man/man1/leakwatch.1
	@for verb in $$(sed -n 's/.*leakwatch\\-\([a-z]*\).*/\1/p' $(SHARE)/man/man1/leakwatch.1); do \
	    $< help --man $$verb >$(SHARE)/man/man1/leakwatch-$$verb.1; done
	@touch $@

install: build $(SHARE)/.written ## install into PREFIX (default /usr/local), below DESTDIR
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/share/doc/leakwatch
	install -s -m 755 $(OUT)/leakwatch $(DESTDIR)$(PREFIX)/bin/leakwatch
	install -m 755 $(OUT)/libleakwatch.so $(DESTDIR)$(PREFIX)/lib/libleakwatch.so
	install -m 644 $(OUT)/libleakwatch_selftest.so $(DESTDIR)$(PREFIX)/lib/libleakwatch_selftest.so
	install -m 644 interposer/leakwatch.h $(DESTDIR)$(PREFIX)/include/leakwatch.h
	install -m 644 README.md docs/*.md docs/*.png docs/*.svg $(DESTDIR)$(PREFIX)/share/doc/leakwatch/
	install -d $(DESTDIR)$(PREFIX)/share/leakwatch/monitoring
	install -m 644 examples/monitoring/* $(DESTDIR)$(PREFIX)/share/leakwatch/monitoring/
	cd $(SHARE) && find * -type f -exec install -D -m 644 {} $(abspath $(DESTDIR)$(PREFIX))/share/{} \;
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/leakwatch $(DESTDIR)$(PREFIX)/lib/libleakwatch.so \
	    $(DESTDIR)$(PREFIX)/lib/libleakwatch_selftest.so $(DESTDIR)$(PREFIX)/include/leakwatch.h
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/leakwatch $(DESTDIR)$(PREFIX)/share/leakwatch
	rm -f $(DESTDIR)$(PREFIX)/share/man/man1/leakwatch.1 $(DESTDIR)$(PREFIX)/share/man/man1/leakwatch-*.1 \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/leakwatch \
	    $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_leakwatch \
	    $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/leakwatch.fish
clean: ## remove everything that was built
	rm -rf out

-include $(shell find out -name '*.d' -type f 2>/dev/null)
