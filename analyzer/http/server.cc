// SPDX-License-Identifier: Apache-2.0
#include "analyzer/http/server.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "analyzer/http/microhttpd.h"
#include "analyzer/http/patience.h"

namespace lw {
namespace {

constexpr size_t kMostHeadBytes = 16 << 10;
constexpr unsigned kMostConnections = 256;
constexpr size_t kCrowd = 64;
constexpr std::chrono::seconds kPatience{20};

// What every answer says to a browser: take it for what it is called, keep no copy, show it in nobody's frame, tell
// nobody where a link was followed from, and load nothing from elsewhere.
constexpr const char* kHeads[][2] = {
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
     "base-uri 'none'; form-action 'none'"},
};

}  // namespace

class HttpServer::Daemon {
 public:
  Daemon(const Listening& listening, Serve serve)
      : serve_(std::move(serve)),
        only_this_machine_(listening.address.loopback()),
        patience_(kCrowd, kPatience, [](int socket) { shutdown(socket, SHUT_RDWR); }) {
    std::string why_not = http_.load();
    if (why_not.empty() && !start(listening.socket)) why_not = "the server cannot be started";
    if (why_not.empty()) return;
    close(listening.socket);
    throw std::runtime_error(why_not);
  }
  ~Daemon() { http_.stop_daemon(daemon_); }

  void hang_up_on_the_late() { patience_.hang_up_on_the_late(Patience::Clock::now()); }

 private:
  bool start(int socket) {
    daemon_ =
        http_.start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL_INTERNAL_THREAD, 0, nullptr, nullptr, asked,
                           this, MHD_OPTION_LISTEN_SOCKET, socket, MHD_OPTION_CONNECTION_LIMIT, kMostConnections,
                           MHD_OPTION_CONNECTION_MEMORY_LIMIT, kMostHeadBytes, MHD_OPTION_CONNECTION_TIMEOUT,
                           static_cast<unsigned>(kPatience.count()), MHD_OPTION_STRICT_FOR_CLIENT, 1,
                           MHD_OPTION_NOTIFY_CONNECTION, came_or_went, this, MHD_OPTION_END);
    return daemon_ != nullptr;
  }

  int socket_of(MHD_Connection* connection) const {
    return http_.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  }

  const char* head(MHD_Connection* connection, const char* name) const {
    return http_.lookup_connection_value(connection, MHD_HEADER_KIND, name);
  }

  static void came_or_went(void* self, MHD_Connection* connection, void**, MHD_ConnectionNotificationCode code) {
    Daemon& daemon = *static_cast<Daemon*>(self);
    const int socket = daemon.socket_of(connection);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
      daemon.patience_.came(socket, Patience::Clock::now());
    } else {
      daemon.patience_.went(socket);
    }
  }

  // Called once when the head of a request is there, and once more when all of it is. To answer at the first call ends
  // the connection, which is right for what is refused.
  static MHD_Result asked(void* self, MHD_Connection* connection, const char* path, const char* method, const char*,
                          const char*, size_t*, void** seen) {
    Daemon& daemon = *static_cast<Daemon*>(self);
    if (*seen == nullptr) {
      *seen = self;
      const Response refused = daemon.refused(connection, method);
      return refused.body ? daemon.send(connection, refused) : MHD_YES;
    }
    const int socket = daemon.socket_of(connection);
    daemon.patience_.work_begins(socket);
    const Response response = daemon.served(connection, path);
    daemon.patience_.work_ends(socket, Patience::Clock::now());
    return daemon.send(connection, response);
  }

  // Without a body if there is nothing against the request.
  Response refused(MHD_Connection* connection, std::string_view method) const {
    if (method != MHD_HTTP_METHOD_GET && method != MHD_HTTP_METHOD_HEAD) {
      Response response = refusal(405, "leakwatch only shows: GET and HEAD are all there is");
      response.heads["Allow"] = "GET, HEAD";
      return response;
    }
    const char* length = head(connection, "Content-Length");
    if (head(connection, "Transfer-Encoding") != nullptr || (length != nullptr && std::string_view(length) != "0")) {
      return refusal(413, "a request needs no body here");
    }
    const char* host = head(connection, "Host");
    if (only_this_machine_ && host != nullptr && !names_loopback(host)) {
      return refusal(421, "this is served to this machine only; ask for it as 127.0.0.1 or localhost");
    }
    return {};
  }

  Response served(MHD_Connection* connection, const char* path) const {
    Request request{path, {}};
    http_.get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_argument, &request.arguments);
    try {
      return serve_(request);
    } catch (const std::exception& error) {
      return refusal(500, error.what());
    }
  }

  static MHD_Result add_argument(void* arguments, MHD_ValueKind, const char* name, const char* value) {
    auto& to = *static_cast<std::map<std::string, std::string>*>(arguments);
    to[name] = value == nullptr ? "" : value;
    return MHD_YES;
  }

  MHD_Result send(MHD_Connection* connection, const Response& response) const {
    using Body = std::shared_ptr<const std::string>;
    Body* body = new Body(response.body);
    MHD_Response* answer = http_.create_response((*body)->size(), const_cast<char*>((*body)->data()),
                                                 [](void* last) { delete static_cast<Body*>(last); }, body);
    if (answer == nullptr) {
      delete body;
      return MHD_NO;
    }
    http_.add_response_header(answer, "Content-Type", response.type.c_str());
    for (const auto& [name, value] : kHeads) http_.add_response_header(answer, name, value);
    for (const auto& [name, value] : response.heads) http_.add_response_header(answer, name.c_str(), value.c_str());
    const MHD_Result result = http_.queue_response(connection, response.status, answer);
    http_.destroy_response(answer);
    return result;
  }

  Microhttpd http_;
  const Serve serve_;
  const bool only_this_machine_;
  Patience patience_;
  MHD_Daemon* daemon_ = nullptr;
};

HttpServer::HttpServer(const Listening& listening, Serve serve)
    : daemon_(std::make_unique<Daemon>(listening, std::move(serve))) {}
HttpServer::~HttpServer() = default;

void HttpServer::hang_up_on_the_late() { daemon_->hang_up_on_the_late(); }

}  // namespace lw
