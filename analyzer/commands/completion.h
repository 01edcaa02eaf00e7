// SPDX-License-Identifier: Apache-2.0
// Shell completions and manual pages, written from the table of commands and the options that each declares: nothing to
// be kept in step by hand.
#pragma once

#include <string>

namespace lw {

// `shell` is bash, zsh or fish.
std::string completion_for(const std::string& shell);

// In man's language. Of a command: leakwatch-VERB(1); without a name: leakwatch(1).
std::string manual_page(const std::string& command_name);

}  // namespace lw
