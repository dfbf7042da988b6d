/* Cases on a command line: which are selected, and the options that they declare, their sizes. */
#ifndef BENCH_SIZES_H
#define BENCH_SIZES_H

#include <argp.h>
#include <stdbool.h>

#include "cases/case.h"
#include "util/style.h"

struct selection {
  const struct bench_case *bench;
  bool selected;
  union bench_value params[BENCH_PARAMS_MAX];
};

/* What is wrong with the options that the cases of a list declare: one has too many, or two have the same. A
 * text to be freed, or NULL. */
char *params_mistake(const struct bench_case *const *cases);

/* Every case of a list ended by NULL, with its initial sizes, none selected. Free it. A mistake in their
 * options is one of the program: it aborts. */
struct selection *selections_of(const struct bench_case *const *cases, size_t *count);
void selections_select_all_if_none(struct selection *selections, size_t count);

struct sizes {
  struct selection *selections; /* [count] */
  size_t count;
};

/* Selects the case of that name. Where there is none, ends the program with status 2 and a message, which
 * ends in `more`. */
void sizes_select(const struct argp_state *state, const struct sizes *sizes, const char *name,
                  const char *more);

/* A parser of the sizes, to be a child of the command's: its input is a struct sizes. */
struct argp sizes_argp(const struct sizes *sizes);
void sizes_free(struct argp *argp);

/* The value of --workers, a list, instead of what *workers was. Ends the program with a message and status 2
 * where it is none. The caller frees *workers. */
void workers_option(const struct argp_state *state, const char *text, int **workers, size_t *count);

/* The value of --name. Ends the program with a message and status 2 where it is none. */
uint64_t count_option(const struct argp_state *state, const char *name, const char *text, uint64_t low,
                      uint64_t high);
double real_option(const struct argp_state *state, const char *name, const char *text, double low,
                   double high);
enum style_when color_option(const struct argp_state *state, const char *text); /* --color */

#endif
