// flags: -lstdc++ -lc -ljemalloc
// SPDX-License-Identifier: Apache-2.0
// every_operator_new with libstdc++'s operators in front of jemalloc's malloc: operators and malloc of two houses.
#include "every_operator_new.cc"
