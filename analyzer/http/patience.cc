// SPDX-License-Identifier: Apache-2.0
#include "analyzer/http/patience.h"

namespace lw {

void Patience::came(int socket, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  connections_[socket] = {now};
  size_t staying = 0;
  auto longest = connections_.end();
  for (auto place = connections_.begin(); place != connections_.end(); ++place) {
    const Connection& connection = place->second;
    if (connection.hung_up) continue;
    ++staying;
    if (connection.at_work || place->first == socket) continue;
    if (longest == connections_.end() || connection.since < longest->second.since) longest = place;
  }
  if (staying > crowd_ && longest != connections_.end()) hang_up(longest->first, longest->second);
}

void Patience::went(int socket) {
  const std::lock_guard lock(mutex_);
  connections_.erase(socket);
}

void Patience::work_begins(int socket) {
  const std::lock_guard lock(mutex_);
  connections_[socket].at_work = true;
}

void Patience::work_ends(int socket, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  connections_[socket].at_work = false;
  connections_[socket].since = now;
}

void Patience::hang_up_on_the_late(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  for (auto& [socket, connection] : connections_) {
    if (!connection.at_work && !connection.hung_up && now - connection.since > patience_) hang_up(socket, connection);
  }
}

void Patience::hang_up(int socket, Connection& connection) {
  connection.hung_up = true;
  hang_up_(socket);
}

}  // namespace lw
