/* Cases, sizes and numbers on a command line. */
#include "cli/sizes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/parse.h"
#include "util/append.h"
#include "util/xalloc.h"

enum { KEY_PARAM = 0x1000 }; /* + BENCH_PARAMS_MAX * case + parameter */

uint64_t count_option(const struct argp_state *state, const char *name, const char *text, uint64_t low,
                      uint64_t high) {
  uint64_t value = 0;
  if (!parse_count(text, low, high, &value))
    argp_failure(state, 2, 0, "--%s %s: not a whole number from %" PRIu64 " to %" PRIu64, name, text, low,
                 high);
  return value;
}

double real_option(const struct argp_state *state, const char *name, const char *text, double low,
                   double high) {
  double value = 0;
  if (!parse_real(text, low, high, &value))
    argp_failure(state, 2, 0, "--%s %s: not a number from %g to %g", name, text, low, high);
  return value;
}

enum style_when color_option(const struct argp_state *state, const char *text) {
  enum style_when when = STYLE_AUTO;
  if (!style_parse(text, &when)) argp_failure(state, 2, 0, "--color %s: not auto, always or never", text);
  return when;
}

void workers_option(const struct argp_state *state, const char *text, int **workers, size_t *count) {
  char *bad = NULL;
  free(*workers);
  *workers = NULL;
  *count = parse_workers(text, workers, &bad);
  if (bad)
    argp_failure(state, 2, 0, "--workers %s: '%s' is not a worker count, a whole number from 1 to %d", text,
                 bad, WORKERS_MAX);
}

/* The case before `end` that has an option of that name, or NULL. */
static const struct bench_case *owner(const struct bench_case *const *cases,
                                      const struct bench_case *const *end, const char *name) {
  for (; cases < end; cases++) {
    const struct bench_param *params = (*cases)->params;
    for (; params && params->name; params++) {
      if (strcmp(params->name, name) == 0) return *cases;
    }
  }
  return NULL;
}

char *params_mistake(const struct bench_case *const *cases) {
  for (const struct bench_case *const *c = cases; *c; c++) {
    const struct bench_param *params = (*c)->params;
    for (size_t k = 0; params && params[k].name; k++) {
      const struct bench_case *other = owner(cases, c, params[k].name);
      if (other)
        return xasprintf("the cases %s and %s both have an option --%s", other->name, (*c)->name,
                         params[k].name);
      if (k == BENCH_PARAMS_MAX)
        return xasprintf("the case %s has more than %d options: --%s", (*c)->name, BENCH_PARAMS_MAX,
                         params[k].name);
    }
  }
  return NULL;
}

struct selection *selections_of(const struct bench_case *const *cases, size_t *count) {
  char *mistake = params_mistake(cases);
  if (mistake) {
    fprintf(stderr, "%s\n", mistake);
    abort();
  }
  for (*count = 0; cases[*count];) ++*count;
  struct selection *list = xcalloc(*count, sizeof *list);
  for (size_t i = 0; i < *count; i++) {
    const struct bench_param *params = cases[i]->params;
    list[i].bench = cases[i];
    for (size_t k = 0; params && params[k].name; k++) list[i].params[k] = params[k].initial;
  }
  return list;
}

void sizes_select(const struct argp_state *state, const struct sizes *sizes, const char *name,
                  const char *more) {
  char names[512] = "";
  for (size_t i = 0; i < sizes->count; i++) {
    struct selection *selection = &sizes->selections[i];
    if (strcmp(selection->bench->name, name) == 0) {
      selection->selected = true;
      return;
    }
    append(names, sizeof names, "%s%s", i ? ", " : "", selection->bench->name);
  }
  argp_failure(state, 2, 0, "unknown case '%s'; the cases are: %s%s", name, names, more);
}

void selections_select_all_if_none(struct selection *selections, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (selections[i].selected) return;
  }
  for (size_t i = 0; i < count; i++) selections[i].selected = true;
}

static error_t read_param(int key, char *text, struct argp_state *state) {
  const struct sizes *sizes = state->input;
  const size_t index = (size_t)(key - KEY_PARAM);
  if (key < KEY_PARAM || index / BENCH_PARAMS_MAX >= sizes->count) return ARGP_ERR_UNKNOWN;
  struct selection *selection = &sizes->selections[index / BENCH_PARAMS_MAX];
  const struct bench_param *param = &selection->bench->params[index % BENCH_PARAMS_MAX];
  union bench_value *value = &selection->params[index % BENCH_PARAMS_MAX];
  if (param->kind == BENCH_COUNT)
    value->count = count_option(state, param->name, text, param->low.count, param->high.count);
  else value->real = real_option(state, param->name, text, param->low.real, param->high.real);
  return 0;
}

static void add_param(struct argp_option *option, size_t case_index, size_t index,
                      const struct bench_param *param) {
  char *help = param->kind == BENCH_COUNT
                   ? xasprintf("%s (default: %" PRIu64 ")", param->help, param->initial.count)
                   : xasprintf("%s (default: %g)", param->help, param->initial.real);
  help[0] = (char)(help[0] >= 'a' && help[0] <= 'z' ? help[0] - 'a' + 'A' : help[0]);
  *option = (struct argp_option){
      .name = param->name,
      .key = KEY_PARAM + (int)(case_index * BENCH_PARAMS_MAX + index),
      .arg = param->kind == BENCH_COUNT ? "N" : "X",
      .doc = help,
      .group = 2,
  };
}

struct argp sizes_argp(const struct sizes *sizes) {
  struct argp_option *list = xcalloc(2 + sizes->count * BENCH_PARAMS_MAX, sizeof *list);
  size_t count = 0;
  list[count++] = (struct argp_option){.doc = "Sizes:", .group = 2};
  for (size_t i = 0; i < sizes->count; i++) {
    const struct bench_param *params = sizes->selections[i].bench->params;
    for (size_t k = 0; params && params[k].name; k++) add_param(&list[count++], i, k, &params[k]);
  }
  return (struct argp){.options = list, .parser = read_param};
}

void sizes_free(struct argp *argp) {
  struct argp_option *list = (struct argp_option *)(uintptr_t)argp->options;
  for (size_t i = 1; list[i].name; i++) free((char *)(uintptr_t)list[i].doc);
  free(list);
}
