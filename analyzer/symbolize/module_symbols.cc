// SPDX-License-Identifier: Apache-2.0
// Everything that one object's files say about its addresses.
#include "analyzer/symbolize/module_symbols.h"

#include <fmt/format.h>

#include <array>

#include "snapshot/hash.h"

namespace lw {

using std::string;

namespace {

// Debug data without linkage names (gcc's static functions, all of -g1) know less than the symbol table, which has
// the scopes and the parameters too.
void name_outermost(RawFrame& frame, std::string_view symbol) {
  const bool is_better = frame.name.empty() || (!frame.is_linkage_name && symbol.starts_with("_Z"));
  if (!is_better || symbol.empty()) return;
  frame.name = symbol;
  frame.is_linkage_name = true;
}

}  // namespace

ModuleSymbols::ModuleSymbols(const ModuleId& module, DebugSearch& search)
    : search_(search), files_(search.find(module)) {
  const bool has_dwarf = (files_.object && files_.object->has_dwarf()) || (files_.debug && files_.debug->has_dwarf());
  if (files_.object || files_.debug) source_ = has_dwarf ? NameSource::kDebugData : NameSource::kSymbols;
}

uint64_t ModuleSymbols::fingerprint() const {
  const std::array<uint64_t, 2> files = {files_.object ? files_.object->fingerprint() : 0,
                                         files_.debug ? files_.debug->fingerprint() : 0};
  return hash64(files.data(), sizeof(files));
}

void ModuleSymbols::open() {
  opened_ = true;
  const ElfObject* with_dwarf = files_.debug && files_.debug->has_dwarf() ? files_.debug.get() : files_.object.get();
  if (with_dwarf != nullptr) dwarf_ = DwarfFrames::open(*with_dwarf);
  symbols_ = std::make_unique<SymbolTable>(files_.object.get(), files_.debug.get());
  string name, build_id;
  if (!dwarf_ || !dwarf_->shared_file(name, build_id)) return;
  if (auto shared = search_.find_shared(*with_dwarf, name, build_id)) {
    dwarf_->set_shared_file(std::move(shared));
  } else {
    incomplete_ = true;
    shared_problem_ = fmt::format("{} refers to {}, which is not here; names are missing", with_dwarf->path(), name);
  }
}

void ModuleSymbols::put_down() {
  opened_ = false;
  dwarf_.reset();
  symbols_.reset();
}

ModuleSymbols::Answer ModuleSymbols::at(uint64_t file_offset) {
  Answer answer;
  if (source_ != NameSource::kNone) {
    if (!opened_) open();
    const ElfObject& placed = files_.object ? *files_.object : *files_.debug;
    if (const auto address = placed.address_of(file_offset)) {
      if (dwarf_) {
        auto [frames, complete] = dwarf_->at(*address);
        answer = {std::move(frames), complete && !incomplete_};
      }
      if (answer.frames.empty()) answer.frames.emplace_back();
      name_outermost(answer.frames.back(), symbols_->name_at(*address));
    }
  }
  if (answer.frames.empty()) answer.frames.emplace_back();
  return answer;
}

string ModuleSymbols::problem() const {
  if (!files_.problem.empty()) return files_.problem;
  if (!shared_problem_.empty()) return shared_problem_;
  if (source_ == NameSource::kSymbols) {
    return fmt::format(
        "{} has no debug data, so only its listed functions have names and none has a line; install "
        "its debug symbols or ask debuginfod",
        (files_.object ? files_.object : files_.debug)->path());
  }
  return {};
}

}  // namespace lw
