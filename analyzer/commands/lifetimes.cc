// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "analyzer/commands/view_choice.h"
#include "analyzer/render/histograms.h"

namespace lw {

int lifetimes_command(const Arguments& arguments) {
  ViewChoice choice("lifetimes");
  Options options("lifetimes", "How old blocks get: the ages at which they are freed, and what outlives them.",
                  "The share is of all blocks that reach the age. A leak is a share that stays above zero.");
  choice.add_paths_to(options);
  choice.add_filters_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  StackFilter filter;
  Looked looked;
  if (const auto status = look(choice, filter, looked)) return *status;
  const std::vector<LifetimeBin> bins = lifetime_histogram(kept_sites(choice, filter, looked));
  return show(choice, looked,
              choice.json ? lifetimes_json(bins, looked.report)
                          : lifetimes_text(bins, looked.report, terminal_behind(STDOUT_FILENO)));
}

}  // namespace lw
