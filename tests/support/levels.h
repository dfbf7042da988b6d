/* A serial context for every instruction set this machine has, all open at once: for tests that take them in
 * turns. */
#ifndef TUTTI_TESTS_SUPPORT_LEVELS_H
#define TUTTI_TESTS_SUPPORT_LEVELS_H

#include "contexts.h"

typedef struct {
  int count;
  tutti_ctx *ctx[TUTTI_ISA_PORTABLE + 1];
} levels;

static inline levels levels_open(void) {
  levels l = {0};
  for (contexts c = every_isa(); contexts_next(&c); c.ctx = NULL) l.ctx[l.count++] = c.ctx;
  return l;
}

static inline void levels_close(levels *l) {
  for (int i = 0; i < l->count; i++) tutti_close(l->ctx[i]);
}

static inline const char *levels_name(const levels *l, int i) {
  return tutti_isa_name(tutti_context_isa(l->ctx[i]));
}

#endif
