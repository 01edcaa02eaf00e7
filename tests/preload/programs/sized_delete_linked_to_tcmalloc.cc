// flags: -ltcmalloc
// SPDX-License-Identifier: Apache-2.0
// sized_delete_of_sampled_blocks in a program linked to tcmalloc, which believes the size it is given.
#include "sized_delete_of_sampled_blocks.cc"
