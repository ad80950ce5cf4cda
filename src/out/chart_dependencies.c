// SPDX-License-Identifier: GPL-3.0-or-later
// Which quantities an equation needs: boxes in layers, inputs at the left, the result at the right
// (out/chart_plan.h).
//
// Layers as in Sugiyama, Tagawa and Toda 1981: each quantity stands one layer before the first that needs it, long
// edges run through places of their own, and the order within a layer is that of the mean of the neighbours, swept
// there and back. What a quantity needs of its own past closes no cycle: such edges are left out.
#include <math.h>
#include <string.h>

#include "out/chart_plan.h"
#include "out/delimited.h"

enum { NODES_MAX = 60, LAYERS_MAX = 24, PLACES_MAX = 1200, SWEEPS = 24, CURVE = 14 };

typedef struct place { // a quantity, or where an edge crosses a layer
  uint32_t quantity;   // TF_NO_ID: a crossing
  size_t layer;
  double order, y;
  tf_str name, value;
  bool input;
} place;

typedef struct edge {
  size_t from, to; // places; from is in the layer before (further left)
} edge;

typedef struct diagram {
  tf_chart_plan *plan;
  const tf_scenario_result *of;
  TF_VEC(place) places;
  TF_VEC(edge) edges; // between quantities, then between neighbouring layers
  size_t nodes;       // quantities among the places
  size_t layers;
  size_t *node_of; // place of a quantity, SIZE_MAX if none
  char *state;     // 0 new, 1 on the path, 2 done
} diagram;

static const tf_term *equation_of(const diagram *d, uint32_t quantity) {
  const tf_term *value = d->of->plan != NULL ? d->of->plan->quantities[quantity].value : NULL;
  return value != NULL ? value : d->plan->result->model->quantities.at[quantity].value;
}

static size_t add_node(diagram *d, uint32_t quantity) {
  if (d->node_of[quantity] == SIZE_MAX) {
    const tf_quantity *q = &d->plan->result->model->quantities.at[quantity];
    tf_row row = {.name = q->name, .label = q->label};
    place p = {.quantity = quantity, .input = q->input};
    p.name = tf_chart_capital(d->plan->arena, tf_chart_name(d->plan->arena, &row));
    for (size_t i = 0; i < d->of->rows.count; i++) {
      const tf_row *r = &d->of->rows.at[i];
      if (r->quantity == quantity && r->kind == TF_KIND_NUMBER && !r->series && r->index_count == 0) {
        tf_scale scale = tf_scale_for(d->plan->arena, d->plan->result->model->units, r->unit, fabs(r->central));
        // Of the central case, so that the boxes agree with each other.
        p.value = tf_scale_row_value(&scale, r, d->plan->result->samples, r->central, 1, true);
      }
    }
    d->node_of[quantity] = d->places.count;
    tf_vec_push(d->plan->arena, &d->places, p);
    d->nodes++;
  }
  return d->node_of[quantity];
}

// Everything the quantity needs, to the given number of steps; the edges that would close a cycle are left out.
static void walk(diagram *d, uint32_t quantity, size_t depth) {
  size_t here = add_node(d, quantity);
  d->state[quantity] = 1;
  uint32_t *uses = NULL;
  size_t count = depth == 0 || d->nodes > NODES_MAX
                     ? 0
                     : tf_quantity_uses(d->plan->result->model, d->plan->arena, equation_of(d, quantity), &uses);
  for (size_t i = 0; i < count && d->nodes <= NODES_MAX; i++) {
    if (d->plan->result->model->quantities.at[uses[i]].column || d->state[uses[i]] == 1) {
      continue; // rows of tables are data, not quantities
    }
    size_t from = add_node(d, uses[i]);
    tf_vec_push(d->plan->arena, &d->edges, ((edge){from, here}));
    if (d->state[uses[i]] == 0) {
      walk(d, uses[i], depth - 1);
    }
  }
  d->state[quantity] = 2;
}

// Descriptions that begin alike do not tell boxes apart; names do.
static void tell_apart(diagram *d) {
  bool *twice = TF_ARRAY(d->plan->arena, bool, d->nodes);
  for (size_t i = 0; i < d->nodes; i++) {
    for (size_t k = 0; k < d->nodes; k++) {
      twice[i] = twice[i] || (i != k && tf_str_eq(d->places.at[i].name, d->places.at[k].name));
    }
  }
  for (size_t i = 0; i < d->nodes; i++) {
    if (twice[i]) {
      tf_str name = d->plan->result->model->quantities.at[d->places.at[i].quantity].name;
      d->places.at[i].name = tf_chart_capital(d->plan->arena, tf_chart_words(d->plan->arena, name));
    }
  }
}

