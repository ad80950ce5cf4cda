// SPDX-License-Identifier: GPL-3.0-or-later
// What must be known before right sides are checked: that functions end, and which indices a quantity carries that
// does not state them. Quantities are visited so that what they use comes first; those that use one another through
// [t-1] are visited until nothing changes.
#include "model/order.h"

#include <string.h>

typedef TF_VEC(uint32_t) id_list;

typedef struct function_info {
  unsigned char state; // 0 not seen, 1 being read, 2 done
  id_list uses;        // quantities that its body names, functions within included
} function_info;

typedef struct inference {
  tf_checker *k;
  function_info *functions;          // all modules'
  uint32_t *first_function;          // by module
  TF_VEC(const tf_function *) stack; // being read
  bool good;
} inference;

static void visit_expr(inference *in, const tf_scope *scope, const tf_expr *expr, bool report, id_list *uses);

static void add_id(tf_arena *arena, id_list *list, uint32_t id) {
  for (size_t i = 0; i < list->count && list->count < 64; i++) {
    if (list->at[i] == id) {
      return; // short lists stay short; repeats in long ones do no harm
    }
  }
  tf_vec_push(arena, list, id);
}

static void recursion(inference *in, const tf_function *function, const tf_expr *expr) {
  tf_text path = tf_text_new(in->k->arena);
  bool inside = false;
  for (size_t i = 0; i < in->stack.count; i++) {
    inside = inside || in->stack.at[i] == function;
    if (inside) {
      tf_text_addf(&path, "%.*s -> ", TF_STR_ARGS(in->stack.at[i]->name.text));
    }
  }
  tf_text_add(&path, function->name.text);
  (void)tf_fail(in->k->cx, TF_INVALID, expr->at, "function `%.*s` calls itself: %s", TF_STR_ARGS(function->name.text),
                path.ptr);
  tf_also(in->k->cx, function->name.at, "declared here");
  tf_hint(in->k->cx, "a recurrence over time is written with [t-1]");
  in->good = false;
}

static function_info *visit_function(inference *in, uint32_t module, const tf_function *function, const tf_expr *call) {
  const tf_model_ast *ast = in->k->model->modules[module].ast;
  function_info *info = &in->functions[in->first_function[module] + (uint32_t)(function - ast->functions.at)];
  if (info->state == 1 && call != NULL) {
    recursion(in, function, call);
    return info;
  }
  if (info->state != 0 || in->stack.count > 2 * TF_INLINE_MAX) {
    return info; // deeper calls are refused where they are made
  }
  info->state = 1;
  tf_vec_push(in->k->arena, &in->stack, function);
  tf_frame frame = {.function = function};
  tf_scope scope = {.module = module, .frame = &frame, .label_index = TF_NO_ID};
  id_list uses = {0};
  visit_expr(in, &scope, function->body, true, &uses);
  info->uses = uses;
  in->stack.count--;
  info->state = 2;
  return info;
}

static void visit_name(inference *in, const tf_scope *scope, const tf_expr *expr, bool report, id_list *uses) {
  tf_named named;
  if (!tf_resolve(in->k, scope, expr->name, expr->at, false, &named)) {
    bool built_in = tf_str_is(expr->name, "step") || tf_str_is(expr->name, "elapsed") ||
                    tf_str_is(expr->name, "start") || tf_str_is(expr->name, "mid") || tf_str_is(expr->name, "end");
    if (report && !built_in) {
      in->good = false;
      (void)tf_resolve(in->k, scope, expr->name, expr->at, true, &named);
    }
    return;
  }
  if (named.kind == TF_NAMED_QUANTITY || named.kind == TF_NAMED_COLUMN) {
    add_id(in->k->arena, uses, named.id);
  }
  if (named.kind == TF_NAMED_COLUMN && named.of != TF_NO_ID) {
    add_id(in->k->arena, uses, named.of);
  }
}

