// SPDX-License-Identifier: GPL-3.0-or-later
// What the last digits of a sample depend on beside the program: instruction set and C library.
#ifndef TF_ENGINE_MACHINE_H
#define TF_ENGINE_MACHINE_H

#include "base/arena.h"

// Such as "x86-64-v4, glibc 2.36". Where two machines have the same, samples have the same bits.
const char *tf_machine_kind(tf_arena *arena);

#endif
