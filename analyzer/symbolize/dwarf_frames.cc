// SPDX-License-Identifier: Apache-2.0
// Address → source frames. libdw is used without libdwfl on top: that one is made for whole processes, and looks for
// files on its own.
#include "analyzer/symbolize/dwarf_frames.h"

#include <dwarf.h>
#include <elfutils/libdwelf.h>

namespace lw {
namespace {

using std::string;

uint32_t number_of(Dwarf_Die* entry, unsigned attribute) {
  Dwarf_Attribute found;
  Dwarf_Word value = 0;
  return dwarf_formudata(dwarf_attr(entry, attribute, &found), &value) == 0 ? static_cast<uint32_t>(value) : 0;
}

LineSections line_sections(Elf* elf, const char* suffix) {
  return {section_bytes(elf, string(".debug_line") + suffix), section_bytes(elf, ".debug_line_str"),
          section_bytes(elf, string(".debug_str") + suffix)};
}

}  // namespace

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
  Dwarf_Die root = unit.root;
  Dwarf_Attribute found;
  const char* compiled_in = dwarf_formstring(dwarf_attr(&root, DW_AT_comp_dir, &found));
  const string directory = compiled_in != nullptr ? compiled_in : "";
  Dwarf_Word offset = 0;
  const bool has_lines = dwarf_formudata(dwarf_attr(&root, DW_AT_stmt_list, &found), &offset) == 0;
  const bool is_split = unit.functions.cu != unit.root.cu;
  Elf* split = is_split ? dwarf_getelf(dwarf_cu_getdwarf(unit.functions.cu)) : nullptr;
  place.reset(new Unit{
      DwarfFunctions(unit.functions, object_),
      LineTable(has_lines ? line_sections(object_.elf(), "") : LineSections(), offset, directory, object_),
      LineTable(is_split ? line_sections(split, ".dwo") : LineSections(), 0, directory, object_),
  });
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
