// SPDX-License-Identifier: Apache-2.0
// Which files of a folder are looked at.
#include "analyzer/commands/open_paths.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

namespace lw {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/leakwatch-test-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  const std::string& path() const { return path_; }

  void add(const std::string& name, timespec written) const {
    const std::string path = path_ + "/" + name;
    std::ofstream(path) << "x";
    const timespec times[] = {written, written};
    REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  }

 private:
  std::string path_;
};

}  // namespace

// A process that was started at 1000.001 and over at once was not found, once in 400 times: its file was of 999.998.
TEST_CASE("A file whose time is a tick before that of a process's start may be the process's", "[open]") {
  const Folder folder;
  folder.add("leakwatch.true.7.0.lws", {999, 998'000'000});
  folder.add("leakwatch.true.6.0.lws", {998, 0});
  const auto found = files_changed_since(folder.path(), 1000);
  CHECK(found == std::vector<std::string>{folder.path() + "/leakwatch.true.7.0.lws"});
}

}  // namespace lw
