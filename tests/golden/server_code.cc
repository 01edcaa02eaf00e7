// SPDX-License-Identifier: Apache-2.0
// The golden files know on which line each of these begins.
#include "tests/golden/server_code.h"

void Cache::put(const Request&) {}

void handle_request(const Request&) {}

void load_tables() {}

char* reply_with_error(int) { return nullptr; }

void* xmalloc(unsigned long) { return nullptr; }

void evict_oldest() {}

void serve_forever() {}
