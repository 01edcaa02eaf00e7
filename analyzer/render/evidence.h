// SPDX-License-Identifier: Apache-2.0
// The sentences that tell a person why a verdict fell, and where in the code.
#pragma once

#include <string>

#include "analyzer/model/assess.h"
#include "analyzer/model/names.h"

namespace lw {

// One or two sentences.
std::string evidence_text(const Process& process, const Assessment& assessment);

// "Cache::put(Request const&) at cache.cc:42"
std::string place_text(const NamedFrame& frame);

// "cache.cc:42", "server" where the line is unknown, "" where nothing is.
std::string source_text(const NamedFrame& frame);

}  // namespace lw
