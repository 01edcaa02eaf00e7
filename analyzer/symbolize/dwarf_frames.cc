// SPDX-License-Identifier: Apache-2.0
// Address → source frames. libdw is used without libdwfl on top: that one is made for whole processes, and looks for
// files on its own.
#include "analyzer/symbolize/dwarf_frames.h"

#include <dwarf.h>
#include <elfutils/libdwelf.h>

#include "analyzer/symbolize/dwarf_lines.h"

namespace lw {
using std::string;

std::unique_ptr<DwarfFrames> DwarfFrames::open(const ElfObject& object) {
  Dwarf* dwarf = object.has_dwarf() ? dwarf_begin_elf(object.elf(), DWARF_C_READ, nullptr) : nullptr;
  return dwarf == nullptr ? nullptr : std::unique_ptr<DwarfFrames>(new DwarfFrames(dwarf, object));
}

DwarfFrames::DwarfFrames(Dwarf* dwarf, const ElfObject& object)
    : object_(object), dwarf_(dwarf), units_(dwarf, object) {}

DwarfFrames::~DwarfFrames() {
  dwarf_end(dwarf_);
  dwarf_end(shared_);
}

bool DwarfFrames::shared_file(string& name, string& build_id) const {
  const char* found = nullptr;
  const void* id = nullptr;
  const ssize_t length = dwelf_dwarf_gnu_debugaltlink(dwarf_, &found, &id);
  if (length <= 0) return false;
  name = found;
  build_id.assign(static_cast<const char*>(id), static_cast<size_t>(length));
  return true;
}

void DwarfFrames::set_shared_file(std::unique_ptr<ElfObject> file) {
  shared_object_ = std::move(file);
  shared_ = dwarf_begin_elf(shared_object_->elf(), DWARF_C_READ, nullptr);
  if (shared_ != nullptr) dwarf_setalt(dwarf_, shared_);
}

DwarfFrames::Unit& DwarfFrames::read(const DwarfUnit& unit) {
  std::unique_ptr<Unit>& place = read_[&unit];
  if (place) return *place;
  place.reset(new Unit{DwarfFunctions(unit.functions, object_), line_table_of(unit.root, object_),
                       split_files_of(unit.root, unit.functions, object_)});
  return *place;
}

DwarfFrames::Answer DwarfFrames::at(uint64_t address) {
  Answer answer;
  const DwarfUnit* found = units_.at(address);
  if (found == nullptr) return answer;
  answer.complete = !found->missing;
  Unit& unit = read(*found);
  const LineTable& call_files = unit.call_files.has_files() ? unit.call_files : unit.lines;

  RawFrame frame;
  if (SourceLine source; unit.lines.find(address, source)) {
    frame.file = unit.lines.file_name(source.file);
    frame.line = source.line;
  }
  // From the innermost function outwards: where a function was called stands in its own entry.
  const std::vector<Dwarf_Die> chain = unit.functions.chain_at(address);
  for (size_t i = chain.size(); i-- > 0;) {
    Dwarf_Die function = chain[i];
    const FunctionName& name = names_.name_of(function);
    frame.name = name.text;
    frame.is_linkage_name = name.is_linkage_name;
    frame.inlined = i > 0;
    answer.frames.push_back(std::move(frame));
    frame = RawFrame();
    if (i > 0) {
      frame.file = call_files.file_name(number_of(&function, DW_AT_call_file));
      frame.line = number_of(&function, DW_AT_call_line);
    }
  }
  if (chain.empty()) answer.frames.push_back(std::move(frame));
  return answer;
}

}  // namespace lw
