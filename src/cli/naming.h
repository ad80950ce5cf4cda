// SPDX-License-Identifier: GPL-3.0-or-later
// What a scenario that the program writes calls the files that it rests on.
#ifndef TF_CLI_NAMING_H
#define TF_CLI_NAMING_H

#include "base/context.h"

// What a scenario at `path` calls the file `target`: its name alone where that leads there, beside the scenario or in
// the library (`kind`: "models" or "scenarios"); else the way from the scenario's folder, `../data/x.csv`, or the whole
// path where the two share no folder but the root. The files need not exist; the result lives in the context's arena.
const char *tf_name_for(tf_context *cx, const char *path, const char *target, const char *kind);

#endif
