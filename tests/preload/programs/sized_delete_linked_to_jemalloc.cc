// flags: -ljemalloc
// SPDX-License-Identifier: Apache-2.0
// sized_delete_of_sampled_blocks in a program linked to jemalloc, which believes the size it is given.
#include "sized_delete_of_sampled_blocks.cc"
