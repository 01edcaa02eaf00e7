// SPDX-License-Identifier: Apache-2.0
// What a client may ask for, one line each:
//
//   GET session tenant/key            VALUE … | NONE
//   PUT session tenant/key value      STORED | REFUSED
//   STATS                             sessions=N cached=N malformed=N
//   QUIT
#pragma once

#include <optional>
#include <sstream>
#include <string>

struct Request {
  enum class Verb { kGet, kPut, kStats, kQuit };
  Verb verb;
  std::string session;
  std::string key;
  std::string value;

  std::string tenant() const { return key.substr(0, key.find('/')); }
};

// A copy of every word: garbage of the request, freed with it. Must stay quiet however often it is called.
inline std::optional<Request> parse_request(const std::string& line) {
  std::istringstream words(line);
  std::string verb, session, key, value, more;
  words >> verb >> session >> key >> value >> more;

  if (verb == "GET" && !key.empty() && value.empty()) return Request{Request::Verb::kGet, session, key, {}};
  if (verb == "PUT" && !value.empty() && more.empty()) return Request{Request::Verb::kPut, session, key, value};
  if (verb == "STATS" && session.empty()) return Request{Request::Verb::kStats, {}, {}, {}};
  if (verb == "QUIT" && session.empty()) return Request{Request::Verb::kQuit, {}, {}, {}};
  return std::nullopt;
}
