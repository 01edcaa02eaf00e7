// SPDX-License-Identifier: Apache-2.0
// The settings: what is accepted, what is not, and the exact sentence for the person who wrote it.
#include "interposer/platform/options.h"
#include "interposer/platform/log.h"

#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <string>
#include <vector>

namespace lw {
namespace {

template <class Value>
struct Case {
  const char* text;
  Value value;
};

template <class Type>
bool refuses(const char* text) {
  Type value{};
  Type before;
  std::memset(&value, 0x5a, sizeof value);
  before = value;
  return !parse(text, value) && std::memcmp(&value, &before, sizeof value) == 0;
}

constexpr u64 kMs = 1'000'000, kSecond = 1000 * kMs;

// read_options() with this environment; what it said on stderr.
class Reading {
 public:
  explicit Reading(std::vector<std::string> environment, std::string program = "/usr/bin/server")
      : environment_(std::move(environment)), program_(std::move(program)) {
    std::vector<char*> entries;
    for (std::string& entry : environment_) entries.push_back(entry.data());
    entries.push_back(nullptr);
    char* arguments[] = {program_.data(), nullptr};
    g_options = Options{};
    const int kept = dup(2);
    FILE* file = tmpfile();
    dup2(fileno(file), 2);
    find_stderr();
    read_options(1, arguments, entries.data());
    dup2(kept, 2);
    close(kept);
    rewind(file);
    char text[4096];
    said_.assign(text, fread(text, 1, sizeof text, file));
    fclose(file);
  }
  ~Reading() { g_options = Options{}; }

  const std::string& said() const { return said_; }
  const std::string& variable(u32 i) const { return environment_[i]; }

