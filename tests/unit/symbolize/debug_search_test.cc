// SPDX-License-Identifier: Apache-2.0
// The same program with its debug data in every place they may be in, and in none: the answers must be the same
// as from the unstripped program, or missing with a sentence that says why.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "analyzer/symbolize/debuginfod.h"
#include "tests/unit/symbolize/workshop.h"

using namespace lw;
using namespace lw::testing;
using Catch::Matchers::Contains;
using std::string;

namespace {

class ScopedEnvironment {
 public:
  ScopedEnvironment(const char* name, const string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~ScopedEnvironment() { unsetenv(name_); }

 private:
  const char* name_;
};

// A program in opt/app/server of a workshop, stripped, its debug data in server.debug; and the right answers.
struct Service {
  explicit Service(const string& flags = "") {
    shop.build("g++ -g -O2 " + flags + " -o server");
    addresses = line_addresses(shop, "server");
    module = shop.module("server");
    options = shop.options();
    options.cache_directory = "-";
    expected = answer();
    shop.run("objcopy --only-keep-debug server server.debug && strip -o stripped server");
    shop.run("mkdir -p opt/app && cp stripped opt/app/server && rm server");
    module.path = shop.path("opt/app/server");
  }

  std::vector<string> answer() {
    Symbolizer symbolizer(options);
    auto texts = answers(symbolizer, module, addresses);
    notes = symbolizer.notes();
    return texts;
  }

  string build_id_path() const {
    const string id = hex(module.build_id);
    return ".build-id/" + id.substr(0, 2) + '/' + id.substr(2);
  }

  void check_whole() {
    CHECK(answer() == expected);
    CHECK(notes == std::vector<string>{});
  }

  // Nothing is known but what the dynamic symbol table lists, which of this program is nothing.
  void check_missing(const string& sentence) {
    for (const string& text : answer()) CHECK_THAT(text, !Contains("sample.cc"));
    REQUIRE(notes.size() == 1);
    CHECK_THAT(notes[0], Contains(sentence));
  }

  Workshop shop;
  std::vector<CodeAddress> addresses;
  ModuleId module;
  SymbolizeOptions options;
  std::vector<string> expected, notes;
  // Other people's downloads must not help.
  ScopedEnvironment client_cache{"DEBUGINFOD_CACHE_PATH", shop.path("debuginfod-cache")};
};

}  // namespace

TEST_CASE("Debug data are found by build id in a debug path") {
  Service service;
  service.check_missing("has no debug data");
  service.shop.run("mkdir -p debug/$(dirname " + service.build_id_path() + ") && mv server.debug debug/" +
                   service.build_id_path() + ".debug");
  service.options.debug_paths = {service.shop.path("debug")};
  service.check_whole();
}

TEST_CASE("Debug data are found by their link, in each of its places") {
  for (const char* flags : {"-Wl,--build-id", "-Wl,--build-id=none"}) {
    Service service(flags);
    service.shop.run("objcopy --add-gnu-debuglink=server.debug opt/app/server");
    for (const string& place :
         std::vector<string>{"opt/app", "opt/app/.debug", "debug" + service.shop.path("opt/app")}) {
      INFO(flags << ' ' << place);
      service.options.debug_paths = {service.shop.path("debug")};
      service.check_missing("has no debug data");
      service.shop.run("mkdir -p ." + ('/' + place) + " && cp server.debug ./" + place);
      service.check_whole();
      service.shop.run("rm ./" + place + "/server.debug");
    }
  }
}

TEST_CASE("Debug data of another build are told by build id or check sum") {
  for (const char* flags : {"-Wl,--build-id", "-Wl,--build-id=none"}) {
    INFO(flags);
    Service service(flags);
    service.shop.run("objcopy --add-gnu-debuglink=server.debug opt/app/server");
    service.shop.run(string("g++ -g -O1 ") + flags +
                     " sample.cc -o other && objcopy --only-keep-debug other opt/app/server.debug");
    service.check_missing("holds the debug data of another build");
  }
}

TEST_CASE("A folder with a copy of the target's files stands in for its root") {
  Service service;
  service.shop.run("mkdir -p root/srv/bin && cp opt/app/server root/srv/bin/server");
  service.shop.run("objcopy --add-gnu-debuglink=server.debug root/srv/bin/server && mv server.debug root/srv/bin");
  service.module.path = "/srv/bin/server";
  service.check_missing("/srv/bin/server: No such file or directory");
  service.options.sysroot = service.shop.path("root/");
  service.check_whole();
  // Or a folder with nothing but the files, if build ids prove that they are the right ones.
  service.shop.run("mv root/srv/bin/* root");
  service.check_whole();
  service.module.build_id += "x";
  service.check_missing("/srv/bin/server: No such file or directory");
}

TEST_CASE("The target's own debug folder is searched below the folder that stands in for its root") {
  Service service;
  const string name = "root/usr/lib/debug/" + service.build_id_path() + ".debug";
  service.shop.run("mkdir -p root/srv $(dirname " + name + ") && mv opt/app/server root/srv && mv server.debug " +
                   name);
  service.module.path = "/srv/server";
  service.options.sysroot = service.shop.path("root");
  service.check_whole();
}

TEST_CASE("An object that was replaced is not used, and both build ids are said") {
  Service service;
  const string then = hex(service.module.build_id);
  service.shop.run("g++ -g -O1 sample.cc -Wl,--build-id -o opt/app/server");
  const string now = hex(service.shop.module("opt/app/server").build_id);
  service.check_missing("opt/app/server has changed since: its build id is " + now + ", the process ran " + then);
  service.shop.run("strip --remove-section=.note.gnu.build-id opt/app/server");
  service.check_missing("its build id is none, the process ran " + then);
  // The old one may still be somewhere, by its build id.
  service.shop.run("mkdir -p debug/$(dirname " + service.build_id_path() + ") && cp stripped debug/" +
                   service.build_id_path());
  service.shop.run("mv server.debug debug/" + service.build_id_path() + ".debug");
  service.options.debug_paths = {service.shop.path("debug")};
  service.check_whole();
}

TEST_CASE("A file that was removed while it was mapped may be back under its old name") {
  Service service;
  service.shop.run("objcopy --add-gnu-debuglink=server.debug opt/app/server && mv server.debug opt/app");
  service.module.path += " (deleted)";
  service.check_whole();
  service.shop.run("rm opt/app/server");
  service.check_missing("opt/app/server: No such file or directory");
}

TEST_CASE("An object without a recorded build id is used with a warning if it has one") {
  Service service;
  service.shop.run("objcopy --add-gnu-debuglink=server.debug opt/app/server && mv server.debug opt/app");
  service.module.build_id.clear();
  CHECK(service.answer() == service.expected);
  REQUIRE(service.notes.size() == 1);
  CHECK_THAT(service.notes[0], Contains("is taken for what the process ran"));
}

TEST_CASE("Mappings without a file are nameless without a word") {
  Symbolizer symbolizer({});
  for (const char* path : {"[vdso]", "[heap]", ""}) {
    const auto& frames = symbolizer.frames_at({path, ""}, 0x123);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].function.empty());
  }
  CHECK(symbolizer.notes().empty());
}

