// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/symbolize/workshop.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "analyzer/symbolize/elf_object.h"

namespace lw::testing {

namespace fs = std::filesystem;
using std::string;

const char* const kSampleSource = R"(
#include <stdlib.h>
#include <string.h>
#include <string>
#include <vector>
#define INLINE inline __attribute__((always_inline))
#define APART __attribute__((noinline, used))

extern "C" APART void* plain_c(size_t n) {
  char* p = (char*)malloc(n);
  return p ? memset(p, 1, n) : p;  // line: plain_c
}

namespace app {
struct Counter {
  explicit INLINE Counter(int n) { log.resize((size_t)n); }
  INLINE int add(int n) {
    log.push_back(n);  // line: add
    return (int)log.size();
  }
  std::vector<int> log;
};

namespace {
APART int hidden(int n) {
  Counter counter(n);
  return counter.add(n);  // line: hidden
}
}  // namespace

template <typename T>
APART int templated(const T& text) {
  auto twice = [&](int n) __attribute__((noinline)) { return (int)std::string(text + text).size() + n; };  // line: lambda
  return twice(1) + twice((int)text.size());
}

inline namespace v2 {
APART int versioned(const std::vector<std::string>& list) { return (int)list.size() + (int)list.front().size(); }
}  // namespace v2
}  // namespace app

static APART int local_class(int n) {
  struct Local {
    APART static int method(int k) { return k * (int)strlen((char*)plain_c((size_t)k)); }  // line: method
  };
  return Local::method(n) + Local::method(n + 1);
}

int main(int argc, char** argv) {
  return app::hidden(argc) + app::templated(std::string(argv[0])) + app::versioned({argv[0]}) + local_class(argc);
}
)";

Workshop::Workshop() {
  string pattern = (fs::temp_directory_path() / "leakwatch-test-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  directory_ = fs::canonical(pattern).string();
}

Workshop::~Workshop() {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

void Workshop::write(const string& name, const string& bytes) const {
  fs::create_directories(fs::path(path(name)).parent_path());
  std::ofstream(path(name), std::ios::binary) << bytes;
}

string Workshop::read(const string& name) const {
  std::ifstream in(path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool Workshop::exists(const string& name) const { return fs::exists(path(name)); }

string Workshop::run(const string& command) const {
  const string all = "cd '" + directory_ + "' && (" + command + ") > output.txt 2> errors.txt";
  const int status = std::system(all.c_str());
  INFO(command << "\n" << read("errors.txt"));
  REQUIRE(status == 0);
  return read("output.txt");
}

void Workshop::build(const string& command_and_flags) const {
  static std::map<string, string> built;  // by command: most tests begin with the same program
  write("sample.cc", kSampleSource);
  string& server = built[command_and_flags];
  if (server.empty()) {
    run(command_and_flags + " sample.cc");
    if (command_and_flags.find("-gsplit-dwarf") == string::npos) server = read("server");
  } else {
    write("server", server);
  }
}

ModuleId Workshop::module(const string& name) const {
  string why_not;
  const auto object = ElfObject::open(path(name), why_not);
  INFO(path(name) << ": " << why_not);
  REQUIRE(object);
  return {path(name), object->build_id()};
}

SymbolizeOptions Workshop::options() const {
  SymbolizeOptions options;
  options.cache_directory = path("cache");
  return options;
}

uint32_t line_of(const string& text) {
  std::istringstream in(kSampleSource);
  uint32_t number = 1;
  for (string line; std::getline(in, line); ++number) {
    if (line.find(text) != string::npos) return number;
  }
  FAIL("no line contains " << text);
  return 0;
}

std::vector<CodeAddress> line_addresses(const Workshop& shop, const string& name) {
  struct Segment {
    uint64_t offset, address, bytes;
  };
  std::vector<Segment> segments;
  std::istringstream headers(shop.run("readelf -lW " + name));
  for (string line; std::getline(headers, line);) {
    std::istringstream words(line);
    string type, offset, address, physical, file_bytes, memory_bytes, flags;
    words >> type >> offset >> address >> physical >> file_bytes >> memory_bytes >> flags >> flags;
    if (type == "LOAD" && line.find(" R E ") != string::npos) {
      segments.push_back(
          {std::stoull(offset, nullptr, 16), std::stoull(address, nullptr, 16), std::stoull(file_bytes, nullptr, 16)});
    }
  }
  std::set<uint64_t> addresses, ends;
  std::istringstream table(shop.run("readelf -wL " + name));
  for (string line; std::getline(table, line);) {
    // "sample.cc      17            0x1196               x"; with a dash for the line where code ends.
    const size_t hex = line.find(" 0x");
    if (hex == string::npos) continue;
    (line.find(" - ") < hex ? ends : addresses).insert(std::stoull(line.substr(hex + 1), nullptr, 16));
  }
  for (uint64_t end : ends) addresses.erase(end);
  std::vector<CodeAddress> found;
  for (uint64_t address : addresses) {
    for (const Segment& segment : segments) {
      if (address >= segment.address && address < segment.address + segment.bytes) {
        found.push_back({address, address - segment.address + segment.offset});
      }
    }
  }
  REQUIRE(found.size() > 50);
  return found;
}

string as_text(const std::vector<SourceFrame>& frames) {
  std::ostringstream out;
  for (const SourceFrame& frame : frames) {
    if (&frame != &frames.front()) out << " < ";
    out << (frame.function.empty() ? "?" : frame.function);
    if (!frame.file.empty()) out << ' ' << frame.file.substr(frame.file.rfind('/') + 1) << ':' << frame.line;
  }
  return out.str();
}

std::vector<string> answers(Symbolizer& symbolizer, const ModuleId& module, const std::vector<CodeAddress>& addresses) {
  std::vector<string> texts;
  for (const CodeAddress& at : addresses) texts.push_back(as_text(symbolizer.frames_at(module, at.file_offset)));
  return texts;
}

}  // namespace lw::testing
