/* The environment and the arguments of a run as JSON. */
#include "cli/options_json.h"
#include "util/json_values.h"

#include <string.h>
#include <unistd.h>

json_t *about_environment(const char *isa) {
  static const char *const prefixes[] = {"OMP_", "GOMP_", "KMP_", "OPENBLAS_", "MKL_", "TUTTI_"};
  json_t *object = json_object();
  for (char **entry = environ; *entry; entry++) {
    const char *equals = strchr(*entry, '=');
    for (size_t i = 0; equals && i < sizeof prefixes / sizeof *prefixes; i++) {
      if (strncmp(*entry, prefixes[i], strlen(prefixes[i])) != 0) continue;
      char name[128];
      snprintf(name, sizeof name, "%.*s", (int)(equals - *entry), *entry);
      json_put_text(object, name, equals + 1);
    }
  }
  if (isa) json_put_text(object, "TUTTI_ISA", isa);
  return object;
}

json_t *about_sizes(const struct bench_case *bench, const union bench_value *values) {
  json_t *object = json_object();
  for (size_t k = 0; bench->params && bench->params[k].name; k++) {
    const struct bench_param *param = &bench->params[k];
    json_put(object, param->name,
             param->kind == BENCH_COUNT ? json_integer((json_int_t)values[k].count)
                                        : json_real(values[k].real));
  }
  return object;
}

json_t *about_arguments(const struct options *options) {
  json_t *object = json_object(), *cases = json_array(), *sizes = json_object(), *names = json_array(),
         *workers = json_array();
  for (size_t i = 0; i < options->case_count; i++) {
    const struct selection *c = &options->cases[i];
    if (!c->selected) continue;
    json_array_append_new(cases, json_string(c->bench->name));
    json_put(sizes, c->bench->name, about_sizes(c->bench, c->params));
  }
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (options->run.variants[v]) json_array_append_new(names, json_string(variants[v].name));
  }
  for (size_t i = 0; i < options->worker_count; i++)
    json_array_append_new(workers, json_integer(options->workers[i]));
  json_put(object, "argv", json_texts(&(struct text_list){options->argv, (size_t)options->argc}));
  json_put(object, "cases", cases);
  json_put(object, "sizes", sizes);
  json_put(object, "variants", names);
  json_put(object, "workers", workers);
  json_put(object, "repetitions",
           options->run.repetitions ? json_integer(options->run.repetitions) : json_null());
  json_put_count(object, "seed", options->run.seed);
  json_put_text(object, "output", options->output);
  return object;
}
