// flags: -lmimalloc
// SPDX-License-Identifier: Apache-2.0
// every_operator_new in a program linked to mimalloc, whose operators do not pass through malloc.
#include "every_operator_new.cc"
