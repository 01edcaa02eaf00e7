// SPDX-License-Identifier: Apache-2.0
#include "analyzer/http/exchange.h"

namespace lw {

Response response_of(std::string body, std::string type) {
  return {200, std::move(type), std::make_shared<const std::string>(std::move(body)), {}};
}

Response refusal(unsigned status, const std::string& sentence) {
  Response response = response_of(sentence + '\n');
  response.status = status;
  return response;
}

}  // namespace lw