// layer 0 is the result; each quantity stands behind all that need it.
static bool set_layers(diagram *d) {
  for (size_t round = 0; round <= d->nodes; round++) {
    bool moved = false;
    for (size_t e = 0; e < d->edges.count; e++) {
      place *from = &d->places.at[d->edges.at[e].from];
      size_t needed = d->places.at[d->edges.at[e].to].layer + 1;
      if (from->layer < needed) {
        from->layer = needed;
        moved = true;
      }
    }
    if (!moved) {
      break;
    }
  }
  for (size_t i = 0; i < d->places.count; i++) {
    d->layers = d->places.at[i].layer + 1 > d->layers ? d->places.at[i].layer + 1 : d->layers;
  }
  return d->layers <= LAYERS_MAX;
}

static void split_edges(diagram *d) {
  size_t count = d->edges.count;
  for (size_t e = 0; e < count; e++) {
    edge whole = d->edges.at[e];
    size_t to = whole.to;
    for (size_t layer = d->places.at[to].layer + 1; layer < d->places.at[whole.from].layer; layer++) {
      tf_vec_push(d->plan->arena, &d->places, ((place){.quantity = TF_NO_ID, .layer = layer}));
      tf_vec_push(d->plan->arena, &d->edges, ((edge){d->places.count - 1, to}));
      to = d->places.count - 1;
    }
    d->edges.at[e] = (edge){whole.from, to};
  }
}

static size_t in_layer(const diagram *d, size_t layer, size_t *list) {
  size_t count = 0;
  for (size_t i = 0; i < d->places.count; i++) {
    if (d->places.at[i].layer == layer) {
      size_t at = count++;
      for (; at > 0 && d->places.at[list[at - 1]].order > d->places.at[i].order; at--) {
        list[at] = list[at - 1];
      }
      list[at] = i;
    }
  }
  return count;
}

static double neighbour_mean(const diagram *d, size_t place_id, bool to_right, bool heights, double fallback) {
  double sum = 0;
  size_t count = 0;
  for (size_t e = 0; e < d->edges.count; e++) {
    size_t own = to_right ? d->edges.at[e].from : d->edges.at[e].to;
    size_t other = to_right ? d->edges.at[e].to : d->edges.at[e].from;
    if (own == place_id) {
      sum += heights ? d->places.at[other].y : d->places.at[other].order;
      count++;
    }
  }
  return count > 0 ? sum / (double)count : fallback;
}

static size_t crossings(const diagram *d) {
  size_t count = 0;
  for (size_t a = 0; a < d->edges.count; a++) {
    for (size_t b = a + 1; b < d->edges.count; b++) {
      const place *af = &d->places.at[d->edges.at[a].from], *at = &d->places.at[d->edges.at[a].to];
      const place *bf = &d->places.at[d->edges.at[b].from], *bt = &d->places.at[d->edges.at[b].to];
      count += af->layer == bf->layer && (af->order - bf->order) * (at->order - bt->order) < 0;
    }
  }
  return count;
}

static void set_order(diagram *d) {
  size_t *list = TF_ARRAY(d->plan->arena, size_t, d->places.count);
  double *best = TF_ARRAY(d->plan->arena, double, d->places.count);
  size_t fewest = SIZE_MAX;
  for (size_t i = 0; i < d->places.count; i++) {
    d->places.at[i].order = (double)i;
  }
  for (size_t sweep = 0; sweep < SWEEPS; sweep++) {
    bool right = sweep % 2 == 0; // from the result towards the inputs, then back
    for (size_t l = 0; l < d->layers; l++) {
      size_t layer = right ? l : d->layers - 1 - l;
      size_t count = in_layer(d, layer, list);
      for (size_t i = 0; i < count; i++) {
        place *p = &d->places.at[list[i]];
        p->order = neighbour_mean(d, list[i], right, false, p->order) + 1e-6 * (double)i;
      }
      count = in_layer(d, layer, list);
      for (size_t i = 0; i < count; i++) {
        d->places.at[list[i]].order = (double)i - 0.5 * (double)count; // centred, so that means compare across layers
      }
    }
    size_t now = crossings(d);
    if (now < fewest) {
      fewest = now;
      for (size_t i = 0; i < d->places.count; i++) {
        best[i] = d->places.at[i].order;
      }
    }
  }
  for (size_t i = 0; i < d->places.count; i++) {
    d->places.at[i].order = best[i];
  }
}

