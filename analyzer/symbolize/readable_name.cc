// SPDX-License-Identifier: Apache-2.0
// A name from a symbol table or from debug data → what a report shows. Three tongues: C++ as the demangler
// writes it (`std::vector<…> ns::make<int>(int) [clone .cold]`), Rust's older mangling, which a C++ demangler
// reads but for its hash and its escapes, and everything else, which stays as it is but for the suffixes that
// compilers add to clones.
#include <cxxabi.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "analyzer/symbolize/name_scan.h"
#include "analyzer/symbolize/rust_name.h"
#include "analyzer/symbolize/shorten_type.h"
#include "analyzer/symbolize/symbolizer.h"

namespace lw {
namespace {

using std::string;
using std::string_view;

constexpr size_t kMaxNameBytes = 64 << 10;   // longer ones are cut: they exist, and nobody reads them
constexpr size_t kMaxUnreadableBytes = 300;  // of a mangled name that stays one
constexpr string_view kAnonymous = "(anonymous namespace)";

struct FreeDeleter {
  void operator()(char* text) const { std::free(text); }
};

string demangled(const string& name) {
  if (!name.starts_with("_Z")) return name;
  int status = 0;
  const std::unique_ptr<char, FreeDeleter> text(abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status));
  return status == 0 && text ? string(text.get()) : name;
}

bool all_digits(string_view text) { return text.find_first_not_of("0123456789") == string_view::npos; }

// `memcpy.part.0.constprop.12` → `memcpy`: parts of one function that the compiler made into functions.
void drop_clone_suffixes(string_view& name) {
  constexpr std::array<string_view, 8> kClones = {"constprop", "isra", "part",       "cold",
                                                  "lto_priv",  "llvm", "localalias", "clone"};
  for (;;) {
    size_t dot = name.rfind('.');
    if (dot == string_view::npos || dot == 0) return;
    if (all_digits(name.substr(dot + 1))) {
      const size_t before = name.rfind('.', dot - 1);
      if (before == string_view::npos || before == 0) return;
      dot = before;
    }
    const string_view word = name.substr(dot + 1, name.find('.', dot + 1) - dot - 1);
    bool known = false;
    for (string_view clone : kClones) known |= word == clone;
    if (!known) return;
    name = name.substr(0, dot);
  }
}

// Where the parts of a demangled function stand: [type] name ( parameters ) [suffix].
struct Parts {
  size_t name = 0, open = 0, close = 0;
};

enum class Group { kParameters, kPartOfName, kNoFunction };

// What the bracket at `open`, closed at `close`, is to the function whose name surrounds it.
Group group_at(string_view text, size_t open, size_t close) {
  const string_view before = text.substr(0, open), after = text.substr(close + 1);
  if (text[open] != '(' || text.substr(open).starts_with(kAnonymous)) return Group::kPartOfName;
  if (before.ends_with("decltype") || before.ends_with("decltype ") || before.ends_with("noexcept ")) {
    return Group::kPartOfName;
  }
  // `main()::{lambda()#1}`, `Cache::put() const::{lambda()#1}`: the parameters of a function around this one.
  if (after.starts_with("::") || after.starts_with(" const::") || after.starts_with("[abi:")) return Group::kPartOfName;
  return before.empty() || before.ends_with(' ') || before.ends_with('.') ? Group::kNoFunction : Group::kParameters;
}

// False if the text is no function in C++'s manner: a variable, C, Go's `main.(*Cache).Put`.
bool split_function(string_view text, Parts& parts) {
  bool conversion = false;  // after `operator`, where blanks are part of the name
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (const size_t length = operator_name_length(text, at); length != 0) {
      conversion = length == string_view("operator").size();
      at += length;
      if (text.substr(at).starts_with(" <")) ++at;
    } else if (c == '(' || c == '{' || c == '[' || (c == '<' && opens_template(text, at))) {
      const size_t close = closing_bracket(text, at);
      const Group group = close == string_view::npos ? Group::kNoFunction : group_at(text, at, close);
      if (group == Group::kParameters) {
        parts.open = at;
        parts.close = close;
      }
      if (group != Group::kPartOfName) return group == Group::kParameters;
      if (c == '(') conversion = false;
      at = close + 1;
    } else if (text.substr(at).starts_with(" const::")) {
      at += string_view(" const").size();
    } else {
      if (c == ' ' && !conversion) parts.name = at + 1;
      ++at;
    }
  }
  return false;
}

// What follows the parameters and belongs to the function; false if it is of no known kind.
bool keep_suffix(string_view text, string& kept) {
  while (!text.empty()) {
    size_t length = 0;
    for (string_view word : {" const", " volatile", " &&", " &", " noexcept"}) {
      if (length == 0 && text.starts_with(word)) length = word.size();
    }
    if (length != 0) {
      kept += text.substr(0, length);
    } else if (text.starts_with(" [clone") || text.starts_with("[abi:")) {
      length = text.find(']') == string_view::npos ? text.size() : text.find(']') + 1;
    } else {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

string readable_name(const string& linkage_name, bool full) {
  string text = demangled(linkage_name);
  if (is_rust_name(linkage_name, text)) return rust_name(text, full);
  if (full) return text;
  const bool was_mangled = text != linkage_name;
  if (text.size() > kMaxNameBytes) text.resize(kMaxNameBytes);
  if (linkage_name.starts_with("_Z") && !was_mangled) {  // not C++ after all, or too deep for the demangler
    return text.size() <= kMaxUnreadableBytes ? text : text.substr(0, kMaxUnreadableBytes) + "…";
  }

  Parts parts;
  string suffix;
  if (!split_function(text, parts) || !keep_suffix(string_view(text).substr(parts.close + 1), suffix)) {
    string_view name = text;
    if (!was_mangled) drop_clone_suffixes(name);
    return shorten_type(name);
  }
  const string_view whole = text;
  return shorten_type(whole.substr(parts.name, parts.open - parts.name)) + '(' +
         shorten_parameters(whole.substr(parts.open + 1, parts.close - parts.open - 1)) + ')' + suffix;
}

}  // namespace lw