 private:
  std::vector<std::string> environment_;
  std::string program_, said_;
};

}  // namespace

TEST_CASE("Intervals: auto, bytes with or without a unit, 1 for every allocation", "[state]") {
  const Case<u64> good[] = {{"auto", 0},          {"AUTO", 0},     {"1", 1},         {"4096", 4096},  {"64K", 65536},
                            {"64k", 65536},       {"64KB", 65536}, {"64KiB", 65536}, {"1M", 1 << 20}, {"1.5M", 3 << 19},
                            {"2G", u64{2} << 30}, {"512B", 512}};
  for (const auto& [text, bytes] : good) {
    Interval value{7};
    CAPTURE(text);
    CHECK(parse(text, value));
    CHECK(value.bytes == bytes);
  }
  for (const char* text : {"", "0", "-1", "0.5", "K", "64X", "64 K", "64i", "64Kx", "1e3", "1,5M", "autos", "9999999G",
                           "99999999999999999999999999", "0x10", "+4"}) {
    CAPTURE(text);
    CHECK(refuses<Interval>(text));
  }
}

TEST_CASE("Budgets: per cent, or a part of one", "[state]") {
  const Case<u64> good[] = {{"0.5%", 5000},   {"0.005", 5000}, {"1%", 10'000},    {"100%", 1'000'000},
                            {"1", 1'000'000}, {"0.0001%", 1},  {"12.5%", 125'000}};
  for (const auto& [text, ppm] : good) {
    Share value{7};
    CAPTURE(text);
    CHECK(parse(text, value));
    CHECK(value.ppm == ppm);
  }
  for (const char* text : {"", "0", "0%", "2", "101%", "-1%", "%", "1%%", "1 %", "0.00001%", "a lot"}) {
    CAPTURE(text);
    CHECK(refuses<Share>(text));
  }
}

TEST_CASE("Times: milliseconds to hours, 0 for none", "[state]") {
  const Case<u64> good[] = {{"0", 0},
                            {"250ms", 250 * kMs},
                            {"30s", 30 * kSecond},
                            {"30", 30 * kSecond},
                            {"5m", 300 * kSecond},
                            {"5min", 300 * kSecond},
                            {"1h", 3600 * kSecond},
                            {"1.5s", 1500 * kMs},
                            {"0s", 0},
                            {"1MS", kMs}};
  for (const auto& [text, ns] : good) {
    Duration value{7};
    CAPTURE(text);
    CHECK(parse(text, value));
    CHECK(value.ns == ns);
  }
  for (const char* text : {"", "s", "-1s", "1d", "1 s", "0.5ms", "10us", "99999999999h", "5mm", "ms"}) {
    CAPTURE(text);
    CHECK(refuses<Duration>(text));
  }
}

TEST_CASE("Signals: by name with or without SIG, from RTMIN on, or none", "[state]") {
  const Case<int> good[] = {
      {"USR2", SIGUSR2},   {"SIGUSR1", SIGUSR1},      {"usr2", SIGUSR2}, {"none", 0},
      {"RTMIN", SIGRTMIN}, {"RTMIN+3", SIGRTMIN + 3}, {"HUP", SIGHUP},   {"SIGRTMIN+30", SIGRTMIN + 30},
      {"winch", SIGWINCH}, {"sigpwr", SIGPWR}};
  for (const auto& [text, number] : good) {
    Signal value{7};
    CAPTURE(text);
    CHECK(parse(text, value));
    CHECK(value.number == number);
  }
  for (const char* text :
       {"", "SIG", "KILL", "SEGV", "TERM", "12", "RTMIN+31", "RTMIN+", "RTMIN-1", "RTMINX", "USR3"}) {
    CAPTURE(text);
    CHECK(refuses<Signal>(text));
  }
}

TEST_CASE("Counts, depths and sizes have limits", "[state]") {
  Count count{};
  CHECK((parse("2", count) && count.value == 2));
  CHECK((parse("4096", count) && count.value == 4096));
  for (const char* text : {"", "0", "1", "4097", "-3", "2.5", "64K", "sixty"}) CHECK(refuses<Count>(text));
  Depth depth{};
  CHECK((parse("1", depth) && depth.frames == 1));
  CHECK((parse("256", depth) && depth.frames == 256));
  for (const char* text : {"", "0", "257", "1.5"}) CHECK(refuses<Depth>(text));
  Size size{};
  CHECK((parse("1M", size) && size.bytes == 1 << 20));
  CHECK((parse("4G", size) && size.bytes == u64{4} << 30));
  for (const char* text : {"", "1023K", "5G", "16", "M"}) CHECK(refuses<Size>(text));
}

TEST_CASE("Folders are taken as they are, if they fit", "[state]") {
  Directory directory{};
  CHECK((parse("", directory) && std::string(directory.path).empty()));
  CHECK((parse("/var/log/my leaks", directory) && std::string(directory.path) == "/var/log/my leaks"));
  CHECK(refuses<Directory>(std::string(768, 'x').c_str()));
}

TEST_CASE("Lists of patterns match names", "[state]") {
  const auto matches = [](const char* name, const char* list) {
    Globs globs{};
    return parse(list, globs) && matches_any(name, globs);
  };
  CHECK(matches("nginx", "all"));
  CHECK(matches("nginx", "ALL"));
  CHECK_FALSE(matches("nginx", "none"));
  CHECK(matches("nginx", "redis*,ngin?"));
  CHECK(matches("nginx", "nginx"));
  CHECK_FALSE(matches("nginx", "redis*,ngin"));
  CHECK_FALSE(matches("nginx", "ngin?x"));
  CHECK(matches("nginx", ",nginx"));
  CHECK_FALSE(matches("nginx", ","));
  CHECK(matches("allocator", "all*"));
  CHECK(refuses<Globs>(""));
  CHECK(refuses<Globs>(std::string(256, 'x').c_str()));
}

TEST_CASE("Without an environment every setting has its default", "[state]") {
  const Reading reading({});
  CHECK(reading.said().empty());
  CHECK(g_options.interval.bytes == 0);
  CHECK(g_options.budget.ppm == 5000);
  CHECK(g_options.period.ns == 60 * kSecond);
  CHECK(g_options.signal.number == SIGUSR2);
  CHECK(g_options.keep.value == 64);
  CHECK(g_options.memory.bytes == 16 << 20);
  CHECK(g_options.depth.frames == 64);
  CHECK(g_options.watch);
  CHECK_FALSE(g_options.is_child);
  CHECK(std::string(g_options.program) == "server");
}

TEST_CASE("A bad value gives one sentence that names variable, value and default", "[state]") {
  struct Bad {
    const char* entry;
    const char* sentence;
  };
  const Bad all[] = {
      {"LEAKWATCH_INTERVAL=64X",
       "leakwatch: LEAKWATCH_INTERVAL is \"64X\", which is not auto, or bytes such as 64K or 1M, or 1 for every "
       "allocation; using the default, auto.\n"},
      {"LEAKWATCH_BUDGET=2",
       "leakwatch: LEAKWATCH_BUDGET is \"2\", which is not a share of one CPU such as 0.5%; using the default, "
       "0.5%.\n"},
      {"LEAKWATCH_PERIOD=soon",
       "leakwatch: LEAKWATCH_PERIOD is \"soon\", which is not a time such as 250ms, 30s or 5m, or 0 for none; using "
       "the "
       "default, 60s.\n"},
      {"LEAKWATCH_SIGNAL=KILL",
       "leakwatch: LEAKWATCH_SIGNAL is \"KILL\", which is not a signal such as USR2 or RTMIN+3, or none; using the "
       "default, USR2.\n"},
      {"LEAKWATCH_KEEP=1",
       "leakwatch: LEAKWATCH_KEEP is \"1\", which is not a number from 2 to 4096; using the default, 64.\n"},
      {"LEAKWATCH_MEMORY=1K",
       "leakwatch: LEAKWATCH_MEMORY is \"1K\", which is not bytes from 1M to 4G; using the default, 16M.\n"},
      {"LEAKWATCH_DEPTH=0",
       "leakwatch: LEAKWATCH_DEPTH is \"0\", which is not a number from 1 to 256; using the default, 64.\n"},
      {"LEAKWATCH_ONLY=",
       "leakwatch: LEAKWATCH_ONLY is \"\", which is not a comma list of name patterns; using the default, *.\n"},
      {"LEAKWATCH_FOLLOW=",
       "leakwatch: LEAKWATCH_FOLLOW is \"\", which is not all, none, or a comma list of name patterns; using the "
       "default, "
       "all.\n"},
      {"LEAKWATCH_REACH=later",
       "leakwatch: LEAKWATCH_REACH is \"later\", which is not off, exit, fork, or auto: at the exit if every "
       "allocation is "
       "recorded; using the default, auto.\n"},
  };
  for (const Bad& bad : all) CHECK(Reading({bad.entry}).said() == bad.sentence);
  CHECK(Reading({all[4].entry, all[6].entry}).said() == std::string(all[4].sentence) + all[6].sentence);
}

TEST_CASE("A value that is too long to be shown is cut, and still one line", "[state]") {
  const Reading reading({"LEAKWATCH_INTERVAL=" + std::string(5000, '7') + "x"});
  CHECK(reading.said().size() < 1100);
  CHECK(reading.said().find('\n') == reading.said().size() - 1);
}

TEST_CASE("A variable is known by its whole name", "[state]") {
  const Reading reading(
      {"LEAKWATCH_INTERVALS=5", "MY_LEAKWATCH_INTERVAL=6", "LEAKWATCH_INTERVAL", "LEAKWATCH_INTERVAL=7"});
  CHECK(g_options.interval.bytes == 7);
}

TEST_CASE("Only programs with the right name are watched", "[state]") {
  {
    const Reading r({"LEAKWATCH_ONLY=redis*,server"});
    CHECK(g_options.watch);
  }
  {
    const Reading r({"LEAKWATCH_ONLY=redis*"});
    CHECK_FALSE(g_options.watch);
  }
}

TEST_CASE("LEAKWATCH_FOLLOW is for the children, who find it under another name", "[state]") {
  const Reading parent({"LEAKWATCH_FOLLOW=worker*"});
  CHECK(g_options.watch);
  CHECK_FALSE(g_options.is_child);
  CHECK(parent.variable(0) == "LEAKWATCH_WITHIN=worker*");
  {
    const Reading child({"LEAKWATCH_WITHIN=worker*"}, "worker-1");
    CHECK((g_options.is_child && g_options.watch));
  }
  {
    const Reading child({"LEAKWATCH_WITHIN=worker*"}, "/bin/sh");
    CHECK((g_options.is_child && !g_options.watch));
  }
  {
    const Reading child({"LEAKWATCH_WITHIN=none"}, "/bin/sh");
    CHECK_FALSE(g_options.watch);
  }
}

TEST_CASE("Names in file names are plain", "[state]") {
  const auto name_of = [](const char* program) {
    const Reading reading({}, program);
    return std::string(g_options.name);
  };
  CHECK(name_of("/usr/sbin/nginx") == "nginx");
  CHECK(name_of("-bash") == "bash");
  CHECK(name_of("a b/c d") == "c_d");
  CHECK(name_of(".hidden.x") == "_hidden.x");
  CHECK(name_of("") == "_");
  CHECK(name_of("/opt/x/") == "x_");
  CHECK(name_of(std::string(200, 'n').c_str()) == std::string(48, 'n'));
}

}  // namespace lw