// Heights: each layer is spread evenly first, then moved towards its neighbours as far as the boxes allow.
static void set_heights(diagram *d, double top, double bottom, double apart) {
  size_t *list = TF_ARRAY(d->plan->arena, size_t, d->places.count);
  double *at = TF_ARRAY(d->plan->arena, double, d->places.count);
  for (size_t round = 0; round < 12; round++) {
    for (size_t l = 0; l < d->layers; l++) {
      size_t layer = round % 2 == 0 ? l : d->layers - 1 - l, count = in_layer(d, layer, list);
      for (size_t i = 0; i < count; i++) {
        double even = top + (bottom - top) * ((double)i + 0.5) / (double)count;
        double wanted = round == 0 ? even : neighbour_mean(d, list[i], round % 2 == 0, true, d->places.at[list[i]].y);
        // Order is kept: a place never asks to stand above the one before it.
        at[i] = i > 0 && wanted <= at[i - 1] ? at[i - 1] + 1e-6 : wanted;
      }
      double room = apart * (double)(count > 1 ? count - 1 : 1);
      tf_labels_place(d->plan->arena, at, count, room <= bottom - top ? apart : (bottom - top) / (double)count,
                      top + apart / 2, bottom - apart / 2);
      for (size_t i = 0; i < count; i++) {
        d->places.at[list[i]].y = at[i];
      }
    }
  }
}

static size_t most_in_layer(const diagram *d) {
  size_t most = 1;
  for (size_t l = 0; l < d->layers; l++) {
    size_t count = 0;
    for (size_t i = 0; i < d->places.count; i++) {
      count += d->places.at[i].layer == l;
    }
    most = count > most ? count : most;
  }
  return most;
}

static void put_edges(const diagram *d, double left, double column, double box, tf_text *out) {
  tf_text data = tf_text_new(d->plan->arena);
  for (size_t e = 0; e < d->edges.count; e++) {
    const place *from = &d->places.at[d->edges.at[e].from], *to = &d->places.at[d->edges.at[e].to];
    double x0 = left + column * (double)(d->layers - 1 - from->layer) + box;
    double x1 = left + column * (double)(d->layers - 1 - to->layer);
    tf_text_adds(&data, e > 0 ? "\n" : "");
    if (from->quantity == TF_NO_ID) { // straight through the layer
      tf_script_row(&data, (double[]){x0 - box, from->y}, 2);
    }
    for (int k = 0; k <= CURVE; k++) {
      double t = (double)k / CURVE, bend = t * t * (3 - 2 * t);
      tf_script_row(&data, (double[]){x0 + t * (x1 - x0), from->y + bend * (to->y - from->y)}, 2);
    }
  }
  tf_gnuplot_data(out, "edges", data.len > 0 ? tf_text_str(&data) : TF_STR("NaN NaN"));
}

static void put_boxes(tf_pen *pen, const diagram *d, double left, double column, double box, double tall) {
  tf_chart_plan *plan = d->plan;
  double size = tall < 20 ? 8 : tall < 26 ? 8.5 : 9.5;
  tf_text boxes = tf_text_new(plan->arena);
  for (size_t i = 0; i < d->nodes; i++) {
    const place *p = &d->places.at[i];
    double x = left + column * (double)(d->layers - 1 - p->layer);
    int colour = p->layer == 0 ? 1 : p->input ? 3 : 2;
    const double row[] = {x + box / 2, p->y, x, x + box, p->y - tall / 2, p->y + tall / 2, colour};
    tf_script_row(&boxes, row, 7);
    tf_face face = {size, p->layer == 0, plan->stretch}, light = {size - 0.5, true, plan->stretch};
    tf_str lines[3];
    double line = tf_face_line(face) * 0.92;
    size_t fit = (size_t)fmin(fmax(floor(tall / line), 1), 3), room = p->value.len > 0 && fit > 1 ? fit - 1 : fit;
    size_t count = tf_text_break(plan->arena, face, p->name, box - 12, room, lines);
    size_t all = count + (p->value.len > 0 && tall >= 2 * line);
    double y = p->y - 0.5 * line * (double)(all - 1);
    const char *ink = p->layer == 0 ? "PAPER" : "INK";
    for (size_t k = 0; k < count; k++, y += line) {
      tf_pen_text(pen, lines[k], x + box / 2, y, TF_CENTRE, face, ink);
    }
    if (all > count) {
      tf_pen_text(pen, tf_text_fit(plan->arena, light, p->value, box - 10), x + box / 2, y, TF_CENTRE, light,
                  p->layer == 0 ? "PAPER" : "MUTED");
    }
  }
  tf_gnuplot_data(pen->out, "boxes", tf_text_str(&boxes));
}

