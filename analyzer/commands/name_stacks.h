// SPDX-License-Identifier: Apache-2.0
// Stacks → names, through the symbolizer. Each frame is looked up once, however many stacks contain it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/commands/options.h"
#include "analyzer/model/named_code.h"
#include "analyzer/symbolize/symbolizer.h"

namespace lw {

// What a person can say about symbols, the same for all verbs that show stacks.
struct SymbolChoice {
  std::vector<std::string> wrappers;
  bool only_declared_wrappers = false;
  std::string sysroot;
  std::vector<std::string> debug_paths;
  bool full_names = false;
  bool debuginfod = false;
  // For verbs that look again and again: answers stay from one look to the next. Nothing: each look asks anew.
  std::shared_ptr<Symbolizer> kept = {};

  void add_to(Options& options);
  void keep() { kept = std::make_shared<Symbolizer>(options()); }
  SymbolizeOptions options() const;
};

// Names for the given stacks. Sentences about objects without symbols are added to `notes`.
Names name_stacks(const CodeTable& code, const std::vector<StackNumber>& stacks, const SymbolChoice& choice,
                  std::vector<std::string>& notes);

// The same by frames, for views that look at every stack.
NamedCode name_code(const CodeTable& code, const std::vector<StackNumber>& stacks, const SymbolChoice& choice,
                    std::vector<std::string>& notes);

}  // namespace lw
