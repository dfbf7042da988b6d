/* A serial context for every instruction set this machine has. */
#ifndef TUTTI_TESTS_REDUCE_LEVELS_H
#define TUTTI_TESTS_REDUCE_LEVELS_H

#include "../support/data.h"
#include "../support/testing.h"

typedef struct {
  int count;
  tutti_ctx *ctx[TESTING_ISAS];
} levels;

static inline levels levels_open(void) {
  levels l = {0};
  for (int isa = TUTTI_ISA_SCALAR; isa < TESTING_ISAS; isa++) {
    if (!tutti_isa_available((tutti_isa)isa)) continue;
    tutti_config config;
    tutti_config_default(&config);
    config.backend = TUTTI_SERIAL;
    config.isa = (tutti_isa)isa;
    l.ctx[l.count++] = testing_open(&config);
  }
  return l;
}

static inline void levels_close(levels *l) {
  for (int i = 0; i < l->count; i++) tutti_close(l->ctx[i]);
}

static inline const char *levels_name(const levels *l, int i) {
  return tutti_isa_name(tutti_context_isa(l->ctx[i]));
}

#endif