static void put_texts(diagram *d, uint32_t target, size_t inputs) {
  tf_chart_plan *plan = d->plan;
  const place *result = &d->places.at[d->node_of[target]];
  tf_text alt = tf_text_new(plan->arena), csv = tf_text_new(plan->arena);
  plan->title = tf_str_of(tf_format(plan->arena, "%.*s: what it is made of", TF_STR_ARGS(result->name)));
  plan->subtitle = tf_str_of(tf_format(plan->arena,
                                       "%zu quantities, %zu of them inputs (dashed); each box needs those "
                                       "that lead to it",
                                       d->nodes, inputs));
  tf_text_addf(&alt, "Diagram of dependencies. %.*s. %.*s.", TF_STR_ARGS(plan->title), TF_STR_ARGS(plan->subtitle));
  tf_text_adds(&csv, "quantity,needs\n");
  for (size_t e = 0; e < d->edges.count; e++) {
    const tf_model *model = plan->result->model;
    tf_csv_text(&csv, model->quantities.at[d->places.at[d->edges.at[e].to].quantity].name);
    tf_text_addc(&csv, ',');
    tf_csv_text(&csv, model->quantities.at[d->places.at[d->edges.at[e].from].quantity].name);
    tf_text_addc(&csv, '\n');
    tf_text_addf(&alt, " %.*s needs %.*s.", TF_STR_ARGS(d->places.at[d->edges.at[e].to].name),
                 TF_STR_ARGS(d->places.at[d->edges.at[e].from].name));
  }
  plan->csv = tf_text_str(&csv);
  plan->alt = tf_text_str(&alt);
  plan->reading = "";
}

static tf_status gather(diagram *d, tf_located name, uint32_t *target) {
  tf_chart_plan *plan = d->plan;
  size_t count = plan->result->model->quantities.count;
  tf_status status = tf_model_find(plan->cx, plan->result->model, name, target);
  if (status != TF_OK) {
    return status;
  }
  d->node_of = TF_ARRAY(plan->arena, size_t, count);
  d->state = TF_ARRAY(plan->arena, char, count);
  for (size_t i = 0; i < count; i++) {
    d->node_of[i] = SIZE_MAX;
  }
  walk(d, *target, plan->options->depth == 0 ? SIZE_MAX : plan->options->depth);
  if (d->nodes > NODES_MAX || !set_layers(d)) {
    status = tf_fail(plan->cx, TF_INVALID, name.at, "more than %d quantities lead to %.*s: too many for one page",
                     NODES_MAX, TF_STR_ARGS(name.text));
    tf_hint(plan->cx, "show fewer steps with --depth 2");
    return status;
  }
  return TF_OK;
}

tf_status tf_chart_dependencies(tf_chart_plan *plan, const char *stem, tf_str *script) {
  diagram d = {.plan = plan, .of = &plan->result->scenarios[0]};
  uint32_t target = 0;
  tf_status status = gather(&d, plan->spec->names[0], &target);
  if (status != TF_OK) {
    return status;
  }
  tell_apart(&d);
  size_t inputs = 0;
  for (size_t i = 0; i < d.nodes; i++) {
    inputs += d.places.at[i].input;
  }
  put_texts(&d, target, inputs);
  status = tf_chart_finish_texts(plan);
  if (status != TF_OK) {
    return status;
  }
  split_edges(&d);
  set_order(&d);
  size_t most = most_in_layer(&d);
  if (!(plan->options->height > 0)) {
    plan->height = fmax(360, 130 + 50 * (double)most);
  }
  if (!(plan->options->width > 0)) {
    plan->width = fmax(800, 48 + 148 * (double)d.layers);
  }
  tf_text out = tf_text_new(plan->arena);
  tf_pen pen = {.plan = plan, .out = &out};
  status = tf_script_start(plan, stem, &out);
  if (status != TF_OK) {
    return status;
  }
  tf_pen_page(&pen, plan, -16);
  plan->bottom += 22;
  double wide = plan->width - 2 * TF_CHART_EDGE, column = wide, box = wide;
  if (d.layers > 1) {
    box = fmin(170, wide / ((double)d.layers + 0.34 * (double)(d.layers - 1)));
    column = (wide - box) / (double)(d.layers - 1);
  } else {
    box = 200;
  }
  double apart = (plan->bottom - plan->top) / (double)most, tall = fmin(46, 0.86 * apart);
  set_heights(&d, plan->top, plan->bottom, fmin(apart, 56));
  tf_script_page_axes(plan, &out);
  put_edges(&d, TF_CHART_EDGE, column, box, &out);
  put_boxes(&pen, &d, TF_CHART_EDGE, column, box, tall);
  status = tf_script_template(plan, "dependencies.gp", &out);
  if (status == TF_OK) {
    *script = tf_text_str(&out);
  }
  return status;
}
