// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "twins.h"

struct Person {
  long born;
  void* unused;
  char* name;
};

static Person* g_people[kTimes];

__attribute__((noinline)) static Person* make() {
  Person* person = static_cast<Person*>(std::malloc(sizeof(Person)));
  person->name = static_cast<char*>(std::malloc(60));  // LOST
  return person;
}

int main(int argc, char** argv) {
  for (Person*& person : g_people) person = make();
  for (Person*& person : g_people) {
    if (!is_bad(argc, argv)) std::free(person->name);
    std::free(person);
    person = nullptr;
  }
}
