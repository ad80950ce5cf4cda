// SPDX-License-Identifier: GPL-3.0-or-later
// The quantities that a plot statement needs computed beside the outputs: those it shows, those in the braces of its
// title and subtitle, and for drivers every uncertain input.
#ifndef TF_CLI_PLOT_WANT_H
#define TF_CLI_PLOT_WANT_H

#include "cli/session.h"
#include "out/plot_spec.h"

// Adds them to session->extra; before tf_session_run.
void tf_plot_want(tf_session *session, const tf_plot_spec *spec);

#endif
