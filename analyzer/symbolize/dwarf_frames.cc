// SPDX-License-Identifier: Apache-2.0
// Address → source frames. libdw is used without libdwfl on top: that one is made for whole processes, sets up
// what is not needed here, and looks for files on its own.
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

string DwarfFrames::file_of_call(Dwarf_Die inlined) const {
  Dwarf_Die unit;
  Dwarf_Files* files = nullptr;
  size_t count = 0;
  const uint32_t number = number_of(&inlined, DW_AT_call_file);
  if (dwarf_diecu(&inlined, &unit, nullptr, nullptr) == nullptr || dwarf_getsrcfiles(&unit, &files, &count) != 0 ||
      number >= count) {
    return {};
  }
  const char* name = dwarf_filesrc(files, number, nullptr, nullptr);
  return name != nullptr ? name : "";
}

DwarfFrames::Answer DwarfFrames::at(uint64_t address) {
  Answer answer;
  DwarfUnit* unit = units_.at(address);
  if (unit == nullptr) return answer;
  answer.complete = !unit->missing;

  RawFrame frame;
  if (Dwarf_Line* line = dwarf_getsrc_die(&unit->root, address); line != nullptr) {
    int number = 0;
    const char* file = dwarf_linesrc(line, nullptr, nullptr);
    if (file != nullptr) frame.file = file;
    if (dwarf_lineno(line, &number) == 0 && number > 0) frame.line = static_cast<uint32_t>(number);
  }
  auto& functions = functions_[unit];
  if (!functions) functions = std::make_unique<DwarfFunctions>(unit->functions, object_);
  std::vector<Dwarf_Die> chain = functions->chain_at(address);
  // From the innermost function outwards: where a function is called from stands in its own entry.
  for (size_t i = chain.size(); i-- > 0;) {
    const FunctionName& name = names_.name_of(chain[i]);
    frame.name = name.text;
    frame.is_linkage_name = name.is_linkage_name;
    frame.inlined = i > 0;
    answer.frames.push_back(std::move(frame));
    frame = RawFrame();
    if (i > 0) {
      frame.file = file_of_call(chain[i]);
      frame.line = number_of(&chain[i], DW_AT_call_line);
    }
  }
  if (chain.empty()) answer.frames.push_back(std::move(frame));
  return answer;
}

}  // namespace lw
