// SPDX-License-Identifier: GPL-3.0-or-later
// Private to base: the two allocations that happen before there is a guard to jump to.
#ifndef TF_BASE_MEMORY_H
#define TF_BASE_MEMORY_H

#include "base/arena.h"

void *tf_memory_take(size_t size); // zeroed; NULL if there is none
void tf_memory_give(void *block);
tf_arena *tf_arena_try(tf_memory *memory); // tf_arena_new that returns NULL instead of jumping

#endif
