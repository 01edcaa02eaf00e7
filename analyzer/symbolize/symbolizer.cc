// SPDX-License-Identifier: Apache-2.0
// The symbolizer: per object, memory first, then the cache on disk, then the object's files.
#include "analyzer/symbolize/symbolizer.h"

#include <fmt/format.h>

#include <cstdlib>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/symbolize/debug_search.h"
#include "analyzer/symbolize/module_symbols.h"
#include "analyzer/symbolize/symbol_cache.h"

namespace lw {
namespace {

using std::string;

// Empty if answers are not to be kept, or nobody knows where.
string cache_directory(const string& wanted) {
  if (wanted == "-") return {};
  if (!wanted.empty()) return wanted + "/symbols";
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return string(cache) + "/leakwatch/symbols";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return string(home) + "/.cache/leakwatch/symbols";
  }
  return {};
}

// One object: its files, its cache, and what was asked for already.
class Module {
 public:
  Module(const ModuleId& id, DebugSearch& search, const string& directory) : symbols_(id, search) {
    if (directory.empty() || !id.path.starts_with('/')) return;
    // Without a build id the file's own length and time stand in for it.
    const string name = id.build_id.empty() ? fmt::format("file-{:016x}", symbols_.fingerprint()) : hex(id.build_id);
    cache_ = SymbolCache(directory, name, symbols_.source(), symbols_.fingerprint());
  }

  std::vector<RawFrame> frames_at(uint64_t file_offset) {
    const std::vector<RawFrame>* cached = cache_.find(file_offset);
    std::vector<RawFrame> frames;
    if (cached != nullptr) {
      frames = *cached;
    } else {
      auto [found, complete] = symbols_.at(file_offset);
      frames = std::move(found);
      if (complete) cache_.add(file_offset, frames);
    }
    nameless_ |= frames.front().name.empty();
    return frames;
  }

  void save() { cache_.save(); }

  void note(std::vector<string>& notes) const {
    if (!symbols_.caveat().empty()) notes.push_back(symbols_.caveat());
    if (string problem = nameless_ ? symbols_.problem() : string(); !problem.empty())
      notes.push_back(std::move(problem));
  }

  std::unordered_map<uint64_t, std::vector<SourceFrame>> shown;  // by file offset

 private:
  ModuleSymbols symbols_;
  SymbolCache cache_;
  bool nameless_ = false;  // an address was asked for that has no name
};

}  // namespace

struct Symbolizer::Impl {
  explicit Impl(const SymbolizeOptions& options)
      : search(options), full_names(options.full_names), directory(cache_directory(options.cache_directory)) {}

  Module& module(const ModuleId& id) {
    auto& place = modules[id.path + '\0' + id.build_id];
    if (!place) {
      place = std::make_unique<Module>(id, search, directory);
      in_order.push_back(place.get());
    }
    return *place;
  }

  SourceFrame readable(RawFrame&& raw) {
    SourceFrame frame;
    if (!raw.name.empty()) {
      const auto [place, added] = names.try_emplace(raw.name);
      if (added) place->second = readable_name(raw.name, full_names);
      frame.function = place->second;
    }
    if (raw.is_linkage_name) frame.linkage_name = std::move(raw.name);
    frame.file = std::move(raw.file);
    frame.line = raw.line;
    frame.inlined = raw.inlined;
    return frame;
  }

  DebugSearch search;
  bool full_names;
  string directory;
  std::unordered_map<string, std::unique_ptr<Module>> modules;
  std::vector<Module*> in_order;
  std::unordered_map<string, string> names;  // as in the object → readable
};

Symbolizer::Symbolizer(const SymbolizeOptions& options) : impl_(std::make_unique<Impl>(options)) {}

Symbolizer::~Symbolizer() {
  for (Module* module : impl_->in_order) module->save();
}

const std::vector<SourceFrame>& Symbolizer::frames_at(const ModuleId& id, uint64_t file_offset) {
  Module& module = impl_->module(id);
  const auto [place, added] = module.shown.try_emplace(file_offset);
  if (added) {
    for (RawFrame& raw : module.frames_at(file_offset)) place->second.push_back(impl_->readable(std::move(raw)));
  }
  return place->second;
}

std::vector<string> Symbolizer::notes() const {
  std::vector<string> notes;
  for (const Module* module : impl_->in_order) module->note(notes);
  if (!impl_->search.problem().empty()) notes.push_back(impl_->search.problem());
  return notes;
}

}  // namespace lw
