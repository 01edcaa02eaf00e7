// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/view_choice.h"
#include "analyzer/render/peek.h"

namespace lw {

int peek_command(const Arguments& arguments) {
  ViewChoice choice("peek");
  std::string function;
  Options options("peek", "A function between those who call it and those whom it calls.",
                  "Shares of callers and callees are of the function's own value. A stack counts once, however often\n"
                  "the function stands in it.");
  options.argument("FUNCTION", function, "a regular expression, looked for in functions and source files");
  choice.add_paths_to(options);
  choice.add_by_to(options);
  choice.add_grain_to(options);
  choice.add_filters_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  const std::optional<Expression> wanted = expression_of(choice.verb, "FUNCTION", function);
  StackFilter filter;
  Looked looked;
  if (!wanted) return kWrongUsage;
  if (const auto status = look(choice, filter, looked)) return *status;
  const StackView view = view_of(choice, filter, looked);
  const std::vector<Neighbourhood> found = neighbourhoods(view, *wanted);
  if (found.empty() && !choice.json) {
    complain(fmt::format("no frame of {} stacks matches \"{}\"", view.stacks.size(), function));
    return looked.status();
  }
  return show(choice, looked,
              choice.json ? peek_json(view, found, looked.report)
                          : peek_text(view, found, looked.report, terminal_behind(STDOUT_FILENO)));
}

}  // namespace lw
