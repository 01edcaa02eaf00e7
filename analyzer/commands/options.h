// SPDX-License-Identifier: Apache-2.0
// The command line of one verb; the only door to CLI11.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/commands/commands.h"

namespace lw {

// The command line of a verb, for those who write shell completions and manual pages from it.
struct OptionTable {
  struct Row {
    std::string names;  // "-n,--lines"; the name of what stands by its place: "PATH"
    std::string value;  // "N", "REGEX"; empty for a flag
    std::string help;
    std::vector<std::string> choices;
    bool by_place = false, repeatable = false;
  };
  std::string summary, epilogue;
  std::vector<Row> rows;
  bool takes_command = false;  // somebody else's command line stands at the end
};

class Options {
 public:
  // `summary` is a sentence; `epilogue` stands at the end of the help.
  Options(const std::string& verb, const std::string& summary, const std::string& epilogue = "");
  ~Options();

  // Names as CLI11 takes them: "-n,--number".
  void flag(const std::string& name, bool& to, const std::string& help);
  void text(const std::string& name, std::string& to, const std::string& value, const std::string& help);
  void texts(const std::string& name, std::vector<std::string>& to, const std::string& value, const std::string& help);
  void number(const std::string& name, unsigned& to, const std::string& help);
  void choice(const std::string& name, std::string& to, const std::vector<std::string>& choices,
              const std::string& help);

  // With `choices`, it is one of them.
  void argument(const std::string& name, std::string& to, const std::string& help,
                const std::vector<std::string>& choices = {});
  void may_be(const std::string& name, std::string& to, const std::string& help);  // an argument that may be missing
  void arguments(const std::string& name, std::vector<std::string>& to, const std::string& help);
  // Everything from the first word that is not an option on: somebody else's command line.
  void command(std::vector<std::string>& to);

  // Of a command's options, as they stand in its table; used by what is generated from it. The command is run for that,
  // as far as its parse().
  static OptionTable table_of(const Command& command);

  // An exit status if there is nothing left to do: help was asked for, or the usage was wrong (and that was said).
  std::optional<int> parse(const Arguments& arguments);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lw
