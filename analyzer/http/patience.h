// SPDX-License-Identifier: Apache-2.0
// How long clients are waited for. A connection is either at work, which is ours to bound, or it waits for its client:
// to send a request, or to fetch the answer. Waiting ends after kPatience however busily the client trickles bytes; and
// when the room gets short, who has waited longest goes first. So clients that dawdle (slow loris) keep nobody out: a
// new one that asks at once is served.
//
// Sockets are shut down here, not closed: the server notices, and closes them itself.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>

namespace lw {

class Patience {
 public:
  using Clock = std::chrono::steady_clock;
  using HangUp = std::function<void(int socket)>;

  // Hangs up on waiting clients when there are more than `crowd` connections.
  Patience(size_t crowd, Clock::duration patience, HangUp hang_up)
      : crowd_(crowd), patience_(patience), hang_up_(std::move(hang_up)) {}

  void came(int socket, Clock::time_point now);
  void went(int socket);
  void work_begins(int socket);
  void work_ends(int socket, Clock::time_point now);

  // To be called now and then.
  void hang_up_on_the_late(Clock::time_point now);

 private:
  struct Connection {
    Clock::time_point since;
    bool at_work = false, hung_up = false;
  };

  void hang_up(int socket, Connection& connection);

  const size_t crowd_;
  const Clock::duration patience_;
  const HangUp hang_up_;
  std::mutex mutex_;
  std::map<int, Connection> connections_;
};

}  // namespace lw
