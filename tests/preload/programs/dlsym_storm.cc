// SPDX-License-Identifier: Apache-2.0
// dlsym and dlerror allocate, take the loader's lock and are called while we look symbols up ourselves; failing
// look-ups allocate most. Four threads at it, with dlopen and dladdr between.
#include "expect.h"

#include <dlfcn.h>

#include <string>
#include <thread>
#include <vector>

int main() {
  std::vector<std::thread> threads;
  int missing[4] = {};
  for (int& mine : missing) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 1500; i++) {
        std::string name = "no_such_symbol_" + std::to_string(i);
        dlerror();
        mine += dlsym(i % 2 == 0 ? RTLD_DEFAULT : RTLD_NEXT, name.c_str()) == nullptr && dlerror() != nullptr;
        void* known = dlsym(RTLD_DEFAULT, "malloc");
        Dl_info found{};
        if (known == nullptr || dladdr(known, &found) == 0) mine -= 1000;
        if (i % 50 == 0) {
          if (void* libc = dlopen("libc.so.6", RTLD_NOW)) dlclose(libc);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  printf("%d %d %d %d\n", missing[0], missing[1], missing[2], missing[3]);
  return 0;
}
