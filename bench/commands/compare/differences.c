#include "commands/compare/differences.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static bool differ(struct text_list *differences, const char *what, const char *old, const char *new) {
  if (strcmp(old, new) == 0) return false;
  text_list_add(differences, "%s: %s -> %s", what, *old ? old : "unknown", *new ? new : "unknown");
  return true;
}

static bool counts_differ(struct text_list *differences, const char *what, int old, int new) {
  char texts[2][16] = {"", ""};
  if (old > 0) snprintf(texts[0], sizeof texts[0], "%d", old);
  if (new > 0) snprintf(texts[1], sizeof texts[1], "%d", new);
  return differ(differences, what, texts[0], texts[1]);
}

/* ---- objects of JSON ---- */

/* The caller frees it. */
static char *value_text(const json_t *value, const char *missing) {
  if (!value) return xasprintf("%s", missing);
  if (json_is_string(value)) return xasprintf("%s", json_string_value(value));
  char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(12));
  return text ? text : xasprintf("unknown");
}

/* Calls found for every key that only one has, or that has two values; twice, if both have it. */
static void for_differences(const json_t *old, const json_t *new,
                            void (*found)(const char *key, const json_t *old, const json_t *new, void *to),
                            void *to) {
  const json_t *sides[] = {old, new};
  for (int side = 0; side < 2; side++) {
    json_t *object = json_incref((json_t *)(uintptr_t)sides[side]);
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
      const json_t *was = json_object_get(old, key), *is = json_object_get(new, key);
      if (!json_equal(was, is)) found(key, was, is, to);
    }
    json_decref(object);
  }
}

struct target {
  struct text_list *differences;
  const char *prefix, *missing;
};

static void note_key(const char *key, const json_t *old, const json_t *new, void *to) {
  const struct target *target = to;
  char *what = xasprintf("%s%s", target->prefix, key), *was = value_text(old, target->missing),
       *is = value_text(new, target->missing);
  differ(target->differences, what, was, is);
  free(what);
  free(was);
  free(is);
}

static void keep_first(const char *key, const json_t *old, const json_t *new, void *to) {
  char **text = to, *was = value_text(old, "unknown"), *is = value_text(new, "unknown");
  if (!*text) *text = xasprintf("%s is %s in the old run, %s in the new one", key, was, is);
  free(was);
  free(is);
}

char *describe_difference(const json_t *old, const json_t *new) {
  char *text = NULL;
  for_differences(old, new, keep_first, &text);
  return text;
}

/* ---- runs ---- */

static bool machines_differ(const struct machine *old, const struct machine *new,
                            struct text_list *differences) {
  const bool cpu = differ(differences, "CPU", old->cpu, new->cpu),
             architecture = differ(differences, "architecture", old->architecture, new->architecture),
             cores = counts_differ(differences, "usable cores", old->usable, new->usable),
             host = differ(differences, "host", old->host, new->host);
  differ(differences, "kernel", old->kernel, new->kernel);
  return cpu || architecture || cores || host;
}

bool find_differences(const struct run *old, const struct run *new, struct text_list *differences) {
  differ(differences, "scaling", old->options.weak ? "weak" : "strong",
         new->options.weak ? "weak" : "strong");
  if (old->options.seed != new->options.seed)
    text_list_add(differences, "seed: %llu -> %llu, so that answers are not compared",
                  (unsigned long long)old->options.seed, (unsigned long long)new->options.seed);
  const bool machine = machines_differ(&old->machine, &new->machine, differences);
  differ(differences, "instruction set of the vector variants", old->vector_isa, new->vector_isa);
  differ(differences, "library", old->version, new->version);
  for_differences(old->build, new->build, note_key, &(struct target){differences, "build: ", "unknown"});
  for_differences(old->environment, new->environment, note_key,
                  &(struct target){differences, "environment: ", "not set"});
  if (old->interrupted) text_list_add(differences, "the old run was interrupted");
  if (new->interrupted) text_list_add(differences, "the new run was interrupted");
  return machine;
}
