// SPDX-License-Identifier: Apache-2.0
// A small web server that answers GET and HEAD, and can be left alone with anybody:
//
//   head of a request     kMostHeadBytes; no body
//   connections           kMostConnections, each with a thread; from kCrowd on who dawdles makes room (patience.h)
//   waiting for a client  kPatience
//   names                 on a loopback address only requests that name this machine (DNS rebinding)
//
// It knows nothing about what it serves.
#pragma once

#include <functional>
#include <memory>

#include "analyzer/http/exchange.h"
#include "analyzer/http/listen_address.h"

namespace lw {

class HttpServer {
 public:
  // Called by several threads at once. What it throws is answered with status 500 and the exception's sentence.
  using Serve = std::function<Response(const Request&)>;

  // Takes the socket over. Throws a std::runtime_error with a sentence.
  HttpServer(const Listening& listening, Serve serve);
  ~HttpServer();  // waits for those that are at work
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // To be called about once a second.
  void hang_up_on_the_late();

 private:
  class Daemon;
  std::unique_ptr<Daemon> daemon_;
};

}  // namespace lw
