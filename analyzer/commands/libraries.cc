// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/libraries.h"

#include <filesystem>
#include <vector>

namespace lw {
namespace {

namespace fs = std::filesystem;

// Names under which distributions install them; the first that is there is taken.
struct Allocator {
  const char* name;
  std::vector<const char*> files;
};

const std::vector<Allocator>& known_allocators() {
  static const std::vector<Allocator> all = {
      {"jemalloc", {"libjemalloc.so.2", "libjemalloc.so"}},
      {"tcmalloc", {"libtcmalloc_minimal.so.4", "libtcmalloc.so.4", "libtcmalloc_minimal.so", "libtcmalloc.so"}},
      {"mimalloc", {"libmimalloc.so.2", "libmimalloc.so.2.0", "libmimalloc.so"}},
  };
  return all;
}

constexpr const char* kLibraryFolders[] = {"/usr/lib/x86_64-linux-gnu", "/usr/local/lib", "/usr/lib64", "/usr/lib",
                                           "/lib/x86_64-linux-gnu"};

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

}  // namespace

std::string find_libleakwatch() {
  std::error_code error;
  const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& place : {folder, folder.parent_path() / "lib"}) {
    const fs::path library = place / "libleakwatch.so";
    if (!error && is_file(library)) return library.string();
  }
  return "";
}

std::string find_beside_libleakwatch(const std::string& name) {
  const std::string library = find_libleakwatch();
  if (library.empty()) return "";
  const fs::path beside = fs::path(library).parent_path() / name;
  return is_file(beside) ? beside.string() : "";
}

std::string find_allocator(const std::string& name) {
  if (name.find('/') != std::string::npos) return is_file(name) ? fs::absolute(name).string() : "";
  for (const Allocator& allocator : known_allocators()) {
    if (name != allocator.name) continue;
    for (const char* file : allocator.files) {
      for (const char* folder : kLibraryFolders) {
        const fs::path library = fs::path(folder) / file;
        if (is_file(library)) return library.string();
      }
    }
  }
  return "";
}

}  // namespace lw
