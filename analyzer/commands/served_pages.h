// SPDX-License-Identifier: Apache-2.0
// What `serve` answers, page by page. One look at the processes at a time, and one of each kind a second: who asks for
// the same meanwhile gets the same. Symbols are looked up once for all.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "analyzer/commands/live_targets.h"
#include "analyzer/commands/view_choice.h"
#include "analyzer/http/exchange.h"
#include "analyzer/render/export.h"

namespace lw {

class ServedPages {
 public:
  ServedPages(LiveTargets targets, SymbolChoice symbols);

  // Called by several threads at once.
  Response answer(const Request& request);

  // So that the end of a process is kept however seldom somebody asks. To be called about once a second.
  void keep_ends();

  // Those that wait for the second look of a difference wait no longer.
  void end();

 private:
  using Clock = std::chrono::steady_clock;
  using Lock = std::unique_lock<std::timed_mutex>;

  // What a request is about, checked.
  struct Wish {
    std::string path;
    std::optional<u64> pid;
    unsigned seconds = 0;  // 0: the state now; else what changes in that time
    bool as_text = false;
    std::string key() const;
  };
  struct Page {
    const char* path;
    const char* summary;
    Response (ServedPages::*make)(const Wish& wish);
  };
  static const Page kPages[];

  Response make(const Page& page, const Wish& wish);
  Response make_change(const Wish& wish);
  bool wait(unsigned seconds);

  Response report_page(const Wish& wish);
  Response report_json_page(const Wish& wish);
  Response index_page(const Wish& wish);
  Response heap_page(const Wish& wish);
  Response metrics_page(const Wish& wish);
  Response health_page(const Wish& wish);

  Observation look(const Wish& wish);
  Response profile_of(Observation observation, const Wish& wish, u64 since_unix_ns);
  using Write = std::function<std::string(const ExportContent& content)>;
  std::string export_of(Observation observation, Grain grain, const Write& write);
  void say_once(const std::vector<std::string>& complaints);

  std::timed_mutex looking_;  // guards all that follows
  LiveTargets targets_;
  ViewChoice choice_;
  struct Kept {
    Clock::time_point until;
    Response response;
  };
  std::map<std::string, Kept> kept_;
  std::set<std::string> said_;

  std::mutex waiting_;  // guards what follows
  std::condition_variable ended_;
  bool end_ = false;
  unsigned waiters_ = 0;
};

}  // namespace lw
