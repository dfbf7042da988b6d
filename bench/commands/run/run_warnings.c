/* Warnings that follow from the options of a run. */
#include "commands/run/run_warnings.h"

static void warn_of_references(const struct options *options, struct text_list *warnings) {
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (options->added[v])
      text_list_add(warnings, "%s was not asked for: it runs as the reference of the others",
                    variants[v].name);
  }
}

static bool any_parallel(const struct options *options) {
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (options->run.variants[v] && variants[v].parallel) return true;
  }
  return false;
}

/* mpirun binds a rank to one core, as a rule: threads and processes of rank 0 stay on it then. */
static void warn_of_binding(const struct options *options, struct text_list *warnings) {
  tutti_topology_t t;
  if (options->ranks && tutti_topology(&t) == TUTTI_OK && t.allowed < t.online)
    text_list_add(
        warnings,
        "mpirun has bound rank 0 to %d of %d processors, which is all that its threads and processes "
        "have: mpirun --bind-to none lets them use the others",
        t.allowed, t.online);
}

static void warn_of_ranks(const struct options *options, struct text_list *warnings) {
  for (size_t i = 0; options->ranks && !options->default_workers && i < options->worker_count; i++)
    if (options->workers[i] > options->ranks)
      text_list_add(warnings, "mpi on %d workers is not measured: mpirun has started %d rank%s",
                    options->workers[i], options->ranks, options->ranks == 1 ? "" : "s");
  if (options->ranks > 1)
    text_list_add(warnings,
                  "how busy other programs kept the cores is unknown: %d ranks of this one ran, too",
                  options->ranks);
  warn_of_binding(options, warnings);
}

int most_workers(const struct options *options) {
  const bool some = any_parallel(options) && options->worker_count;
  return some ? options->workers[options->worker_count - 1] : 1;
}

void run_warnings(const struct options *options, tutti_isa isa, struct text_list *warnings) {
  const int rounds = options->run.repetitions;
  warn_of_references(options, warnings);
  if (any_parallel(options) && options->worker_count == 2)
    text_list_add(warnings, "two worker counts give a fit, but cannot show whether Amdahl's law holds");
  if (rounds && rounds < 5)
    text_list_add(warnings, "only %d round%s: a median of so few is uncertain", rounds,
                  rounds == 1 ? "" : "s");
  if (isa == TUTTI_ISA_SCALAR || isa == TUTTI_ISA_PORTABLE)
    text_list_add(warnings, "the vector variants run at level %s: they show no gain of vector units",
                  tutti_isa_name(isa));
  warn_of_ranks(options, warnings);
}
