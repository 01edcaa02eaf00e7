// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>

#include "analyzer/commands/answer.h"
#include "analyzer/render/report_json.h"
#include "analyzer/render/report_text.h"

namespace lw {

int report_command(const Arguments& arguments) {
  AnswerChoice choice;
  TextChoice text;
  std::vector<std::string> paths;
  std::string work_file;
  bool json = false;
  Options options("report", "The verdict on snapshots, live files, folders of both, or running processes.",
                  "PATH is a snapshot (*.lws), a live file (*.live), a folder of them, or a PID.\n"
                  "Any number of processes and snapshots is read at once.");
  options.arguments("PATH", paths, "what to read");
  options.flag("--json", json, "for programs");
  options.flag("--all", text.all, "every site and every process, not only findings");
  options.flag("--unfreed", choice.findings.unfreed, "list also what was alive at a normal exit");
  options.text("--work", work_file, "FILE",
               "requests done, as CSV (Unix time, count so far): growth is judged by them");
  options.number("--top", text.most_findings, "findings shown of one process (default 10)");
  options.number("--depth", text.depth, "frames shown of a stack (default 8)");
  choice.symbols.add_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  if (!work_file.empty() && !read_work_file(work_file, choice.work)) return kDamaged;
  choice.all_names = json || text.all;
  const Answer result = answer(paths, choice);
  const std::string output = json ? report_json(result.report, result.names)
                                  : report_text(result.report, result.names, text, terminal_behind(STDOUT_FILENO));
  std::fputs(output.c_str(), stdout);
  return result.status();
}

}  // namespace lw
