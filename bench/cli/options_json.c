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
      json_object_set_new(object, name, json_text(equals + 1));
    }
  }
  if (isa) json_object_set_new(object, "TUTTI_ISA", json_string(isa));
  return object;
}

json_t *about_sizes(const struct bench_case *bench, const union bench_value *values) {
  json_t *object = json_object();
  for (size_t k = 0; bench->params && bench->params[k].name; k++) {
    const struct bench_param *param = &bench->params[k];
    json_object_set_new(object, param->name,
                        param->kind == BENCH_COUNT ? json_integer((json_int_t)values[k].count)
                                                   : json_real(values[k].real));
  }
  return object;
}

json_t *about_arguments(const struct options *options) {
  json_t *object = json_object(), *cases = json_array(), *sizes = json_object(), *names = json_array(),
         *workers = json_array(), *argv = json_array();
  for (size_t i = 0; i < options->case_count; i++) {
    const struct selection *c = &options->cases[i];
    if (!c->selected) continue;
    json_array_append_new(cases, json_string(c->bench->name));
    json_object_set_new(sizes, c->bench->name, about_sizes(c->bench, c->params));
  }
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (options->run.variants[v]) json_array_append_new(names, json_string(variants[v].name));
  }
  for (size_t i = 0; i < options->worker_count; i++)
    json_array_append_new(workers, json_integer(options->workers[i]));
  for (int i = 0; i < options->argc; i++) json_array_append_new(argv, json_text(options->argv[i]));
  json_object_set_new(object, "argv", argv);
  json_object_set_new(object, "cases", cases);
  json_object_set_new(object, "sizes", sizes);
  json_object_set_new(object, "variants", names);
  json_object_set_new(object, "workers", workers);
  json_object_set_new(object, "repetitions",
                      options->run.repetitions ? json_integer(options->run.repetitions) : json_null());
  json_object_set_new(object, "seed", json_integer((json_int_t)options->run.seed));
  json_object_set_new(object, "output", json_text(options->output));
  return object;
}
