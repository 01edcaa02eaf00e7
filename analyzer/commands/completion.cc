// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/completion.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/commands/options.h"

namespace lw {
namespace {

using Row = OptionTable::Row;

// "-n,--lines" → "-n", "--lines"
std::vector<std::string> names_of(const Row& row) {
  std::vector<std::string> names;
  for (size_t begin = 0; begin <= row.names.size();) {
    const size_t comma = std::min(row.names.find(',', begin), row.names.size());
    names.push_back(row.names.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return names;
}

bool names_a_folder(const Row& row) { return row.value == "DIR"; }
bool names_a_file(const Row& row) { return row.value == "FILE"; }

// In '…' of a shell.
std::string in_quotes(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string verbs() {
  std::string words;
  for (const Command& command : all_commands()) words += std::string(words.empty() ? "" : " ") + command.name;
  return words;
}

// What may follow an option, as a line of bash: the case pattern, then how the answers are found.
std::string bash_values(const std::string& verb, const Row& row) {
  std::string pattern;
  for (const std::string& name : names_of(row))
    pattern += (pattern.empty() ? "" : "|") + fmt::format("{}:{}", verb, name);
  if (!row.choices.empty()) {
    return fmt::format("    {}) words={} ;;\n", pattern, in_quotes(fmt::format("{}", fmt::join(row.choices, " "))));
  }
  if (names_a_folder(row)) return fmt::format("    {}) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n", pattern);
  if (names_a_file(row)) return fmt::format("    {}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", pattern);
  return row.value.empty() ? "" : fmt::format("    {}) return ;;\n", pattern);
}

std::string bash() {
  std::string values, options, first;
  for (const Command& command : all_commands()) {
    const OptionTable table = Options::table_of(command);
    std::string words = "--help";
    for (const Row& row : table.rows) {
      if (!row.by_place) {
        values += bash_values(command.name, row);
        for (const std::string& name : names_of(row)) words += ' ' + name;
      } else if (!row.choices.empty()) {
        first += fmt::format("    {}) [ $COMP_CWORD -ne 2 ] || words={} ;;\n", command.name,
                             in_quotes(fmt::format("{}", fmt::join(row.choices, " "))));
      }
    }
    options += fmt::format("    {}) options={} ;;\n", command.name, in_quotes(words));
  }
  return fmt::format(
      "# Completion of leakwatch for bash, written by `leakwatch help --completion bash`.\n"
      "_leakwatch() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} verb=${{COMP_WORDS[1]}}\n"
      "  local words= options=\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then COMPREPLY=($(compgen -W {0} -- \"$word\")); return; fi\n"
      "  case $verb:$before in\n{1}  esac\n"
      "  if [ -n \"$words\" ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$word\")); return; fi\n"
      "  case $verb in\n{2}    help) words={0} ;;\n  esac\n"
      "  if [ -n \"$words\" ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$word\")); return; fi\n"
      "  case $verb in\n{3}  esac\n"
      "  case $word in\n"
      "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
      "    *) compopt -o filenames; COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
      "  esac\n"
      "}}\n"
      "complete -F _leakwatch leakwatch\n",
      in_quotes(verbs()), values, first, options);
}

// "[help]" of zsh's _arguments, whose own marks are escaped.
std::string zsh_help(const std::string& help) {
  std::string text;
  for (const char c : help) {
    if (c == '[' || c == ']' || c == ':') text += '\\';
    text += c;
  }
  return text;
}

std::string zsh_argument(const Row& row) {
  if (row.by_place) {
    const std::string action = row.choices.empty() ? "_files" : fmt::format("({})", fmt::join(row.choices, " "));
    return in_quotes(fmt::format("{}:{}:{}", row.repeatable ? "*" : "", row.names, action));
  }
  std::string action;
  if (!row.choices.empty()) {
    action = fmt::format(":{}:({})", row.value, fmt::join(row.choices, " "));
  } else if (!row.value.empty()) {
    action = fmt::format(":{}:{}", row.value, names_a_folder(row) ? "_files -/" : names_a_file(row) ? "_files" : " ");
  }
  std::string arguments;
  for (const std::string& name : names_of(row)) {
    arguments += (arguments.empty() ? "" : " ") +
                 in_quotes(fmt::format("{}{}[{}]{}", row.repeatable ? "*" : "", name, zsh_help(row.help), action));
  }
  return arguments;
}

std::string zsh() {
  std::string summaries, arguments;
  for (const Command& command : all_commands()) {
    summaries += fmt::format("    {}\n", in_quotes(fmt::format("{}:{}", command.name, zsh_help(command.summary))));
    arguments += fmt::format("    {})\n      _arguments '--help[this text]'", command.name);
    for (const Row& row : Options::table_of(command).rows) arguments += " \\\n        " + zsh_argument(row);
    arguments += " ;;\n";
  }
  return fmt::format(
      "#compdef leakwatch\n"
      "# Completion of leakwatch for zsh, written by `leakwatch help --completion zsh`.\n"
      "_leakwatch() {{\n"
      "  local -a verbs\n"
      "  verbs=(\n{}  )\n"
      "  if (( CURRENT == 2 )); then _describe command verbs; return; fi\n"
      "  local verb=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $verb in\n{}  esac\n"
      "}}\n"
      "_leakwatch \"$@\"\n",
      summaries, arguments);
}

std::string fish_line(const std::string& verb, const Row& row) {
  std::string line = fmt::format("complete -c leakwatch -n '__fish_seen_subcommand_from {}'", verb);
  if (row.by_place)
    return row.choices.empty()
               ? ""
               : fmt::format("{} -a {}\n", line, in_quotes(fmt::format("{}", fmt::join(row.choices, " "))));
  for (const std::string& name : names_of(row)) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!row.choices.empty()) {
    line += " -x -a " + in_quotes(fmt::format("{}", fmt::join(row.choices, " ")));
  } else if (!row.value.empty()) {
    line += names_a_file(row) || names_a_folder(row) ? " -r -F" : " -x";
  }
  return fmt::format("{} -d {}\n", line, in_quotes(row.help));
}

std::string fish() {
  std::string text = "# Completion of leakwatch for fish, written by `leakwatch help --completion fish`.\n";
  for (const Command& command : all_commands()) {
    text += fmt::format("complete -c leakwatch -f -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        in_quotes(command.summary));
    for (const Row& row : Options::table_of(command).rows) text += fish_line(command.name, row);
  }
  return text;
}

}  // namespace

std::string completion_for(const std::string& shell) {
  return shell == "bash" ? bash() : shell == "zsh" ? zsh() : fish();
}

}  // namespace lw
