// SPDX-License-Identifier: Apache-2.0
// Rust's older mangling, `_ZN…17h<16 hex digits>E`.
#include "analyzer/symbolize/rust_name.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace lw {
namespace {

using std::string;
using std::string_view;

constexpr size_t kHashLength = 19;  // "::h" and 16 digits

constexpr std::array<std::pair<string_view, string_view>, 8> kEscapes = {{
    {"$SP$", "@"},
    {"$BP$", "*"},
    {"$RF$", "&"},
    {"$LT$", "<"},
    {"$GT$", ">"},
    {"$LP$", "("},
    {"$RP$", ")"},
    {"$C$", ","},
}};

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// `$u7b$` → `{`: any other character of ASCII by its number. Returns the escape's length, 0 if it is none.
size_t numbered_escape(string_view text, string& out) {
  if (text.size() < 5 || !text.starts_with("$u") || !is_hex(text[2]) || !is_hex(text[3]) || text[4] != '$') return 0;
  const int code = std::stoi(string(text.substr(2, 2)), nullptr, 16);
  if (code < 0x20 || code > 0x7e) return 0;
  out += static_cast<char>(code);
  return 5;
}

size_t step(string_view text, string& out) {
  for (const auto& [escape, meaning] : kEscapes) {
    if (!text.starts_with(escape)) continue;
    out += meaning;
    return escape.size();
  }
  if (const size_t length = numbered_escape(text, out); length != 0) return length;
  if (text.starts_with("..")) {
    out += "::";
    return 2;
  }
  // A part of a path may not begin with a `$`, so an underscore is put before it.
  const bool filler = text.starts_with("_$") && (out.empty() || out.ends_with(':'));
  if (!filler) out += text.front();
  return 1;
}

}  // namespace

bool is_rust_name(const string& linkage_name, const string& demangled) {
  if (!linkage_name.starts_with("_ZN") || demangled.size() <= kHashLength) return false;
  const string_view hash = string_view(demangled).substr(demangled.size() - kHashLength);
  return hash.starts_with("::h") && std::all_of(hash.begin() + 3, hash.end(), is_hex);
}

string rust_name(const string& demangled, bool full) {
  string_view text = demangled;
  if (!full) text.remove_suffix(kHashLength);
  string out;
  while (!text.empty()) text.remove_prefix(step(text, out));
  return out;
}

}  // namespace lw
