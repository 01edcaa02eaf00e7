// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/view_choice.h"
#include "analyzer/render/listing.h"

namespace lw {
namespace {

std::optional<std::vector<std::string>> lines_of(const std::string& path) {
  std::ifstream file(path);
  if (path.empty() || !file) return {};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
  return lines;
}

// Debug data names files where the compiler saw them. On another machine they stand below a folder of the user's: with
// their whole path, or with the last parts of it.
std::optional<std::vector<std::string>> source_of(const std::string& path, const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      if (auto lines = lines_of(folder + '/' + path.substr(slash + 1))) return lines;
    }
    if (auto lines = lines_of(folder + '/' + path)) return lines;
  }
  return lines_of(path);
}

}  // namespace

int list_command(const Arguments& arguments) {
  ViewChoice choice("list");
  choice.grain = "line";
  std::string function;
  std::vector<std::string> folders;
  Options options("list", "The source of a function, with what each line allocates beside it.",
                  "self: allocated by the line itself, wrappers included; total: also by what it calls.");
  options.argument("FUNCTION", function, "a regular expression, looked for in the names of functions");
  choice.add_paths_to(options);
  choice.add_by_to(options);
  options.texts("--source-path", folders, "DIR", "look for sources below DIR too (repeatable)");
  choice.add_filters_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  const std::optional<Expression> wanted = expression_of(choice.verb, "FUNCTION", function);
  StackFilter filter;
  Looked looked;
  if (!wanted) return kWrongUsage;
  if (const auto status = look(choice, filter, looked)) return *status;
  const StackView view = view_of(choice, filter, looked);
  std::vector<Listing> listings;
  for (ListedFunction& listed : listed_functions(view, *wanted)) {
    std::optional<std::vector<std::string>> source = source_of(listed.file, folders);
    listings.push_back({std::move(listed), std::move(source)});
  }
  if (listings.empty() && !choice.json) {
    complain(fmt::format("no function of {} stacks matches \"{}\"", view.stacks.size(), function));
    return looked.status();
  }
  return show(choice, looked,
              choice.json ? listing_json(view, listings, looked.report)
                          : listing_text(view, listings, looked.report, terminal_behind(STDOUT_FILENO)));
}

}  // namespace lw
