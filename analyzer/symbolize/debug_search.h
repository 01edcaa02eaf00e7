// SPDX-License-Identifier: Apache-2.0
// Where an object's file and its debug data are. docs/symbols.md tells the order to people; this is it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/symbolize/debuginfod.h"
#include "analyzer/symbolize/elf_object.h"
#include "analyzer/symbolize/symbolizer.h"

namespace lw {

struct ObjectFiles {
  std::unique_ptr<ElfObject> object;  // the very file that the process had mapped; empty if it is not here
  std::unique_ptr<ElfObject> debug;   // its debug data, if they are a file of their own
  std::string problem;                // a sentence on why names may be missing; empty if none need be
  std::string caveat;                 // a sentence on why names may be wrong; empty if they cannot be
};

class DebugSearch {
 public:
  explicit DebugSearch(const SymbolizeOptions& options);

  // A file is believed to be the object, or its debug data, if the build ids are equal, or, where there are none,
  // if it stands at the object's path or has the check sum that the object asks for.
  ObjectFiles find(const ModuleId& module);

  // The file of debug data shared by several objects (made by dwz) that `debug` refers to; empty if it is not here.
  std::unique_ptr<ElfObject> find_shared(const ElfObject& debug, const std::string& name, const std::string& build_id);

  // What is wrong with the search as a whole; empty if nothing is.
  const std::string& problem() const { return debuginfod_.problem(); }

 private:
  std::unique_ptr<ElfObject> find_object(const ModuleId& module, const std::string& path, ObjectFiles& files);
  std::unique_ptr<ElfObject> find_debug(const std::string& path, const std::string& build_id, const ElfObject* object,
                                        std::string& problem);
  std::unique_ptr<ElfObject> find_linked(const std::string& path, const ElfObject& object, std::string& problem);
  std::unique_ptr<ElfObject> find_by_id(const std::string& build_id, const std::string& suffix);
  std::unique_ptr<ElfObject> fetch(const std::string& build_id, Debuginfod::Kind kind);

  std::string sysroot_;
  std::vector<std::string> roots_;  // directories like /usr/lib/debug, in the order they are searched
  bool ask_debuginfod_;
  Debuginfod debuginfod_;
};

}  // namespace lw
