// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>

#include "analyzer/base/sentences.h"

namespace lw {
namespace {

std::function<std::string(const std::string&)> one_of(const std::vector<std::string>& choices) {
  return [choices](const std::string& word) -> std::string {
    if (std::find(choices.begin(), choices.end(), word) != choices.end()) return {};
    return fmt::format("\"{}\" is not one of {}", word, fmt::join(choices, ", "));
  };
}

OptionTable* wanted_table = nullptr;  // set while a command is run only to be asked for its options

}  // namespace

struct Options::Impl {
  CLI::App app;
  std::string verb;
  OptionTable table;
  std::vector<std::string>* command = nullptr;

  // CLI11 does not know about the words that a prefix command leaves over.
  std::string help() const {
    std::string text = app.help();
    const std::string options = "[OPTIONS]";
    const size_t place = text.find(options);
    if (command != nullptr && place != std::string::npos) {
      text.insert(place + options.size(), " [--] COMMAND [ARGUMENTS...]");
    }
    return text;
  }
};

Options::Options(const std::string& verb, const std::string& summary, const std::string& epilogue)
    : impl_(std::make_unique<Impl>()) {
  impl_->verb = verb;
  impl_->app.name("leakwatch " + verb);
  impl_->app.description(summary);
  impl_->app.footer(epilogue);
  impl_->app.get_formatter()->column_width(26);
  impl_->app.set_help_flag("-h,--help", "this text");
  impl_->table.summary = summary;
  impl_->table.epilogue = epilogue;
}

Options::~Options() = default;

void Options::flag(const std::string& name, bool& to, const std::string& help) {
  impl_->app.add_flag(name, to, help);
  impl_->table.rows.push_back({name, "", help, {}});
}

void Options::text(const std::string& name, std::string& to, const std::string& value, const std::string& help) {
  impl_->app.add_option(name, to, help)->type_name(value);
  impl_->table.rows.push_back({name, value, help, {}});
}

void Options::texts(const std::string& name, std::vector<std::string>& to, const std::string& value,
                    const std::string& help) {
  // One value each time, or it would take the paths that follow too.
  impl_->app.add_option(name, to, help)->type_name(value)->expected(1)->allow_extra_args(false)->take_all();
  impl_->table.rows.push_back({name, value, help, {}, false, true});
}

void Options::number(const std::string& name, unsigned& to, const std::string& help) {
  impl_->app.add_option(name, to, help)->type_name("N");
  impl_->table.rows.push_back({name, "N", help, {}});
}

void Options::choice(const std::string& name, std::string& to, const std::vector<std::string>& choices,
                     const std::string& help) {
  const std::string full_help = help + ": " + fmt::format("{}", fmt::join(choices, ", "));
  impl_->app.add_option(name, to, full_help)->type_name("WORD")->check(one_of(choices));
  impl_->table.rows.push_back({name, "WORD", help, choices});
}

void Options::argument(const std::string& name, std::string& to, const std::string& help,
                       const std::vector<std::string>& choices) {
  CLI::Option* option = impl_->app.add_option(name, to, help)->required()->type_name("");
  if (!choices.empty()) option->check(one_of(choices));
  impl_->table.rows.push_back({name, "", help, choices, true});
}

void Options::may_be(const std::string& name, std::string& to, const std::string& help) {
  impl_->app.add_option(name, to, help)->type_name("");
  impl_->table.rows.push_back({name, "", help, {}, true});
}

void Options::arguments(const std::string& name, std::vector<std::string>& to, const std::string& help) {
  impl_->app.add_option(name, to, help)->required()->type_name("");
  impl_->table.rows.push_back({name, "", help, {}, true, true});
}

void Options::command(std::vector<std::string>& to) {
  impl_->app.prefix_command();
  impl_->command = &to;
  impl_->table.takes_command = true;
}

OptionTable Options::table_of(const Command& command) {
  OptionTable table;
  wanted_table = &table;
  command.run({});
  wanted_table = nullptr;
  return table;
}

std::optional<int> Options::parse(const Arguments& arguments) {
  if (wanted_table != nullptr) {
    *wanted_table = impl_->table;
    return kDone;
  }
  try {
    impl_->app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", impl_->help());
    return kDone;
  } catch (const CLI::ParseError& error) {
    complain(fmt::format("{}: {} (see `leakwatch help {}`)", impl_->verb, error.what(), impl_->verb));
    return kWrongUsage;
  }
  if (impl_->command != nullptr) {
    *impl_->command = impl_->app.remaining();
    if (!impl_->command->empty() && impl_->command->front() == "--") impl_->command->erase(impl_->command->begin());
    if (impl_->command->empty()) {
      complain(fmt::format("{}: there is no command to run (see `leakwatch help {}`)", impl_->verb, impl_->verb));
      return kWrongUsage;
    }
  }
  return {};
}

}  // namespace lw
