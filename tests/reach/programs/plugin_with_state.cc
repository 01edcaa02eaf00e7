// flags: -shared -fPIC
// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

struct State {
  void* tables[8];
};

static State* g_state;

extern "C" void plugin_start() {
  g_state = static_cast<State*>(std::malloc(sizeof(State)));  // LOST
  for (void*& table : g_state->tables) table = std::malloc(500);
}

extern "C" void plugin_stop() {
  for (void* table : g_state->tables) std::free(table);
  std::free(g_state);
}
