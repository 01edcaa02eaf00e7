// SPDX-License-Identifier: Apache-2.0
#include "analyzer/http/patience.h"

#include <catch2/catch.hpp>
#include <vector>

namespace lw {
namespace {

using namespace std::chrono_literals;

struct Clients {
  std::vector<int> gone;
  Patience patience{3, 20s, [this](int socket) { gone.push_back(socket); }};
  Patience::Clock::time_point start{};
};

}  // namespace

TEST_CASE("a client that does not finish its request in time is hung up on, once") {
  Clients clients;
  clients.patience.came(1, clients.start);
  clients.patience.hang_up_on_the_late(clients.start + 20s);
  CHECK(clients.gone.empty());
  clients.patience.hang_up_on_the_late(clients.start + 21s);
  clients.patience.hang_up_on_the_late(clients.start + 22s);
  CHECK(clients.gone == std::vector{1});
}

TEST_CASE("work takes as long as it takes, and the time to fetch the answer begins behind it") {
  Clients clients;
  clients.patience.came(1, clients.start);
  clients.patience.work_begins(1);
  clients.patience.hang_up_on_the_late(clients.start + 300s);
  CHECK(clients.gone.empty());
  clients.patience.work_ends(1, clients.start + 300s);
  clients.patience.hang_up_on_the_late(clients.start + 320s);
  CHECK(clients.gone.empty());
  clients.patience.hang_up_on_the_late(clients.start + 321s);
  CHECK(clients.gone == std::vector{1});
}

TEST_CASE("in a crowd who has waited longest makes room, and nobody at work does") {
  Clients clients;
  for (int socket = 1; socket <= 3; ++socket) clients.patience.came(socket, clients.start + socket * 1s);
  CHECK(clients.gone.empty());
  clients.patience.work_begins(1);
  clients.patience.came(4, clients.start + 4s);
  CHECK(clients.gone == std::vector{2});
  clients.patience.came(5, clients.start + 5s);
  CHECK(clients.gone == std::vector{2, 3});
}

TEST_CASE("a new client is never the one that makes room") {
  Clients clients;
  for (int socket = 1; socket <= 3; ++socket) {
    clients.patience.came(socket, clients.start);
    clients.patience.work_begins(socket);
  }
  clients.patience.came(4, clients.start);
  CHECK(clients.gone.empty());
}

TEST_CASE("a number that is used again stands for another client") {
  Clients clients;
  clients.patience.came(1, clients.start);
  clients.patience.went(1);
  clients.patience.came(1, clients.start + 15s);
  clients.patience.hang_up_on_the_late(clients.start + 30s);
  CHECK(clients.gone.empty());
}

}  // namespace lw
