// SPDX-License-Identifier: Apache-2.0
// Where an object's file and its debug data are. Every file found is opened and compared before it is believed:
// names from the wrong build are worse than none.
#include "analyzer/symbolize/debug_search.h"

#include <fmt/format.h>

#include <string_view>

namespace lw {
namespace {

using std::string;
using std::string_view;
using Found = std::unique_ptr<ElfObject>;

Found open_quietly(const string& path) {
  string ignored;
  return path.empty() ? nullptr : ElfObject::open(path, ignored);
}

Found open_if(const string& path, const string& build_id) {
  Found file = open_quietly(path);
  return file && file->build_id() == build_id ? std::move(file) : nullptr;
}

string_view directory_of(string_view path) { return path.substr(0, path.rfind('/') + 1); }
string_view name_of(string_view path) { return path.substr(path.rfind('/') + 1); }

// The kernel adds this to the path of a file that was removed while it was mapped. Another file of that name may
// have taken its place, which its build id will tell.
string without_deleted(const string& path) {
  constexpr string_view kDeleted = " (deleted)";
  return path.ends_with(kDeleted) ? path.substr(0, path.size() - kDeleted.size()) : path;
}

}  // namespace

DebugSearch::DebugSearch(const SymbolizeOptions& options)
    : sysroot_(options.sysroot),
      roots_(options.debug_paths),
      ask_debuginfod_(options.debuginfod),
      debuginfod_(options.debuginfod_timeout_s) {
  while (sysroot_.ends_with('/')) sysroot_.pop_back();
  if (!sysroot_.empty()) roots_.push_back(sysroot_ + "/usr/lib/debug");
  roots_.emplace_back("/usr/lib/debug");
}

ObjectFiles DebugSearch::find(const ModuleId& module) {
  ObjectFiles files;
  if (!module.path.starts_with('/')) return files;  // [vdso], [heap], memory without a file
  const string path = without_deleted(module.path);
  files.object = find_object(module, path, files);
  if (files.object && files.object->has_dwarf()) return files;
  const string& build_id = module.build_id.empty() && files.object ? files.object->build_id() : module.build_id;
  files.debug = find_debug(path, build_id, files.object.get(), files.problem);
  return files;
}

Found DebugSearch::find_object(const ModuleId& module, const string& path, ObjectFiles& files) {
  string why_not;
  Found here = ElfObject::open(sysroot_ + path, why_not);
  if (here && here->build_id() == module.build_id) return here;
  if (here && module.build_id.empty()) {
    files.caveat =
        fmt::format("{} is taken for what the process ran, which recorded no build id to compare", here->path());
    return here;
  }
  const string beside = fmt::format("{}/{}", sysroot_, name_of(path));
  if (Found file = sysroot_.empty() ? nullptr : open_if(beside, module.build_id)) return file;
  if (Found file = find_by_id(module.build_id, "")) return file;
  if (Found file = fetch(module.build_id, Debuginfod::Kind::kExecutable)) return file;

  if (!here) {
    files.problem =
        fmt::format("{}{}: {}; without this file its frames have no names (--sysroot names a folder with a copy)",
                    sysroot_, path, why_not);
  } else {
    files.problem =
        fmt::format("{} has changed since: its build id is {}, the process ran {}; it was not used", here->path(),
                    here->build_id().empty() ? "none" : hex(here->build_id()), hex(module.build_id));
  }
  return nullptr;
}

Found DebugSearch::find_debug(const string& path, const string& build_id, const ElfObject* object, string& problem) {
  if (Found file = find_by_id(build_id, ".debug")) return file;
  if (Found file = object != nullptr ? find_linked(path, *object, problem) : nullptr) return file;
  return fetch(build_id, Debuginfod::Kind::kDebugData);
}

Found DebugSearch::find_by_id(const string& build_id, const string& suffix) {
  if (build_id.size() < 2) return nullptr;
  const string name = hex(build_id);
  for (const string& root : roots_) {
    if (Found file =
            open_if(fmt::format("{}/.build-id/{}/{}{}", root, name.substr(0, 2), name.substr(2), suffix), build_id)) {
      return file;
    }
  }
  return nullptr;
}

Found DebugSearch::find_linked(const string& path, const ElfObject& object, string& problem) {
  const auto link = object.debug_link();
  if (!link) return nullptr;
  const string_view beside = directory_of(object.path());
  std::vector<string> candidates = {fmt::format("{}{}", beside, link->name),
                                    fmt::format("{}.debug/{}", beside, link->name)};
  for (const string& root : roots_) candidates.push_back(fmt::format("{}{}{}", root, directory_of(path), link->name));
  for (const string& candidate : candidates) {
    Found file = open_quietly(candidate);
    if (!file) continue;
    // A build id settles it without reading the whole file, as the check sum would.
    const bool have_ids = !file->build_id().empty() && !object.build_id().empty();
    if (have_ids ? file->build_id() == object.build_id() : file->crc() == link->crc) return file;
    problem = fmt::format("{} was not used: it holds the debug data of another build of {}", candidate, object.path());
  }
  return nullptr;
}

Found DebugSearch::find_shared(const ElfObject& debug, const string& name, const string& build_id) {
  const bool absolute = name.starts_with('/');
  if (Found file =
          open_if(absolute ? sysroot_ + name : fmt::format("{}{}", directory_of(debug.path()), name), build_id))
    return file;
  if (Found file = find_by_id(build_id, ".debug")) return file;
  for (const string& root : roots_) {
    if (Found file = open_if(fmt::format("{}/.dwz/{}", root, name_of(name)), build_id)) return file;
  }
  return fetch(build_id, Debuginfod::Kind::kDebugData);
}

Found DebugSearch::fetch(const string& build_id, Debuginfod::Kind kind) {
  if (Found file = open_if(Debuginfod::find_cached(build_id, kind), build_id)) return file;
  return ask_debuginfod_ ? open_if(debuginfod_.find(build_id, kind), build_id) : nullptr;
}

}  // namespace lw
