// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/name_holder.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/file_name.h"
#include "snapshot/glibc_heap.h"

namespace lw {
namespace {

bool is_object(const Region& region) { return region.inode != 0 && region.path.starts_with('/') && !region.shared; }

}  // namespace

HolderNamer::HolderNamer(const Process& process, std::vector<Region> regions, const std::vector<ThreadState>& threads,
                         const SymbolizeOptions& options)
    : executable_(process.executable),
      program_(process.name),
      regions_(std::move(regions)),
      threads_(threads),
      variables_(options) {}

// As in the code table: the program's own file by the name that it was started under.
std::string HolderNamer::name_object(const std::string& path) const {
  return path == executable_ ? program_ : file_name(path);
}

// Thread-local variables lie above the stack, in the same mapping.
std::string HolderNamer::name_anonymous(const Region& region) const {
  for (const ThreadState& thread : threads_) {
    if (region.start <= thread.sp && thread.sp < region.end) {
      return fmt::format("the stack or thread-local variables of thread {}", thread.tid);
    }
  }
  return region.start % kThreadHeapBytes == 0 ? "a block in the heap" : "mapped memory";
}

std::string HolderNamer::name(u64 where) {
  if (where == 0) return "a register, or the kernel";
  const auto after = std::upper_bound(regions_.begin(), regions_.end(), where,
                                      [](u64 address, const Region& region) { return address < region.start; });
  if (after == regions_.begin() || where >= std::prev(after)->end) return "memory that is gone";
  const size_t number = static_cast<size_t>(after - regions_.begin()) - 1;
  const Region& region = regions_[number];
  if (region.path == "[stack]") return "the stack of the main thread";
  if (region.path == "[heap]") return "a block in the heap";
  if (is_object(region)) return name_global(number, where);
  // What an object has beyond its file follows it without a gap: .bss.
  const bool follows = number > 0 && regions_[number - 1].end == region.start && is_object(regions_[number - 1]);
  if (follows && region.anonymous()) return name_global(number - 1, where);
  return region.anonymous() ? name_anonymous(region) : "the mapping of " + region.path;
}

std::string HolderNamer::name_global(size_t number, u64 where) {
  const std::string& path = regions_[number].path;
  const auto first = std::find_if(regions_.begin(), regions_.end(),
                                  [&](const Region& region) { return region.path == path && region.file_offset == 0; });
  if (first == regions_.end()) return "the mapping of " + path;
  const Variable variable = variables_.at({path, ""}, where - first->start);
  if (variable.name.empty()) return fmt::format("a global of {} at +{:#x}", name_object(path), where - first->start);
  if (variable.line == 0) return fmt::format("global {} ({})", variable.name, name_object(path));
  return fmt::format("global {} ({}, {}:{})", variable.name, name_object(path), file_name(variable.file),
                     variable.line);
}

}  // namespace lw
