// flags: -ltcmalloc
// SPDX-License-Identifier: Apache-2.0
// blocks_change_hands_between_threads in a program linked to tcmalloc.
#include "blocks_change_hands_between_threads.cc"
