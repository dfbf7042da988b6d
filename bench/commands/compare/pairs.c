/* What two runs have in common, and what differs: the runs themselves, then case by case the measurements
 * that can be compared. */
#include <stdlib.h>
#include <string.h>

#include "analysis/sampling.h"
#include "commands/compare/comparison.h"
#include "util/append.h"
#include "util/xalloc.h"

/* ---- differences between the runs ---- */

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

/* The caller frees it. */
static char *value_text(const json_t *value, const char *missing) {
  const char *string = value ? json_string_value(value) : missing;
  char *text = string ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(12));
  if (!text) text = xasprintf("%s", string && *string ? string : "unknown");
  return text;
}

/* Adds "KEY: old -> new" in this format for every key that only one has, or that has two values. */
static void objects_differ(struct text_list *differences, json_t *old, json_t *new, const char *missing,
                           const char *format) {
  json_t *both = json_object(), *unused;
  const char *key;
  json_object_update(both, old);
  json_object_update_missing(both, new);
  json_object_foreach(both, key, unused) {
    const json_t *was = json_object_get(old, key), *is = json_object_get(new, key);
    char *before = value_text(was, missing), *after = value_text(is, missing);
    if (!json_equal(was, is)) text_list_add(differences, format, key, before, after);
    free(before);
    free(after);
  }
  json_decref(both);
}

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
  objects_differ(differences, old->build, new->build, "unknown", "build: %s: %s -> %s");
  objects_differ(differences, old->environment, new->environment, "not set", "environment: %s: %s -> %s");
  if (old->interrupted) text_list_add(differences, "the old run was interrupted");
  if (new->interrupted) text_list_add(differences, "the new run was interrupted");
  return machine;
}

/* ---- cases that both have ---- */

/* A case that both runs have. */
struct both {
  const struct case_results *old, *new;
  bool weak, same_seed;
};

static bool is_wanted(const struct compare_settings *settings, const char *name) {
  return !settings->cases.count || text_list_has(&settings->cases, name);
}

/* As find_measurement, but failed ones too. */
static const struct measurement *find_item(const struct case_results *results,
                                           const struct measurement *like) {
  for (size_t i = 0; i < results->count; i++)
    if (results->items[i].variant == like->variant && results->items[i].workers == like->workers)
      return &results->items[i];
  return NULL;
}

/* ---- whether the problem is the same ---- */

/* Whether the two did the same work; if they did not, says why in left_out. */
static bool same_problem(const struct both *both, struct text_list *left_out) {
  const struct case_results *old = both->old, *new = both->new;
  const char *unknown = !json_is_object(old->arguments)   ? "old"
                        : !json_is_object(new->arguments) ? "new"
                                                          : NULL;
  struct text_list sizes = {0};
  if (!unknown)
    objects_differ(&sizes, old->arguments, new->arguments, "unknown",
                   "%s is %s in the old run, %s in the new one");
  const bool same = !unknown && !sizes.count && old->work.items == new->work.items &&
                    (!both->weak || old->parts == new->parts);
  if (unknown) text_list_add(left_out, "%s: its sizes in the %s run are unknown", new->name, unknown);
  else if (sizes.count) text_list_add(left_out, "%s: %s", new->name, sizes.text[0]);
  else if (old->work.items != new->work.items)
    text_list_add(left_out, "%s: its work is %.0f %s in the old run, %.0f %s in the new one", new->name,
                  old->work.items, old->work.item, new->work.items, new->work.item);
  else if (!same)
    text_list_add(left_out, "%s: weak scaling up to %d workers in the old run, %d in the new one", new->name,
                  old->parts, new->parts);
  text_list_free(&sizes);
  return same;
}

/* ---- answers ---- */

/* An old run whose own bits differed, and no longer do, was mended. */
static bool answer_changed(const struct measurement *old, const struct measurement *new) {
  const struct bench_result *a = &old->result, *b = &new->result;
  if (!old->compared || !new->compared || (!old->same_bits && new->same_bits)) return false;
  return a->size != b->size || memcmp(a->bytes, b->bytes, a->size) != 0;
}

static void result_text(const struct bench_result *result, char *text, size_t size) {
  enum { SHOWN = 16 };
  for (size_t i = 0; i < result->size && i < SHOWN; i++) append(text, size, "%02x", result->bytes[i]);
  if (result->size > SHOWN) append(text, size, "...");
}

static void check_answers(const struct both *both, struct text_list *alarms) {
  const struct measurement *old = NULL, *new = NULL;
  size_t changed = 0, compared = 0;
  char was[64] = "", is[64] = "";
  for (size_t i = 0; i < both->new->count; i++) {
    const struct measurement *item = &both->new->items[i], *before = find_item(both->old, item);
    compared += before && before->compared && item->compared;
    if (!before || !answer_changed(before, item) || changed++) continue;
    old = before;
    new = item;
  }
  if (!changed) return;
  result_text(&old->result, was, sizeof was);
  result_text(&new->result, is, sizeof is);
  text_list_add(alarms,
                "%s: the answer changed in %zu of %zu measurements, first %s on %d: %s -> %s (%s -> %s)",
                both->new->name, changed, compared, new->variant->name, new->workers, was, is,
                *both->old->answer ? both->old->answer : "?", *both->new->answer ? both->new->answer : "?");
}

