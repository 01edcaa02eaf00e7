// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <signal.h>

#include <cstdio>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/options.h"
#include "analyzer/commands/served_pages.h"
#include "analyzer/http/server.h"

namespace lw {
namespace {

// Blocked before the server's threads begin, which inherit that.
sigset_t block_signals_that_end() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

void serve_until_told(HttpServer& server, ServedPages& pages, const sigset_t& signals) {
  const timespec second{1, 0};
  while (sigtimedwait(&signals, nullptr, &second) < 0) {
    server.hang_up_on_the_late();
    pages.keep_ends();
  }
  pages.end();
}

void say_where(const ListenAddress& address, const std::vector<LiveTargets::Known>& processes) {
  std::string names;
  for (const LiveTargets::Known& process : processes) {
    names += fmt::format("{}{} (pid {})", names.empty() ? "" : ", ", process.name, process.pid);
  }
  fmt::print("serving {} at http://{}/\n", names, address.text());
  std::fflush(stdout);
}

}  // namespace

int serve_command(const Arguments& arguments) {
  std::string word, listen = "127.0.0.1:6060";
  SymbolChoice symbols;
  Options options(
      "serve", "The state of running, watched processes over HTTP, at no cost to them.",
      "  /                     the report, live\n"
      "  /debug/pprof/heap     for `go tool pprof http://127.0.0.1:6060/debug/pprof/heap`\n"
      "  /debug/pprof/allocs   the same, showing what was allocated\n"
      "  /metrics              for Prometheus\n"
      "  /report.json, /healthz\n\n"
      "?seconds=30 makes a profile of what changes in that time; ?pid=PID chooses a process. Of a folder\n"
      "the 16 that began last are served. Ends with SIGINT or SIGTERM; a process that ends before stays as\n"
      "it was.");
  options.argument("PID|DIR", word, "the process, or a folder with live files or to which snapshots go");
  options.text("--listen", listen, "ADDRESS",
               "where to listen: 127.0.0.1:6060 unless told otherwise; port 0 is a free one");
  symbols.add_to(options);
  if (const auto status = options.parse(arguments)) return *status;

  const std::optional<ListenAddress> wanted = parse_listen_address(listen);
  if (!wanted) {
    complain(
        fmt::format("serve: --listen {}: say a port, or a numeric address and a port like 127.0.0.1:6060", listen));
    return kWrongUsage;
  }
  LiveTargets targets(word);
  if (const std::string why_none = targets.see(); !why_none.empty()) {
    complain(why_none);
    return kDamaged;
  }
  const Listening listening = listen_on(*wanted);
  if (listening.socket < 0) {
    complain(listening.why_not);
    return kDamaged;
  }
  const std::vector<LiveTargets::Known> known = targets.known();
  const sigset_t signals = block_signals_that_end();
  ServedPages pages(std::move(targets), std::move(symbols));
  pages.answer({"/metrics", {}});  // so that the first who asks finds the symbols looked up
  HttpServer server(listening, [&](const Request& request) { return pages.answer(request); });
  if (!listening.address.loopback()) {
    complain(fmt::format("whoever can reach {} may see what is served", listening.address.text()));
  }
  say_where(listening.address, known);
  serve_until_told(server, pages, signals);
  return kDone;
}

}  // namespace lw