static void visit_expr(inference *in, const tf_scope *scope, const tf_expr *expr, bool report, id_list *uses) {
  if (expr->kind == TF_EXPR_NAME) {
    visit_name(in, scope, expr, report, uses);
    return;
  }
  if (expr->kind == TF_EXPR_CALL) {
    uint32_t module = 0;
    const tf_function *function = tf_resolve_function(in->k, scope, expr->name, &module);
    if (function != NULL) {
      const function_info *info = visit_function(in, module, function, expr);
      for (size_t i = 0; i < info->uses.count; i++) {
        add_id(in->k->arena, uses, info->uses.at[i]);
      }
    }
  }
  for (size_t i = 0; i < expr->count; i++) {
    visit_expr(in, scope, expr->args[i], report, uses);
  }
  for (size_t i = 0; i < expr->subscript_count; i++) {
    if (expr->subscripts[i].shift != NULL) {
      visit_expr(in, scope, expr->subscripts[i].shift, report, uses);
    }
    if (expr->subscripts[i].otherwise != NULL) {
      visit_expr(in, scope, expr->subscripts[i].otherwise, report, uses);
    }
  }
}

// Edges from the quantities whose indices are open to others of the kind.
static void open_edges(inference *in, tf_edges *edges) {
  tf_checker *k = in->k;
  uint32_t count = (uint32_t)k->model->quantities.count;
  uint32_t *first = TF_ARRAY(k->arena, uint32_t, count + 1u);
  id_list targets = {0};
  id_list uses = {0};
  for (uint32_t q = 0; q < count; q++) {
    first[q] = (uint32_t)targets.count;
    const tf_quantity *quantity = &k->model->quantities.at[q];
    if (quantity->definition == NULL || quantity->shown || quantity->definition->value == NULL) {
      continue;
    }
    tf_scope scope = {.module = k->modules_of[q], .label_index = TF_NO_ID};
    uses.count = 0;
    visit_expr(in, &scope, quantity->definition->value, false, &uses);
    for (size_t i = 0; i < uses.count; i++) {
      if (!k->model->quantities.at[uses.at[i]].shown) {
        tf_vec_push(k->arena, &targets, uses.at[i]);
      }
    }
  }
  first[count] = (uint32_t)targets.count;
  *edges = (tf_edges){count, first, targets.at, NULL};
}

// Takes the indices that the right side has now; true if they have grown.
static bool take_indices(tf_checker *k, uint32_t quantity) {
  const tf_term *term = NULL;
  bool input = false;
  size_t draws = k->draws.count;
  bool known = tf_define_quantity(k, quantity, &term, &input);
  k->draws.count = draws;
  if (!known || term == NULL) {
    return false;
  }
  tf_quantity *q = &k->model->quantities.at[quantity];
  size_t before = q->index_count;
  for (size_t i = 0; i < term->index_count; i++) {
    tf_set_add(k->arena, &q->indices, &q->index_count, term->indices[i]);
  }
  q->elements = 1;
  for (size_t i = 0; i < q->index_count; i++) {
    q->elements *= k->model->indices.at[q->indices[i]].count;
  }
  return q->index_count > before;
}

bool tf_infer_indices(tf_checker *k) {
  tf_model *model = k->model;
  inference in = {.k = k, .good = true};
  in.first_function = TF_ARRAY(k->arena, uint32_t, model->module_count + 1);
  uint32_t functions = 0;
  for (size_t m = 0; m < model->module_count; m++) {
    in.first_function[m] = functions;
    functions += (uint32_t)model->modules[m].ast->functions.count;
  }
  in.functions = TF_ARRAY(k->arena, function_info, functions + 1);
  for (uint32_t m = 0; m < model->module_count; m++) {
    for (size_t i = 0; i < model->modules[m].ast->functions.count; i++) {
      (void)visit_function(&in, m, &model->modules[m].ast->functions.at[i], NULL);
    }
  }
  if (!in.good) {
    return false; // their calls would only repeat it
  }
  if (model->indices.count == 0) {
    return true;
  }
  tf_edges edges;
  tf_components components;
  open_edges(&in, &edges);
  tf_components_find(k->arena, &edges, &components);
  k->cx->diags.muted++;
  for (uint32_t c = 0; c < components.count; c++) {
    bool grown = true;
    while (grown) {
      grown = false;
      bool cyclic = components.first[c + 1] - components.first[c] > 1 ||
                    tf_edge_within(&edges, &components, components.members[components.first[c]]);
      for (uint32_t i = components.first[c]; i < components.first[c + 1]; i++) {
        const tf_quantity *q = &model->quantities.at[components.members[i]];
        if (q->definition != NULL && !q->shown) {
          grown = take_indices(k, components.members[i]) || grown;
        }
      }
      grown = grown && cyclic;
    }
  }
  k->cx->diags.muted--;
  return true;
}
