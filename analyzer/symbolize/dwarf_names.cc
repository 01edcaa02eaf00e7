// SPDX-License-Identifier: Apache-2.0
// Names of functions. An entry does not know its parent, and libdw finds it by reading the unit from its start.
// But entries lie in the order of a walk through the tree, so the parent's subtree is found by bisection among
// the children of each scope on the way down; the lists of children are kept.
#include "analyzer/symbolize/dwarf_names.h"

#include <dwarf.h>

#include <algorithm>

namespace lw {
namespace {

using std::string;

constexpr int kMaxLinks = 16;   // specification of an abstract origin of …: more is a circle
constexpr int kMaxDepth = 256;  // of scopes inside scopes

const char* text_of(Dwarf_Die* entry, unsigned attribute) {
  Dwarf_Attribute found;
  return dwarf_formstring(dwarf_attr_integrate(entry, attribute, &found));
}

// True if a function without a linkage name has its source name in the symbol table: C, and C++'s `extern "C"`.
bool is_unmangled(Dwarf_Die function) {
  Dwarf_Attribute found;
  bool external = false;
  if (dwarf_formflag(dwarf_attr_integrate(&function, DW_AT_external, &found), &external) == 0 && external) return true;
  Dwarf_Die unit;
  const int language = dwarf_diecu(&function, &unit, nullptr, nullptr) != nullptr ? dwarf_srclang(&unit) : -1;
  return language == DW_LANG_C89 || language == DW_LANG_C || language == DW_LANG_C99 || language == DW_LANG_C11;
}

// The entry that stands where the function was declared, and so has the namespaces and classes around it.
Dwarf_Die declaration_of(Dwarf_Die entry) {
  for (int links = 0; links < kMaxLinks; ++links) {
    Dwarf_Attribute link;
    if (dwarf_attr(&entry, DW_AT_abstract_origin, &link) == nullptr &&
        dwarf_attr(&entry, DW_AT_specification, &link) == nullptr) {
      break;
    }
    Dwarf_Die next;
    if (dwarf_formref_die(&link, &next) == nullptr) break;
    entry = next;
  }
  return entry;
}

// `std` of `std::vector<int>::push_back`; empty for a scope that a name does not show.
string scope_name(Dwarf_Die scope) {
  const int tag = dwarf_tag(&scope);
  const char* name = dwarf_diename(&scope);
  Dwarf_Attribute signature;
  Dwarf_Die definition;
  if (name == nullptr && dwarf_attr(&scope, DW_AT_signature, &signature) != nullptr &&
      dwarf_formref_die(&signature, &definition) != nullptr) {
    name = dwarf_diename(&definition);  // a class described in a type unit
  }
  switch (tag) {
    case DW_TAG_namespace:
      return name != nullptr ? name : "(anonymous namespace)";
    case DW_TAG_subprogram:
      return name != nullptr ? string(name) + "()" : string();
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
      return name != nullptr ? name : "{unnamed type}";
    case DW_TAG_enumeration_type:
    case DW_TAG_module:
    case DW_TAG_interface_type:
      return name != nullptr ? name : "";
    default:
      return {};
  }
}

}  // namespace

const FunctionName& DwarfNames::name_of(Dwarf_Die function) {
  const auto [place, added] = names_.try_emplace(function.addr);
  FunctionName& name = place->second;
  if (!added) return name;
  const char* linkage_name = text_of(&function, DW_AT_linkage_name);
  if (linkage_name == nullptr) linkage_name = text_of(&function, DW_AT_MIPS_linkage_name);
  if (linkage_name != nullptr && *linkage_name != '\0') {
    name = {linkage_name, true};
  } else if (const char* plain = dwarf_diename(&function); plain != nullptr) {
    name.text = qualified_name(function);
    name.is_linkage_name = name.text == plain && is_unmangled(function);
  }
  return name;
}

string DwarfNames::qualified_name(Dwarf_Die function) {
  Dwarf_Die declaration = declaration_of(function);
  string name;
  for (const Dwarf_Die& scope : scopes_around(declaration)) {
    if (const string part = scope_name(scope); !part.empty()) name += part + "::";
  }
  return name + dwarf_diename(&function);
}

std::vector<Dwarf_Die> DwarfNames::scopes_around(Dwarf_Die entry) {
  std::vector<Dwarf_Die> scopes;
  Dwarf_Die scope;
  if (dwarf_diecu(&entry, &scope, nullptr, nullptr) == nullptr) return scopes;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    const std::vector<Dwarf_Die>& children = children_of(scope);
    auto after = std::upper_bound(children.begin(), children.end(), entry,
                                  [](const Dwarf_Die& a, const Dwarf_Die& b) { return a.addr < b.addr; });
    if (after == children.begin()) break;
    scope = *--after;
    if (scope.addr == entry.addr) break;
    scopes.push_back(scope);
  }
  return scopes;
}

const std::vector<Dwarf_Die>& DwarfNames::children_of(Dwarf_Die parent) {
  const auto [place, added] = children_.try_emplace(parent.addr);
  Dwarf_Die child;
  if (!added || dwarf_child(&parent, &child) != 0) return place->second;
  do {
    place->second.push_back(child);
  } while (dwarf_siblingof(&child, &child) == 0);
  return place->second;
}

}  // namespace lw
