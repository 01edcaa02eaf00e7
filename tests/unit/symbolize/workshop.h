// SPDX-License-Identifier: Apache-2.0
// A folder of its own for a test that builds programs, takes them apart and asks the symbolizer about them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/symbolize/symbolizer.h"

namespace lw::testing {

class Workshop {
 public:
  Workshop();
  ~Workshop();
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  std::string path(const std::string& name) const { return directory_ + '/' + name; }
  void write(const std::string& name, const std::string& bytes) const;
  std::string read(const std::string& name) const;
  bool exists(const std::string& name) const;

  // Runs a shell command in the folder and returns what it printed. Fails the test if the command fails.
  std::string run(const std::string& command) const;

  // Writes sample.cc and builds `server` from it: "g++ -g -O2 -gdwarf-5 -o server".
  void build(const std::string& command_and_flags) const;

  // The object as a process would have recorded it.
  ModuleId module(const std::string& name) const;

  // Nothing that this machine has elsewhere: no cache but one in the folder.
  SymbolizeOptions options() const;

 private:
  std::string directory_;
};

// A program with everything that makes names and lines hard to find: see workshop.cc.
extern const char* const kSampleSource;

// The number of the line that contains `text`, counted from 1.
uint32_t line_of(const std::string& text);

// File offsets of all addresses that the line tables of the ELF file at `path` mention, and the addresses.
struct CodeAddress {
  uint64_t address, file_offset;
};
std::vector<CodeAddress> line_addresses(const Workshop& shop, const std::string& name);

// "Counter::add(int) sample.cc:12 < total(int) sample.cc:20", for comparing and for messages.
std::string as_text(const std::vector<SourceFrame>& frames);

// The answers for all of `addresses`, one text each.
std::vector<std::string> answers(Symbolizer& symbolizer, const ModuleId& module,
                                 const std::vector<CodeAddress>& addresses);

}  // namespace lw::testing
