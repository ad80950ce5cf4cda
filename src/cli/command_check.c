// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold check: are models and scenarios right, and do their checks hold?
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/validation.h"
#include "out/emit.h"
#include "out/json.h"
#include "out/plot_spec.h"

static void print_checks_text(const tf_result *result, tf_text *out) {
  for (size_t s = 0; s < result->scenario_count; s++) {
    const tf_scenario_result *scenario = &result->scenarios[s];
    tf_text_addf(out, "%.*s%s%.*s: ", TF_STR_ARGS(scenario->file), scenario->file.len > 0 ? ", " : "",
                 TF_STR_ARGS(scenario->name));
    if (scenario->checks.count == 0) {
      tf_text_adds(out, "well formed; it states no checks\n");
      continue;
    }
    size_t failed = 0;
    for (size_t i = 0; i < scenario->checks.count; i++) {
      failed += !scenario->checks.at[i].held;
    }
    tf_text_addf(out, "%zu of %zu checks hold\n", scenario->checks.count - failed, scenario->checks.count);
    for (size_t i = 0; i < scenario->checks.count; i++) {
      const tf_check_result *c = &scenario->checks.at[i];
      tf_text_addf(out, "  %s  %.*s", c->held ? "holds" : "FAILS", TF_STR_ARGS(c->text));
      if (c->description.len > 0) {
        tf_text_addf(out, "   \"%.*s\"", TF_STR_ARGS(c->description));
      }
      tf_text_addf(out, "   true in %.4g %% of samples, wanted %.4g %%\n", 100 * c->share, 100 * c->level);
    }
  }
}

static void print_checks_json(const tf_result *result, tf_text *out) {
  tf_json json = tf_json_new(out, 4);
  tf_json_open(&json, '{');
  tf_json_key(&json, "schema");
  tf_json_integer(&json, 1);
  tf_json_key(&json, "scenarios");
  tf_json_open(&json, '[');
  for (size_t s = 0; s < result->scenario_count; s++) {
    const tf_scenario_result *scenario = &result->scenarios[s];
    tf_json_open(&json, '{');
    tf_json_key(&json, "name");
    tf_json_text(&json, scenario->name);
    tf_json_key(&json, "file");
    tf_json_text(&json, scenario->file);
    tf_json_key(&json, "checks");
    tf_json_open(&json, '[');
    for (size_t i = 0; i < scenario->checks.count; i++) {
      const tf_check_result *c = &scenario->checks.at[i];
      tf_json_open(&json, '{');
      tf_json_key(&json, "check");
      tf_json_text(&json, c->text);
      tf_json_key(&json, "text");
      tf_json_text(&json, c->description);
      tf_json_key(&json, "holds");
      tf_json_bool(&json, c->held);
      tf_json_key(&json, "share");
      tf_json_number(&json, c->share);
      tf_json_key(&json, "wanted");
      tf_json_number(&json, c->level);
      tf_json_close(&json, '}');
    }
    tf_json_close(&json, ']');
    tf_json_close(&json, '}');
  }
  tf_json_close(&json, ']');
  tf_json_close(&json, '}');
  tf_text_addc(out, '\n');
}

// A chart is only drawn by `plot`, but its statement is right or wrong before. Kind and options are read here; the
// names are looked up with those that are shown, which holds for one file: several may have different models.
static tf_status check_plots(tf_session *session) {
  tf_context *cx = session->cx;
  TF_VEC(tf_located) statements = {0};
  for (size_t i = 0; i < session->scenarios.count; i++) {
    for (size_t k = 0; k < session->scenarios.at[i]->plots.count; k++) {
      tf_vec_push(cx->arena, &statements, session->scenarios.at[i]->plots.at[k].text);
    }
  }
  for (size_t i = 0; i < session->models.count; i++) {
    for (size_t k = 0; k < session->models.at[i]->plots.count; k++) {
      tf_vec_push(cx->arena, &statements, session->models.at[i]->plots.at[k].text);
    }
  }
  tf_status status = TF_OK;
  for (size_t i = 0; i < statements.count; i++) {
    tf_plot_spec spec;
    tf_status parsed = tf_plot_parse(cx, statements.at[i], &spec);
    for (size_t k = 0; parsed == TF_OK && session->scenarios.count == 1 && k < spec.count; k++) {
      tf_vec_push(cx->arena, &session->extra, tf_cstr(cx->arena, spec.names[k].text));
    }
    status = parsed != TF_OK ? parsed : status;
  }
  return status;
}

tf_status tf_command_check(tf_context *cx, const tf_command_line *line) {
  if (tf_option_given(line, TF_OPTION_VALIDATION)) {
    return tf_validation_command(cx, line);
  }
  tf_session session;
  size_t format = 0;
  tf_status status = tf_option_choice(cx, line, TF_OPTION_FORMAT, &format);
  if (status == TF_OK) {
    status = tf_session_open(cx, line, true, &session);
  }
  if (status == TF_OK) {
    status = check_plots(&session);
  }
  const tf_result *result = NULL;
  if (status == TF_OK) {
    session.any_axis = true; // a model alone has no axis, and can be checked all the same
    status = tf_session_run(&session, &result);
  }
  if (status != TF_OK) {
    return status;
  }
  tf_text out = tf_text_new(cx->arena);
  if (format == 2) {
    print_checks_json(result, &out);
  } else {
    print_checks_text(result, &out);
  }
  status = tf_print_out(cx, line, tf_text_str(&out));
  for (size_t s = 0; s < result->scenario_count && status == TF_OK; s++) {
    for (size_t i = 0; i < result->scenarios[s].checks.count; i++) {
      if (!result->scenarios[s].checks.at[i].held) {
        status = TF_NO;
      }
    }
  }
  return status;
}
