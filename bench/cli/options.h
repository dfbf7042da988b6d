/* The command line. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>

#include "cases/variants.h"
#include "cli/run_options.h"
#include "cli/sizes.h"
#include "util/style.h"

struct options {
  struct selection *cases; /* every registered one, [case_count] */
  size_t case_count;
  struct sizes sizes;        /* these, for the parser of their options */
  struct run_options run;    /* its variants: those asked for and the references they need */
  bool added[VARIANT_COUNT]; /* of these, the references nobody asked for */
  int *workers;              /* ascending; NULL: the default sweep */
  size_t worker_count;
  bool default_workers; /* nobody named any */
  const char *output;
  const char *json;   /* a file for the results besides; - for stdout, which then gets nothing else */
  const char *resume; /* the folder or file of a run to go on with */
  enum style_when color;
  bool list, quiet, no_ceilings;
  int ranks; /* of MPI; 0: mpirun has not started the program */
  int argc;  /* as given */
  char **argv;
};

/* Reads the command line into *options. Ends the program, as a Unix program does, with status 2 after an
 * error and 0 after --help or --version. cases: ended by NULL. ranks: as in struct options. */
void options_parse(struct options *options, int argc, char **argv, const struct bench_case *const *cases,
                   int ranks);
void options_free(struct options *options);

#endif
