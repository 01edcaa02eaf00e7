// SPDX-License-Identifier: Apache-2.0
// A demangled type in the words a person would use. One pass from left to right copies the text; identifiers
// that name an inline namespace are left out, and each list of template arguments is rewritten when it ends,
// because only then is it known whether an argument is a default of those before it.
#include "analyzer/symbolize/shorten_type.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "analyzer/symbolize/name_scan.h"

namespace lw {
namespace {

using std::string;
using std::string_view;

constexpr size_t kMaxArguments = 40;   // characters that a list of template arguments may take
constexpr size_t kMaxParameters = 60;  // the same for a function's parameters
constexpr int kMaxDepth = 2;           // lists inside lists: `map<int, vector<int>>` is shown, deeper ones are not
constexpr int kMaxRecursion = 12;      // below this the text is not even read

constexpr string_view kDots = "…";

struct Alias {
  string_view name, first_argument, alias;
};
constexpr std::array<Alias, 15> kAliases = {{
    {"std::basic_string", "char", "std::string"},
    {"std::basic_string", "wchar_t", "std::wstring"},
    {"std::basic_string", "char8_t", "std::u8string"},
    {"std::basic_string", "char16_t", "std::u16string"},
    {"std::basic_string", "char32_t", "std::u32string"},
    {"std::basic_string_view", "char", "std::string_view"},
    {"std::basic_string_view", "wchar_t", "std::wstring_view"},
    {"std::basic_ostream", "char", "std::ostream"},
    {"std::basic_istream", "char", "std::istream"},
    {"std::basic_iostream", "char", "std::iostream"},
    {"std::basic_stringstream", "char", "std::stringstream"},
    {"std::basic_ostringstream", "char", "std::ostringstream"},
    {"std::basic_istringstream", "char", "std::istringstream"},
    {"std::basic_ifstream", "char", "std::ifstream"},
    {"std::basic_ofstream", "char", "std::ofstream"},
}};

// Arguments that a template supplies itself when nobody says otherwise, made from its first argument.
constexpr std::array<string_view, 5> kDefaults = {"less", "hash", "equal_to", "char_traits", "default_delete"};

// The qualified name that `text` ends with.
string_view last_name(string_view text) {
  size_t start = text.size();
  while (start > 0 && (is_identifier_char(text[start - 1]) || text[start - 1] == ':')) --start;
  return text.substr(start);
}

bool is_version(string_view word) { return word.size() >= 2 && word[0] == 'v' && word[1] >= '0' && word[1] <= '9'; }

// Namespaces that their libraries declare inline, so that nobody ever writes them. Not every `v2` is one:
// `api::v1` and `api::v2` are two things to whoever named them.
bool is_inline_namespace(string_view scope, string_view word) {
  if (scope.starts_with("std::")) {
    return word == "__cxx11" || word == "_V2" || word == "__1" || word == "__ndk1" || word == "__8" || word == "__7";
  }
  if (scope.starts_with("boost::") || scope.starts_with("fmt::")) return is_version(word);
  if (scope.starts_with("nlohmann::")) return word.starts_with("json_abi_");
  return scope.starts_with("absl::") && word.starts_with("lts_");
}

size_t width(string_view text) {  // in characters, not bytes: `…` is one
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

// Cuts `std::`, and libc++'s inline namespace after it, off the front.
bool skip_std(string_view& text) {
  if (!text.starts_with("std::")) return false;
  text.remove_prefix(5);
  if (const size_t end = text.find("::");
      end != string_view::npos && is_inline_namespace("std::", text.substr(0, end))) {
    text.remove_prefix(end + 2);
  }
  return true;
}

// True if `argument` is what template `name` would have taken anyway. Works on the demangler's text, where equal
// types have equal spelling.
bool is_default(string_view argument, string_view first, string_view name) {
  if (argument.starts_with("(__gnu_cxx::_Lock_policy)")) return true;
  if (!skip_std(argument)) return false;
  if (argument.starts_with("allocator<")) return true;
  if (name == "std::stack" || name == "std::queue") return argument.starts_with("deque<");
  if (name == "std::priority_queue" && argument.starts_with("vector<")) return true;
  return std::any_of(kDefaults.begin(), kDefaults.end(), [&](string_view word) {
    string_view rest = argument;
    if (!rest.starts_with(word)) return false;
    rest.remove_prefix(word.size());
    if (!rest.starts_with('<') || rest.substr(1, first.size()) != first) return false;
    rest.remove_prefix(1 + first.size());
    return rest == ">" || rest == " >";
  });
}

// `4ul` → `4`.
void drop_number_suffix(string& argument) {
  const size_t digits = argument.find_first_not_of("0123456789", argument.starts_with("-") ? 1 : 0);
  if (digits != string::npos && digits > 0 && argument.find_first_not_of("ul", digits) == string::npos &&
      argument[digits - 1] >= '0' && argument[digits - 1] <= '9') {
    argument.resize(digits);
  }
}

class Shortener {
 public:
  // `shown` lists inside one another are written out, deeper ones become `<…>`.
  Shortener(int shown, int recursion) : shown_(shown), recursion_(recursion) {}

  string shorten(string_view text) {
    if (recursion_ > kMaxRecursion) return string(kDots);
    for (size_t at = 0; at < text.size();) at = step(text, at);
    return std::move(out_);
  }

 private:
  // Copies one piece of the text and returns where the next begins.
  size_t step(string_view text, size_t at) {
    if (size_t length = operator_name_length(text, at); length != 0) return copy(text, at, length);
    if (is_identifier_char(text[at])) return identifier(text, at);
    if (text.substr(at).starts_with("(anonymous namespace)")) return copy(text, at, 21);
    if (text.substr(at).starts_with("[abi:")) return skip_abi_tag(text, at);
    const bool arguments = text[at] == '<' && opens_template(text, at);
    if (arguments || text[at] == '(') {
      const size_t end = closing_bracket(text, at);
      if (end == string_view::npos) return copy(text, at, text.size() - at);
      const string_view inside = text.substr(at + 1, end - at - 1);
      if (arguments && (out_.empty() || out_.ends_with(':'))) {  // `<lambda(int)>`
        out_ += '{' + Shortener(shown_, recursion_ + 1).shorten(inside) + '}';
      } else if (arguments) {
        template_arguments(inside);
      } else {
        out_ += '(' + parameters(inside) + ')';
      }
      return end + 1;
    }
    if (text[at] == ' ' && at + 1 < text.size() && text[at + 1] == '<' && opens_template(text, at + 1)) return at + 1;
    return copy(text, at, 1);
  }

  size_t copy(string_view text, size_t at, size_t length) {
    out_ += text.substr(at, length);
    return at + length;
  }

  size_t identifier(string_view text, size_t at) {
    size_t end = at;
    while (end < text.size() && is_identifier_char(text[end])) ++end;
    const string_view word = text.substr(at, end - at);
    if (text.substr(end).starts_with("::") && is_inline_namespace(last_name(out_), word)) return end + 2;
    return copy(text, at, word.size());
  }

  static size_t skip_abi_tag(string_view text, size_t at) {
    const size_t end = text.find(']', at);
    return end == string_view::npos ? text.size() : end + 1;
  }

  void template_arguments(string_view list) {
    const string_view name = last_name(out_);
    if (shown_ == 0 && !name.starts_with("std::basic_")) {  // no alias can come of it: do not read it at all
      out_ += "<…>";
      return;
    }
    const std::vector<string_view> parts = split_list(list);
    if (const string_view alias = alias_of(name, parts); !alias.empty()) {
      out_.resize(out_.size() - name.size());
      out_ += alias;
      return;
    }
    const string text = shown_ > 0 ? fitting(without_defaults(parts, name), shown_ - 1, kMaxArguments) : string(kDots);
    if (out_.ends_with("operator<") || out_.ends_with("operator<<")) out_ += ' ';
    out_ += '<' + text + '>';
  }

  static string_view alias_of(string_view name, const std::vector<string_view>& parts) {
    for (const Alias& alias : kAliases) {
      if (parts.empty() || name != alias.name || parts[0] != alias.first_argument) continue;
      const bool usual = std::all_of(parts.begin() + 1, parts.end(),
                                     [&](string_view part) { return is_default(part, parts[0], name); });
      return usual ? alias.alias : string_view();
    }
    return {};
  }

  static std::vector<string_view> without_defaults(std::vector<string_view> parts, string_view name) {
    while (parts.size() > 1 && is_default(parts.back(), parts.front(), name)) parts.pop_back();
    return parts;
  }

  string parameters(string_view list) const { return fitting(split_list(list), shown_, kMaxParameters); }

  // As many of the parts as fit, each with its own arguments if it still fits with them, and `…` for the rest.
  string fitting(const std::vector<string_view>& parts, int shown, size_t limit) const {
    string text;
    for (string_view part : parts) {
      string shortened = Shortener(shown, recursion_ + 1).shorten(part);
      if (shown > 0 && width(text) + width(shortened) > limit) shortened = Shortener(0, recursion_ + 1).shorten(part);
      drop_number_suffix(shortened);
      if (!text.empty()) text += ", ";
      if (width(text) + width(shortened) > limit) return text += kDots;
      text += shortened;
    }
    return text;
  }

  int shown_;
  int recursion_;
  string out_;

  friend string lw::shorten_parameters(string_view parameters);
};

}  // namespace

string shorten_type(string_view type) { return Shortener(kMaxDepth, 0).shorten(type); }

string shorten_parameters(string_view parameters) { return Shortener(kMaxDepth, 0).parameters(parameters); }

}  // namespace lw
