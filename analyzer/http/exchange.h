// SPDX-License-Identifier: Apache-2.0
// What a client asks, and what it gets.
#pragma once

#include <map>
#include <memory>
#include <string>

namespace lw {

struct Request {
  std::string path;                              // decoded, without what stands behind "?"
  std::map<std::string, std::string> arguments;  // ?pid=1&gc → {"pid", "1"}, {"gc", ""}
};

struct Response {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::shared_ptr<const std::string> body;   // shared by all who ask for the same at the same time
  std::map<std::string, std::string> heads;  // further ones
};

Response response_of(std::string body, std::string type = "text/plain; charset=utf-8");
// A sentence; ends with a line end of its own.
Response refusal(unsigned status, const std::string& sentence);

}  // namespace lw
