// SPDX-License-Identifier: GPL-3.0-or-later
// --until: rounds of twice as many samples until every mean is known well enough. A longer run repeats a shorter one,
// so what is done is kept, and the result is that of a plain run with as many samples.
#ifndef TF_CLI_UNTIL_H
#define TF_CLI_UNTIL_H

#include "cli/session.h"

typedef struct tf_until tf_until;

// Reads --until, and prepares session->run for the most samples it may take: --samples, or 16,777,216. *until is NULL
// if the option was not given. TF_USAGE: no share, no standard error (one scrambling), parts of a run.
TF_NODISCARD tf_status tf_until_read(tf_session *session, tf_until **until);

// The first round of a group; its graph and plans must outlive `until`.
TF_NODISCARD tf_status tf_until_open(tf_until *until, tf_session *session, const tf_graph *graph,
                                     const tf_plan *const *plans, tf_samples **samples);

// Further rounds of all groups, in the order in which they were opened, until all hold; puts the number of samples into
// session->run, and says what was reached. `samples` are replaced by those of the last round.
TF_NODISCARD tf_status tf_until_grow(tf_until *until, tf_session *session, tf_samples **samples);

#endif
