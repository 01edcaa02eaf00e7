// SPDX-License-Identifier: Apache-2.0
// What a person can say to every view: which files, by what, which stacks; and the road from there to a named view.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/commands/name_stacks.h"
#include "analyzer/model/histograms.h"
#include "analyzer/model/stack_view.h"

namespace lw {

struct ViewChoice {
  explicit ViewChoice(std::string verb_of_all) : verb(std::move(verb_of_all)) {}

  std::string verb;
  std::vector<std::string> paths;
  std::string by = "live_bytes";
  std::string focus, ignore, hide, show, module, thread, process;
  std::string grain = "function";
  bool with_wrappers = false;
  bool json = false;
  SymbolChoice symbols;

  void add_paths_to(Options& options);
  void add_by_to(Options& options);
  void add_filters_to(Options& options);  // with --thread, --process and the symbol options
  void add_grain_to(Options& options);

  bool filters_stacks() const { return !(focus + ignore + hide + show + module).empty(); }
  const Measure& measure() const { return measure_by(by); }
};

// What was opened and assessed. Its parts point at one another: it stays where it is.
struct Looked {
  Observation observation;
  Report report;
  bool damaged = false;  // some input could not be read; that was said on stderr

  Looked() = default;
  Looked(const Looked&) = delete;
  Looked& operator=(const Looked&) = delete;
  int status() const { return damaged ? kDamaged : kDone; }
};

// Opens the paths, keeps what --thread and --process name, assesses every site. An exit status if the usage was wrong
// (that was said).
std::optional<int> look(const ViewChoice& choice, Looked& looked);

// The same, and the filters' expressions compiled.
std::optional<int> look(const ViewChoice& choice, StackFilter& filter, Looked& looked);

// One expression, named in the complaint as `what`; none if it is no expression (that was said).
std::optional<Expression> expression_of(const std::string& verb, const std::string& what,
                                        const std::string& expression);

// Names every frame. Sentences about objects without symbols join the report's warnings.
NamedCode name_everything(const ViewChoice& choice, Looked& looked);
// The stacks that the filters let through, named, each with its part of the chosen measure.
StackView view_of(const ViewChoice& choice, const StackFilter& filter, Looked& looked);

// The sites that the filters let through, those of each process in its order. Without filters nothing needs a name.
std::vector<SiteOfProcess> kept_sites(const ViewChoice& choice, const StackFilter& filter, Looked& looked);

// Those of one process among them.
std::vector<Assessment> sites_of(const Process& process, const std::vector<SiteOfProcess>& sites);

// JSON → stdout, text → a pager if it is long.
void print(const ViewChoice& choice, const std::string& output);
// The end of every view: prints, and returns the exit status.
int show(const ViewChoice& choice, const Looked& looked, const std::string& output);

}  // namespace lw
