/* Finds measurements and cases in a run, and the files of a run. */
#include "results/results.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/xalloc.h"

const char *const stop_names[STOP_KINDS] = {"unknown",     "precision",   "max-time",
                                            "repetitions", "interrupted", "failed"};

void case_results_free(struct case_results *results) {
  for (size_t i = 0; i < results->count; i++) {
    free(results->items[i].seconds);
    free(results->items[i].cpu);
    free(results->items[i].failure);
  }
  free(results->items);
  free(results->failure);
  free(results->name);
  free(results->description);
  free(results->no_vector);
  json_decref(results->arguments);
  text_list_free(&results->warnings);
}

void run_free(struct run *run) {
  for (size_t i = 0; i < run->count; i++) case_results_free(&run->cases[i]);
  free(run->cases);
  free(run->ceilings);
  json_decref(run->options.arguments);
  json_decref(run->about_machine);
  json_decref(run->build);
  json_decref(run->environment);
  json_decref(run->findings);
  text_list_free(&run->warnings);
}

bool case_results_good(const struct case_results *results) {
  if (results->failure) return false;
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    if (item->failure || (item->compared && !item->same_bits)) return false;
  }
  return true;
}

const struct measurement *find_measurement(const struct case_results *results, const struct variant *variant,
                                           int workers) {
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    if (item->variant == variant && item->count && (!workers || item->workers == workers)) return item;
  }
  return NULL;
}

struct case_results *find_case(const struct run *run, const char *name) {
  for (size_t i = 0; i < run->count; i++)
    if (strcmp(run->cases[i].name, name) == 0) return &run->cases[i];
  return NULL;
}

static bool is_folder(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

char *results_file(const char *path) {
  return xasprintf("%s%s", path, is_folder(path) ? "/results.json" : "");
}

char *results_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  if (is_folder(path)) return xasprintf("%s", path);
  return slash ? xasprintf("%.*s", (int)(slash - path) + (slash == path), path) : xasprintf(".");
}
