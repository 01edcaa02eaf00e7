// SPDX-License-Identifier: Apache-2.0
// The verbs of `leakwatch`, in one table. Each has a file of its own and gets what stands behind it on the command
// line; what it returns is the exit status.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace lw {

using Arguments = std::vector<std::string>;

inline constexpr int kDone = 0;
inline constexpr int kFindings = 1;    // check: there are findings
inline constexpr int kWrongUsage = 2;  // nothing was done
inline constexpr int kDamaged = 3;     // some input could not be read, or not all of it; the rest was used

struct Command {
  const char* name;
  const char* summary;
  int (*run)(const Arguments& arguments);
};

std::span<const Command> all_commands();
const Command* find_command(const std::string& name);

// `leakwatch: there is no command "reprot"; did you mean "report"?`; returns kWrongUsage.
int complain_about_command(const std::string& name);

int run_command(const Arguments& arguments);
int selftest_command(const Arguments& arguments);
int report_command(const Arguments& arguments);
int top_command(const Arguments& arguments);
int tree_command(const Arguments& arguments);
int peek_command(const Arguments& arguments);
int list_command(const Arguments& arguments);
int sites_command(const Arguments& arguments);
int threads_command(const Arguments& arguments);
int sizes_command(const Arguments& arguments);
int lifetimes_command(const Arguments& arguments);
int memory_command(const Arguments& arguments);
int flame_command(const Arguments& arguments);
int export_command(const Arguments& arguments);
int serve_command(const Arguments& arguments);
int merge_command(const Arguments& arguments);
int diff_command(const Arguments& arguments);
int watch_command(const Arguments& arguments);
int trend_command(const Arguments& arguments);
int check_command(const Arguments& arguments);
int baseline_command(const Arguments& arguments);
int dump_command(const Arguments& arguments);
int inspect_command(const Arguments& arguments);
int help_command(const Arguments& arguments);

}  // namespace lw