TEST_CASE("What is no ELF file is not used, and is not opened if it is no file") {
  Workshop shop;
  shop.write("text", "#!/bin/sh\n");
  shop.run("mkfifo pipe");
  Symbolizer symbolizer(shop.options());
  for (const char* name : {"text", "pipe"}) symbolizer.frames_at({shop.path(name), "id"}, 1);
  REQUIRE(symbolizer.notes().size() == 2);
  CHECK_THAT(symbolizer.notes()[0], Contains("not an ELF file"));
  CHECK_THAT(symbolizer.notes()[1], Contains("not a regular file"));
}

TEST_CASE("Debug data that dwz shared between objects are put together again") {
  Workshop shop;
  shop.build("g++ -g -O2 -gdwarf-4 -o server");
  shop.run("g++ -g -O2 -gdwarf-4 -DOTHER sample.cc -o client");
  const auto addresses = line_addresses(shop, "server");
  SymbolizeOptions options = shop.options();
  options.cache_directory = "-";
  std::vector<string> expected;
  {
    Symbolizer symbolizer(options);
    expected = answers(symbolizer, shop.module("server"), addresses);
  }
  shop.run("dwz -m shared.debug server client");
  REQUIRE(shop.run("readelf -SW server").find(".gnu_debugaltlink") != string::npos);
  {
    Symbolizer symbolizer(options);
    CHECK(answers(symbolizer, shop.module("server"), addresses) == expected);
    CHECK(symbolizer.notes().empty());
  }
  const ScopedEnvironment client_cache("DEBUGINFOD_CACHE_PATH", shop.path("nothing"));
  shop.run("mkdir -p debug/.dwz && mv shared.debug debug/.dwz");
  options.debug_paths = {shop.path("debug")};
  {
    Symbolizer symbolizer(options);
    CHECK(answers(symbolizer, shop.module("server"), addresses) == expected);
  }
  shop.run("rm debug/.dwz/shared.debug");
  Symbolizer symbolizer(options);
  CHECK(answers(symbolizer, shop.module("server"), addresses) != expected);
  REQUIRE(symbolizer.notes().size() == 1);
  CHECK_THAT(symbolizer.notes()[0], Contains("refers to") && Contains("shared.debug, which is not here"));
}

TEST_CASE("debuginfod is asked only when allowed, for the object too, and what it gave is found again") {
  Service service;
  const string id = hex(service.module.build_id);
  service.shop.run("mkdir -p server-of-files/buildid/" + id);
  service.shop.run("mv server.debug server-of-files/buildid/" + id + "/debuginfo");
  service.shop.run("mv opt/app/server server-of-files/buildid/" + id + "/executable");
  const ScopedEnvironment urls("DEBUGINFOD_URLS", "file://" + service.shop.path("server-of-files"));
  service.check_missing("No such file or directory");
  CHECK_FALSE(service.shop.exists("debuginfod-cache"));
  service.options.debuginfod = true;
  service.check_whole();
  service.options.debuginfod = false;
  service.check_whole();
}

TEST_CASE("A debuginfod server that does not answer costs its time limit once") {
  Service service;
  const int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  REQUIRE(bind(silent, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  REQUIRE(listen(silent, 8) == 0);
  REQUIRE(getsockname(silent, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  const ScopedEnvironment urls("DEBUGINFOD_URLS", "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));

  Debuginfod debuginfod(1);
  CHECK(debuginfod.find("\x12\x34", Debuginfod::Kind::kDebugData).empty());
  CHECK_THAT(debuginfod.problem(), Contains("gave no answer within 1 s") && Contains("debuginfod-find debuginfo 1234"));
  close(silent);
  // Had it been asked again, the closed port would have changed the sentence.
  CHECK(debuginfod.find("\x56\x78", Debuginfod::Kind::kDebugData).empty());
  CHECK_THAT(debuginfod.problem(), Contains("gave no answer within 1 s"));
}

TEST_CASE("A debuginfod that cannot be asked says what to do") {
  const ScopedEnvironment urls("DEBUGINFOD_URLS", "");
  Debuginfod debuginfod(1);
  CHECK(debuginfod.find("\x12\x34", Debuginfod::Kind::kDebugData).empty());
  CHECK_THAT(debuginfod.problem(), Contains("DEBUGINFOD_URLS is empty"));
}
