// SPDX-License-Identifier: Apache-2.0
// "ledger", "forecast" and "churn" of a process in a report for programs.
#pragma once

#include "analyzer/render/json.h"

namespace lw {

const char* word_of(LedgerPart part);

Json json_of_ledger(const Ledger& ledger);
Json json_of_forecast(const ProcessReport& report, const Names& names);  // null where nothing is foretold
Json json_of_churn(const ChurnTotal& churn);

// "thread", "residue", "churn", "fragmentation", "container", "freed_by": the figures of a finding that has them.
void add_grounds(Json& finding, const Assessment& assessment, const Names& names);

}  // namespace lw
