// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "analyzer/commands/view_choice.h"
#include "analyzer/render/histograms.h"

namespace lw {

int sizes_command(const Arguments& arguments) {
  ViewChoice choice("sizes");
  Options options("sizes", "How large the blocks are that are alive.");
  choice.add_paths_to(options);
  options.choice("--by", choice.by, {"live_bytes", "live_count"}, "what the bars show");
  choice.add_filters_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  StackFilter filter;
  Looked looked;
  if (const auto status = look(choice, filter, looked)) return *status;
  const std::vector<SizeBin> bins = size_histogram(kept_sites(choice, filter, looked));
  return show(choice, looked,
              choice.json ? sizes_json(bins, looked.report)
                          : sizes_text(bins, choice.by == "live_count", looked.report, terminal_behind(STDOUT_FILENO)));
}

}  // namespace lw
