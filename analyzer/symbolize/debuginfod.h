// SPDX-License-Identifier: Apache-2.0
// Files by build id from the servers of DEBUGINFOD_URLS. The client library is loaded when the first file is
// asked for, so that leakwatch runs where it is not installed, and never talks to anybody unasked.
#pragma once

#include <memory>
#include <string>

namespace lw {

class Debuginfod {
 public:
  enum class Kind { kExecutable, kDebugData };

  explicit Debuginfod(int timeout_s);
  ~Debuginfod();

  // Path of the file in the client's cache, empty if no server has it. A file may take `timeout_s` seconds. After
  // one that could not be had for another reason than its absence, none is asked for any more: a dead server
  // costs a report its time limit once, not once for each object.
  std::string find(const std::string& build_id, Kind kind);

  // Why files were not found although servers may have them: a sentence, empty if all is well.
  const std::string& problem() const { return problem_; }

  // Path of the file in the client's cache if anybody fetched it before; no server is asked.
  static std::string find_cached(const std::string& build_id, Kind kind);

 private:
  struct Library;

  bool start();

  int timeout_s_;
  std::unique_ptr<Library> library_;  // empty until the first find()
  std::string problem_;
};

// Raw bytes of a build id as people write them.
std::string hex(const std::string& bytes);

}  // namespace lw
