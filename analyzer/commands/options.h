// SPDX-License-Identifier: Apache-2.0
// The command line of one verb; the only door to CLI11.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/commands/commands.h"

namespace lw {

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

  void argument(const std::string& name, std::string& to, const std::string& help);
  void arguments(const std::string& name, std::vector<std::string>& to, const std::string& help);
  // Everything from the first word that is not an option on: somebody else's command line.
  void command(std::vector<std::string>& to);

  // An exit status if there is nothing left to do: help was asked for, or the usage was wrong (and that was said).
  std::optional<int> parse(const Arguments& arguments);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lw
