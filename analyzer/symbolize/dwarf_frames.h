// SPDX-License-Identifier: Apache-2.0
// Address → source frames, from DWARF 4 and 5.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/symbolize/dwarf_functions.h"
#include "analyzer/symbolize/dwarf_names.h"
#include "analyzer/symbolize/dwarf_units.h"
#include "analyzer/symbolize/elf_object.h"
#include "analyzer/symbolize/line_table.h"
#include "analyzer/symbolize/raw_frame.h"

namespace lw {

class DwarfFrames {
 public:
  struct Answer {
    std::vector<RawFrame> frames;  // innermost first; empty if the debug data does not cover the address
    bool complete = true;          // false if a file of split debug data was missing
  };

  // nullptr if `object` holds no DWARF that can be read. `object` must outlive the frames.
  static std::unique_ptr<DwarfFrames> open(const ElfObject& object);
  ~DwarfFrames();
  DwarfFrames(const DwarfFrames&) = delete;
  DwarfFrames& operator=(const DwarfFrames&) = delete;

  // Frames may lack a name or a file; the outermost one is the function that a symbol table would name.
  Answer at(uint64_t address);

  // The file that dwz moved shared entries to, as this object names it; false if there is none.
  bool shared_file(std::string& name, std::string& build_id) const;
  void set_shared_file(std::unique_ptr<ElfObject> file);

 private:
  DwarfFrames(Dwarf* dwarf, const ElfObject& object);

  // What was read of a unit that an address was asked in.
  struct Unit {
    DwarfFunctions functions;
    LineTable lines;
    LineTable call_files;  // of a split unit: no lines, but perhaps the files that its entries name
  };
  Unit& read(const DwarfUnit& unit);

  const ElfObject& object_;
  std::unique_ptr<ElfObject> shared_object_;
  Dwarf* shared_ = nullptr;
  Dwarf* dwarf_;
  DwarfUnits units_;
  std::unordered_map<const DwarfUnit*, std::unique_ptr<Unit>> read_;
  DwarfNames names_;
};

}  // namespace lw
