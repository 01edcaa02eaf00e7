// SPDX-License-Identifier: Apache-2.0
#include "interposer/platform/symbol_lookup.h"

#include <dlfcn.h>

#include <catch2/catch.hpp>
#include <string>

namespace lw {
namespace {

TEST_CASE("A function of a library is found where dlsym finds it", "[allocator]") {
  for (const char* name : {"malloc", "free", "posix_memalign", "malloc_usable_size", "dlsym", "_Znwm",
                           "_ZdlPvmSt11align_val_t", "_ZSt15get_new_handlerv", "pthread_create"}) {
    INFO(name);
    CHECK(find_after_us(name) != nullptr);
    CHECK(find_after_us(name) == dlsym(RTLD_NEXT, name));
  }
}

TEST_CASE("A function that is chosen at load time is found as it was chosen", "[allocator]") {
  CHECK(find_after_us("memcpy") == dlsym(RTLD_NEXT, "memcpy"));
  CHECK(find_after_us("strlen") == dlsym(RTLD_NEXT, "strlen"));
}

TEST_CASE("A name that nobody defines is not found, however close it is", "[allocator]") {
  for (const char* name : {"", "mallo", "malloc_", "mallctl", "free_sized_and_more", "_Znwmm"}) {
    INFO(name);
    CHECK(find_after_us(name) == nullptr);
  }
}

TEST_CASE("What only this object defines is not after it", "[allocator]") { CHECK(find_after_us("main") == nullptr); }

}  // namespace
}  // namespace lw