/* ---- measurements ---- */

static struct times times_of(const struct case_results *results, const struct measurement *item) {
  const size_t warmup = sampling_warmup(results), n = item->count - warmup;
  return (struct times){item, item->seconds + warmup, n, summarize(item->seconds + warmup, n).median};
}

static bool has_times(const struct case_results *results, const struct measurement *item) {
  return !item->failure && item->count > sampling_warmup(results);
}

static void add_pair(const struct both *both, size_t case_index, const struct measurement *before,
                     const struct measurement *item, struct comparison *comparison) {
  if (strcmp(before->isa, item->isa) != 0)
    text_list_add(&comparison->differences, "instruction set of %s: %s -> %s", item->variant->name,
                  *before->isa ? before->isa : "unknown", *item->isa ? item->isa : "unknown");
  comparison->pairs = xrealloc(comparison->pairs, comparison->count + 1, sizeof *comparison->pairs);
  comparison->pairs[comparison->count++] = (struct pair){.case_index = case_index,
                                                         .name = both->new->name,
                                                         .old = times_of(both->old, before),
                                                         .new = times_of(both->new, item)};
}

/* A measurement that both have; a failure that is new is worse than any time. */
static void pair_or_reason(const struct both *both, size_t case_index, const struct measurement *before,
                           const struct measurement *item, struct comparison *comparison) {
  const char *name = both->new->name, *variant = item->variant->name;
  if (item->failure && !before->failure)
    text_list_add(&comparison->alarms, "%s, %s on %d: fails now: %s", name, variant, item->workers,
                  item->failure);
  else if (before->failure)
    text_list_add(&comparison->left_out, "%s, %s on %d: failed in %s: %s", name, variant, item->workers,
                  item->failure ? "both runs" : "the old run", before->failure);
  else if (!has_times(both->old, before) || !has_times(both->new, item))
    text_list_add(&comparison->left_out, "%s, %s on %d: no times in %s", name, variant, item->workers,
                  has_times(both->new, item) ? "the old run" : "the new run");
  else add_pair(both, case_index, before, item, comparison);
}

/* "pi, threads: on 3, 4 only in the old run": variants one by one, with their worker counts. */
static void note_unmatched(const struct case_results *here, const struct case_results *there,
                           const char *which, struct comparison *comparison) {
  for (int v = 0; v < VARIANT_COUNT; v++) {
    char list[256] = "";
    for (size_t i = 0; i < here->count; i++) {
      const struct measurement *item = &here->items[i];
      if (item->variant == &variants[v] && !find_item(there, item))
        append(list, sizeof list, "%s%d", *list ? ", " : "", item->workers);
    }
    if (*list && comparison->settings.variants[v])
      text_list_add(&comparison->left_out, "%s, %s on %s: only in the %s run", here->name, variants[v].name,
                    list, which);
  }
}

static void pair_case(const struct both *both, size_t case_index, struct comparison *comparison) {
  if (!same_problem(both, &comparison->left_out)) return;
  if (both->same_seed) check_answers(both, &comparison->alarms);
  for (size_t i = 0; i < both->new->count; i++) {
    const struct measurement *item = &both->new->items[i], *before = find_item(both->old, item);
    if (before && comparison->settings.variants[variant_index(item->variant)])
      pair_or_reason(both, case_index, before, item, comparison);
  }
  note_unmatched(both->old, both->new, "old", comparison);
  note_unmatched(both->new, both->old, "new", comparison);
}

/* ---- cases ---- */

static void note_failed(const struct both *both, struct comparison *comparison) {
  const char *name = both->new->name;
  if (!both->old->failure) text_list_add(&comparison->alarms, "%s: fails now: %s", name, both->new->failure);
  else
    text_list_add(&comparison->left_out, "%s: failed in %s: %s", name,
                  both->new->failure ? "both runs" : "the old run", both->old->failure);
}

void find_pairs(const struct run *old, const struct run *new, struct comparison *comparison) {
  const bool same_scaling = old->options.weak == new->options.weak;
  for (size_t i = 0; i < old->count; i++) {
    const struct both both = {&old->cases[i], find_case(new, old->cases[i].name), new->options.weak,
                              old->options.seed == new->options.seed};
    if (!is_wanted(&comparison->settings, both.old->name)) continue;
    if (!both.new) text_list_add(&comparison->left_out, "%s: only in the old run", both.old->name);
    else if (both.old->failure || both.new->failure) note_failed(&both, comparison);
    else if (!same_scaling)
      text_list_add(&comparison->left_out, "%s: the problem of weak scaling is another", both.new->name);
    else pair_case(&both, i, comparison);
  }
  for (size_t i = 0; i < new->count; i++)
    if (is_wanted(&comparison->settings, new->cases[i].name) && !find_case(old, new->cases[i].name))
      text_list_add(&comparison->left_out, "%s: only in the new run", new->cases[i].name);
}
