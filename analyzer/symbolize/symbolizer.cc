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

// Readable names, each made once: a few thousand names stand in a hundred thousand frames.
class NameBook {
 public:
  explicit NameBook(bool full) : full_(full) {}

  SourceFrame readable(RawFrame&& raw) {
    SourceFrame frame;
    if (!raw.name.empty()) {
      const auto [place, added] = names_.try_emplace(raw.name);
      if (added) place->second = readable_name(raw.name, full_);
      frame.function = place->second;
    }
    if (raw.is_linkage_name) frame.linkage_name = std::move(raw.name);
    frame.file = std::move(raw.file);
    frame.line = raw.line;
    frame.inlined = raw.inlined;
    return frame;
  }

 private:
  bool full_;
  std::unordered_map<string, string> names_;  // as in the object → readable
};

// One object: its files, its cache, and what was asked for already.
class Module {
 public:
  Module(const ModuleId& id, DebugSearch& search, const string& directory) : symbols_(id, search) {
    if (directory.empty() || !id.path.starts_with('/')) return;
    // Without a build id the file's own length and time stand in for it.
    const string name = id.build_id.empty() ? fmt::format("file-{:016x}", symbols_.fingerprint()) : hex(id.build_id);
    cache_ = SymbolCache(directory, name, symbols_.source(), symbols_.fingerprint());
  }

  const std::vector<SourceFrame>& frames_at(uint64_t file_offset, NameBook& names) {
    const auto [place, added] = shown_.try_emplace(file_offset);
    if (!added) return place->second;
    for (RawFrame& raw : raw_frames_at(file_offset)) place->second.push_back(names.readable(std::move(raw)));
    nameless_ |= place->second.front().function.empty();
    return place->second;
  }

  void note(std::vector<string>& notes) const {
    if (!symbols_.caveat().empty()) notes.push_back(symbols_.caveat());
    string problem = nameless_ ? symbols_.problem() : string();
    if (!problem.empty()) notes.push_back(std::move(problem));
  }

  void save() { cache_.save(); }

  void put_files_down() {
    save();
    symbols_.put_down();
  }

 private:
  std::vector<RawFrame> raw_frames_at(uint64_t file_offset) {
    if (const std::vector<RawFrame>* cached = cache_.find(file_offset)) return *cached;
    auto [frames, complete] = symbols_.at(file_offset);
    if (complete) cache_.add(file_offset, frames);
    return std::move(frames);
  }

  ModuleSymbols symbols_;
  SymbolCache cache_;
  std::unordered_map<uint64_t, std::vector<SourceFrame>> shown_;  // by file offset
  bool nameless_ = false;                                         // an address was asked for that has no name
};

}  // namespace

struct Symbolizer::Impl {
  explicit Impl(const SymbolizeOptions& options)
      : search(options), names(options.full_names), directory(cache_directory(options.cache_directory)) {}

  Module& module(const ModuleId& id) {
    auto& place = modules[id.path + '\0' + id.build_id];
    if (!place) {
      place = std::make_unique<Module>(id, search, directory);
      in_order.push_back(place.get());
    }
    return *place;
  }

  DebugSearch search;
  NameBook names;
  string directory;  // of the cache; empty = none
  std::unordered_map<string, std::unique_ptr<Module>> modules;
  std::vector<Module*> in_order;
};

Symbolizer::Symbolizer(const SymbolizeOptions& options) : impl_(std::make_unique<Impl>(options)) {}

Symbolizer::~Symbolizer() {
  for (Module* module : impl_->in_order) module->save();
}

const std::vector<SourceFrame>& Symbolizer::frames_at(const ModuleId& id, uint64_t file_offset) {
  return impl_->module(id).frames_at(file_offset, impl_->names);
}

void Symbolizer::put_files_down() {
  for (Module* module : impl_->in_order) module->put_files_down();
}

std::vector<string> Symbolizer::notes() const {
  std::vector<string> notes;
  for (const Module* module : impl_->in_order) module->note(notes);
  if (!impl_->search.problem().empty()) notes.push_back(impl_->search.problem());
  return notes;
}

}  // namespace lw
