// SPDX-License-Identifier: Apache-2.0
// The sentences that tell a person why a verdict fell, and where in the code.
#pragma once

#include <string>

#include "analyzer/model/assess.h"
#include "analyzer/model/names.h"

namespace lw {

// One or two sentences.
std::string evidence_text(const Process& process, const Assessment& assessment);

// With what there is to say about other places: who normally frees the blocks, whose elements have gone.
std::string evidence_text(const Process& process, const Assessment& assessment, const Names& names);

// "Cache::put(Request const&) at cache.cc:42"
std::string place_text(const NamedFrame& frame);

// The same in at most `width` characters: the function is shortened, file and line stay whole.
std::string place_text(const NamedFrame& frame, size_t width);

// A function's name in at most `width` characters: without its parameters if that helps, else cut in the middle.
std::string function_text(const std::string& function, size_t width);

// "cache.cc:42", "server" where the line is unknown, "" where nothing is.
std::string source_text(const NamedFrame& frame);

}  // namespace lw
