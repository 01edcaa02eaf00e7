// SPDX-License-Identifier: Apache-2.0
// The traffic for leaky_service: the same requests in the same order on every run, at a steady rate, and a check that
// each of them got an answer that can be right.
//
//   service_load PORT [--requests N] [--rate N] [--malformed-every N]
//
// Request number i belongs to session number i: every client comes once and never again. Keys come from a fixed set
// ten times as large as the service's cache. The rate (requests a second) bounds the time, as `--requests` bounds the
// work. Exit status 0 if every answer was right.

#include <getopt.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>

#include "service/arguments.h"
#include "service/socket.h"
#include "service/tenant_limits.h"

constexpr size_t kKeys = 20000;
constexpr size_t kPipelined = 20;             // requests sent before the first answer is read
constexpr size_t kBatchesPerConnection = 10;  // then the client goes and another one comes
constexpr size_t kMalformedBytes = 2000;

struct Options {
  uint16_t port = 0;
  size_t requests = 20000;
  size_t rate = 4000;
  size_t malformed_every = 100;
};

// splitmix64: spreads consecutive numbers over all 64 bits.
uint64_t scatter(uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

std::string value_of(size_t key) { return std::string(100 + key % 100, static_cast<char>('a' + key % 26)); }

// One request and the answers that it may get.
struct Exchange {
  std::string request, answer, other_answer;
};

Exchange exchange_number(size_t number, const Options& options) {
  if (options.malformed_every != 0 && number % options.malformed_every == options.malformed_every - 1) {
    const std::string error = "ERROR malformed request";
    return {"FETCH " + std::string(kMalformedBytes, '?') + "\n", error, error};
  }
  const uint64_t chance = scatter(number);
  const size_t key = chance % kKeys;
  const std::string target =
      " session-number-" + std::to_string(number) + " " + tenant_name(key % kTenants) + "/key-" + std::to_string(key);
  if ((chance >> 32) % 2 == 0) return {"GET" + target + "\n", "VALUE " + value_of(key), "NONE"};
  return {"PUT" + target + " " + value_of(key) + "\n", "STORED", "STORED"};
}

std::string read_line(Connection& connection) {
  while (true) {
    if (std::optional<std::string> line = connection.next_line()) return *line;
    if (!connection.receive()) throw std::runtime_error("the service closed the connection");
  }
}

// Sends a batch of requests at once, then reads the answers. Returns how many of them were wrong.
size_t run_batch(Connection& connection, size_t first, size_t last, const Options& options) {
  for (size_t number = first; number < last; ++number) connection.send(exchange_number(number, options).request);
  if (!connection.flush()) throw std::runtime_error("the service closed the connection");
  size_t wrong = 0;
  for (size_t number = first; number < last; ++number) {
    const Exchange exchange = exchange_number(number, options);
    const std::string answer = read_line(connection);
    if (answer != exchange.answer && answer != exchange.other_answer) ++wrong;
  }
  return wrong;
}

std::string fetch_stats(uint16_t port) {
  Connection connection(connect_to_loopback(port));
  connection.send("STATS\n");
  connection.flush();
  return read_line(connection);
}

size_t run_load(const Options& options) {
  using Clock = std::chrono::steady_clock;
  const auto started = Clock::now();
  Connection connection(connect_to_loopback(options.port));
  size_t wrong = 0;
  for (size_t first = 0, batch = 1; first < options.requests; first += kPipelined, ++batch) {
    const double due_s = static_cast<double>(first) / static_cast<double>(options.rate);
    std::this_thread::sleep_until(started +
                                  std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(due_s)));
    wrong += run_batch(connection, first, std::min(first + kPipelined, options.requests), options);
    if (batch % kBatchesPerConnection == 0) connection = Connection(connect_to_loopback(options.port));
  }
  return wrong;
}

[[noreturn]] void explain_usage() {
  fprintf(stderr, "usage: service_load PORT [--requests N] [--rate N] [--malformed-every N]\n");
  exit(2);
}

Options parse_options(int argc, char** argv) {
  enum Flag { kRequests, kRate, kMalformedEvery };
  const option flags[] = {{"requests", required_argument, nullptr, kRequests},
                          {"rate", required_argument, nullptr, kRate},
                          {"malformed-every", required_argument, nullptr, kMalformedEvery},
                          {}};
  Options options;
  for (int flag; (flag = getopt_long(argc, argv, "", flags, nullptr)) != -1;) {
    switch (flag) {
      case kRequests:
        options.requests = number_from<size_t>(optarg);
        break;
      case kRate:
        options.rate = number_from<size_t>(optarg);
        break;
      case kMalformedEvery:
        options.malformed_every = number_from<size_t>(optarg);
        break;
      default:
        explain_usage();
    }
  }
  if (optind + 1 != argc || options.rate == 0) explain_usage();
  options.port = number_from<uint16_t>(argv[optind]);
  return options;
}

int main(int argc, char** argv) {
  try {
    const Options options = parse_options(argc, argv);
    const size_t wrong = run_load(options);
    printf("%zu requests, %zu wrong answers; %s\n", options.requests, wrong, fetch_stats(options.port).c_str());
    return wrong == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    fprintf(stderr, "service_load: %s\n", error.what());
    return 1;
  }
}
