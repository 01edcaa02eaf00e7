// flags: -shared -fPIC
// SPDX-License-Identifier: Apache-2.0
// A library, loaded behind leakwatch, with operators of its own on top of malloc; see library_replaces_operator_new.
#include <cstdlib>

extern "C" int own_operator_calls;
int own_operator_calls = 0;

void* operator new(size_t size) { return own_operator_calls++, std::malloc(size); }
void operator delete(void* block) noexcept { own_operator_calls++, std::free(block); }
