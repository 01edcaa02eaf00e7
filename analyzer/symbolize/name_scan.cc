// SPDX-License-Identifier: Apache-2.0
// Finding one's way in a demangled C++ name. The demangler helps: it writes a comparison as `(a)<(b)`, so a `<`
// after a closing parenthesis is never template arguments, and it puts expressions that contain `>` into
// parentheses, so a `>` counts only while the innermost open bracket is a `<`.
#include "analyzer/symbolize/name_scan.h"

#include <array>
#include <string>

namespace lw {
namespace {

using std::string_view;

// Longest first, because `operator<<` also begins like `operator<`.
constexpr std::array<string_view, 43> kOperators = {
    " delete[]", " co_await", " delete", " new[]", "<=>", "<<=", ">>=", "->*", " new", "()", "[]",
    "<<",        ">>",        "->",      "<=",     ">=",  "==",  "!=",  "&&",  "||",   "++", "--",
    "+=",        "-=",        "*=",      "/=",     "%=",  "^=",  "&=",  "|=",  "<",    ">",  "+",
    "-",         "*",         "/",       "%",      "^",   "&",   "|",   "~",   "!",    "="};

constexpr string_view kWord = "operator";

char closer_of(char open) {
  switch (open) {
    case '(':
      return ')';
    case '<':
      return '>';
    case '[':
      return ']';
    case '{':
      return '}';
    default:
      return '\0';
  }
}

// Walks over `text`, calling visit(position, depth) for every character that is not part of an operator's name.
// `depth` counts the brackets open before it. Stops when visit returns false or at a bracket that fits nothing.
template <typename Visit>
void walk(string_view text, size_t from, Visit visit) {
  std::string awaited;  // the brackets that close the open ones, innermost last; few, so no memory is allocated
  for (size_t at = from; at < text.size();) {
    const char c = text[at];
    if (const size_t skip = c == 'o' ? operator_name_length(text, at) : 0; skip != 0) {
      at += skip;
      continue;
    }
    if (c == '-' && at + 1 < text.size() && text[at + 1] == '>') {
      at += 2;
      continue;
    }
    if (!visit(at, awaited.size())) return;
    if (c == '(' || c == '[' || c == '{' || (c == '<' && opens_template(text, at))) {
      awaited.push_back(closer_of(c));
    } else if (!awaited.empty() && c == awaited.back()) {
      awaited.pop_back();
    } else if (c == ')' || c == ']' || c == '}') {
      return;
    }
    ++at;
  }
}

string_view trimmed(string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

size_t operator_name_length(string_view text, size_t at) {
  if (text[at] != 'o' || text.substr(at, kWord.size()) != kWord || (at > 0 && is_identifier_char(text[at - 1])))
    return 0;
  const string_view rest = text.substr(at + kWord.size());
  if (rest.starts_with("\"\" ")) return kWord.size() + 3;  // a literal's suffix follows, an identifier
  for (string_view symbol : kOperators) {
    if (!rest.starts_with(symbol)) continue;
    const bool is_word = symbol.front() == ' ' && symbol.back() != ']';
    if (is_word && rest.size() > symbol.size() && is_identifier_char(rest[symbol.size()])) continue;
    return kWord.size() + symbol.size();
  }
  if (rest.starts_with(",")) return kWord.size() + 1;
  return rest.empty() || !is_identifier_char(rest.front()) ? kWord.size() : 0;
}

bool opens_template(string_view text, size_t at) {
  if (at == 0) return true;  // `<lambda(int)>`, as debug data calls it
  const char before = text[at - 1];
  if (is_identifier_char(before) || before == ':' || before == ']' || before == '}') return true;
  // `operator< <int>`, `operator()<int>`: the arguments of an operator that is a template.
  constexpr size_t kLongest = 18;  // `operator co_await `: looking back farther would make long names quadratic
  const size_t from = at > kLongest ? at - kLongest : 0;
  const size_t word = text.substr(from, at - from).rfind(kWord);
  if (word == string_view::npos) return false;
  const size_t end = from + word + operator_name_length(text, from + word);
  return end != from + word && (end == at || (end + 1 == at && before == ' '));
}

size_t closing_bracket(string_view text, size_t open) {
  size_t found = string_view::npos;
  const char closer = closer_of(text[open]);
  walk(text, open, [&](size_t at, size_t depth) {
    if (at != open && depth == 1 && text[at] == closer) found = at;
    return found == string_view::npos;
  });
  return found;
}

std::vector<string_view> split_list(string_view list) {
  std::vector<string_view> items;
  size_t start = 0;
  walk(list, 0, [&](size_t at, size_t depth) {
    if (depth == 0 && list[at] == ',') {
      items.push_back(trimmed(list.substr(start, at - start)));
      start = at + 1;
    }
    return true;
  });
  if (string_view last = trimmed(list.substr(start)); !last.empty() || !items.empty()) items.push_back(last);
  return items;
}

}  // namespace lw
