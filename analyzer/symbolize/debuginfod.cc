// SPDX-License-Identifier: Apache-2.0
// Files by build id from debuginfod servers. The client's own limit, DEBUGINFOD_TIMEOUT, starts anew with every
// 100 KB received, so a slow server can hold a report for hours; the clock here counts the whole file.
#include "analyzer/symbolize/debuginfod.h"

#include <dlfcn.h>
#include <elfutils/debuginfod.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <type_traits>

namespace lw {

using std::string;
using Clock = std::chrono::steady_clock;

struct Debuginfod::Library {
  decltype(&debuginfod_begin) begin = nullptr;
  decltype(&debuginfod_end) end = nullptr;
  decltype(&debuginfod_find_executable) find_executable = nullptr;
  decltype(&debuginfod_find_debuginfo) find_debuginfo = nullptr;
  decltype(&debuginfod_set_progressfn) set_progressfn = nullptr;
  debuginfod_client* client = nullptr;

  // The library stays loaded: it starts curl, which leaves things behind that must outlive the client.
  bool load() {
    void* handle = dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return false;
    const auto resolve = [handle](auto& function, const char* name) {
      function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, name));
      return function != nullptr;
    };
    return resolve(begin, "debuginfod_begin") && resolve(end, "debuginfod_end") &&
           resolve(find_executable, "debuginfod_find_executable") &&
           resolve(find_debuginfo, "debuginfod_find_debuginfo") &&
           resolve(set_progressfn, "debuginfod_set_progressfn") && (client = begin()) != nullptr;
  }

  ~Library() {
    if (client != nullptr) end(client);
  }
};

namespace {

thread_local Clock::time_point deadline;  // of the file being fetched; the callback is given nothing of ours

// The client calls this about once a second, whatever it is waiting for, and gives up when it answers 1.
int give_up_when_late(debuginfod_client*, long, long) { return Clock::now() >= deadline ? 1 : 0; }

string client_cache() {
  if (const char* path = std::getenv("DEBUGINFOD_CACHE_PATH")) return path;
  if (const char* path = std::getenv("XDG_CACHE_HOME")) return string(path) + "/debuginfod_client";
  if (const char* home = std::getenv("HOME")) return string(home) + "/.cache/debuginfod_client";
  return {};
}

}  // namespace

string hex(const string& bytes) {
  string text;
  for (char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

Debuginfod::Debuginfod(int timeout_s) : timeout_s_(timeout_s) {}
Debuginfod::~Debuginfod() = default;

string Debuginfod::find_cached(const string& build_id, Kind kind) {
  const string directory = client_cache();
  if (directory.empty() || build_id.empty()) return {};
  string path = directory + '/' + hex(build_id) + (kind == Kind::kExecutable ? "/executable" : "/debuginfo");
  return access(path.c_str(), R_OK) == 0 ? path : string();
}

bool Debuginfod::start() {
  if (library_) return problem_.empty();
  library_ = std::make_unique<Library>();
  const char* urls = std::getenv("DEBUGINFOD_URLS");
  if (urls == nullptr || *urls == '\0') {
    problem_ = "debuginfod was not asked: DEBUGINFOD_URLS is empty; for Debian set it to https://debuginfod.debian.net";
  } else if (!library_->load()) {
    problem_ = "debuginfod was not asked: libdebuginfod.so.1 cannot be loaded; on Debian install libdebuginfod1";
  } else {
    library_->set_progressfn(library_->client, give_up_when_late);
  }
  return problem_.empty();
}

string Debuginfod::find(const string& build_id, Kind kind) {
  if (build_id.empty() || !start()) return {};
  deadline = Clock::now() + std::chrono::seconds(timeout_s_);
  const auto function = kind == Kind::kExecutable ? library_->find_executable : library_->find_debuginfo;
  char* path = nullptr;
  const int fd = function(library_->client, reinterpret_cast<const unsigned char*>(build_id.data()),
                          static_cast<int>(build_id.size()), &path);
  string found;
  if (fd >= 0) {
    close(fd);
    if (path != nullptr) found = path;
  } else if (Clock::now() >= deadline) {
    problem_ = fmt::format(
        "debuginfod gave no answer within {} s and was not asked again; `debuginfod-find debuginfo {}` fetches the "
        "file without a time limit, and the next report finds it",
        timeout_s_, hex(build_id));
  } else if (fd != -ENOENT) {
    problem_ = fmt::format("debuginfod failed ({}) and was not asked again; DEBUGINFOD_URLS names its servers",
                           std::strerror(-fd));
  }
  std::free(path);
  return found;
}

}  // namespace lw
