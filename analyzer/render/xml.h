// SPDX-License-Identifier: Apache-2.0
// Text that may stand in an XML 1.0 document, in an attribute or between tags.
#pragma once

#include <string>
#include <string_view>

namespace lw {

// The five characters that mean something are written as entities, line ends as character references (an attribute
// would lose them); control characters and bytes that are no UTF-8, for which XML has no way, become "?".
std::string xml_text(std::string_view text);

// Bytes of the character at the beginning of the text; 0 if it is a control character, or no UTF-8.
size_t character_length(std::string_view text);

}  // namespace lw
