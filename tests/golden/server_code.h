// SPDX-License-Identifier: Apache-2.0
// The functions that the stacks of the golden snapshots name. Nobody calls them.
#pragma once

struct Request {};

struct Cache {
  void put(const Request& request);
};

void handle_request(const Request& request);
void load_tables();
char* reply_with_error(int code);
void* xmalloc(unsigned long bytes);
void evict_oldest();
void serve_forever();
