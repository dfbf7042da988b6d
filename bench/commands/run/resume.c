/* Joins an interrupted run and the one that goes on with it. */
#include "commands/run/resume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static _Noreturn void refuse(const struct options *options, const char *why) {
  fprintf(stderr, "bench_amdahl: --resume %s: %s\n", options->resume, why);
  exit(2);
}

/* How many arguments an option --resume takes up at text: 0 if it is none, 1 with the path in it,
 * otherwise 2. */
static int resume_words(const char *text) {
  const size_t length = strcspn(text, "=");
  if (length < strlen("--res") || strncmp(text, "--resume", length) != 0) return 0;
  return text[length] ? 1 : 2;
}

static void add_words(char **argv, int *count, char *const *words, int n) {
  for (int i = 1; i < n; i++) {
    const int skip = resume_words(words[i]);
    if (!skip) argv[(*count)++] = words[i];
    else i += skip - 1;
  }
}

/* The program's name, the options of then, those of now and where the results are, and what follows a -- of
 * then. They are options of the program until it ends. */
static char **join(const struct options *options, const json_t *then, int *count) {
  static char **argv;
  const int known = (int)json_array_size(then);
  int dashes = known;
  char **words = xcalloc((size_t)known + 1, sizeof *words); /* NOLINT: of pointers */
  if (!known) refuse(options, "the arguments of that run are not known");
  argv = xcalloc((size_t)(known + options->argc + 3), sizeof *argv); /* NOLINT: of pointers */
  argv[(*count)++] = options->argv[0];
  for (int i = 1; i < known; i++) {
    const char *text = json_string_value(json_array_get(then, (size_t)i));
    if (!text) refuse(options, "an argument of that run is not known");
    words[i] = xasprintf("%s", text);
    if (dashes == known && strcmp(text, "--") == 0) dashes = i;
  }
  add_words(argv, count, words, dashes);
  add_words(argv, count, options->argv, options->argc);
  argv[(*count)++] = xasprintf("--output");
  argv[(*count)++] = results_folder(options->resume);
  for (int i = dashes; i < known; i++) argv[(*count)++] = words[i];
  free(words);
  return argv;
}

void resume_read(struct options *options, const struct bench_case *const *cases, struct run *earlier) {
  char *error;
  int count = 0;
  const int ranks = options->ranks;
  const char *path = options->resume;
  if (!results_read(path, earlier, &error)) refuse(options, error);
  if (earlier->complete) refuse(options, "that run is complete");
  char **argv = join(options, json_object_get(earlier->options.arguments, "argv"), &count);
  options_free(options);
  options_parse(options, count, argv, cases, ranks);
  options->resume = path;
}

static bool same(const char *what, const char *then, const char *now) {
  if (strcmp(then, now) == 0) return true;
  fprintf(stderr, "bench_amdahl: this run cannot go on: %s was '%s', and is '%s'\n", what, then, now);
  return false;
}

static bool equal(const char *what, const json_t *then, const json_t *now) {
  if (json_equal(then, now)) return true;
  char *before = json_dumps(then, JSON_ENCODE_ANY), *after = json_dumps(now, JSON_ENCODE_ANY);
  same(what, before ? before : "unknown", after ? after : "unknown");
  free(before);
  free(after);
  return false;
}

bool resume_fits(const struct run *earlier, const struct run *now) {
  static const char *const arguments[] = {"cases", "sizes", "variants", "workers", "seed"};
  const struct machine *m = &earlier->machine, *n = &now->machine;
  bool fits =
      same("the CPU", m->cpu, n->cpu) && same("the host", m->host, n->host) &&
      same("the kernel", m->kernel, n->kernel) && same("the library", earlier->version, now->version) &&
      same("the instruction set", earlier->vector_isa, now->vector_isa) &&
      same("scaling", earlier->options.weak ? "weak" : "strong", now->options.weak ? "weak" : "strong") &&
      equal("the build", earlier->build, now->build) &&
      equal("the environment", earlier->environment, now->environment);
  if (fits && m->usable != n->usable) {
    fprintf(stderr, "bench_amdahl: this run cannot go on: it had %d cores, and has %d\n", m->usable,
            n->usable);
    fits = false;
  }
  for (size_t i = 0; fits && i < sizeof arguments / sizeof *arguments; i++)
    fits = equal(arguments[i], json_object_get(earlier->options.arguments, arguments[i]),
                 json_object_get(now->options.arguments, arguments[i]));
  return fits;
}

/* What was noted then is not about the rounds to come. */
static void date_notes(struct text_list *warnings) {
  struct text_list dated = {0};
  for (size_t i = 0; i < warnings->count; i++)
    text_list_add(&dated, "before the interruption: %s", warnings->text[i]);
  text_list_free(warnings);
  *warnings = dated;
}

bool resume_is_whole(const struct case_results *results) {
  return results->failure || (results->stopped != STOP_INTERRUPTED && results->stopped != STOP_NOT);
}

void resume_take(struct run *earlier, struct run *now) {
  for (size_t i = 0; i < earlier->count; i++) {
    struct case_results *results = &now->cases[now->count];
    *results = earlier->cases[i];
    if (resume_is_whole(results)) now->count++;
    else if (results->rounds) {
      date_notes(&results->warnings);
      now->count++;
    } else { /* interrupted before its first round: the last one */
      case_results_free(results);
      *results = (struct case_results){0};
    }
  }
  now->seconds = earlier->seconds;
  earlier->count = 0; /* they are another's now */
}
