#include "run/resume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

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

/* The program's name, the options of then, those of now, and where the results are. */
static char **join(const struct options *options, const json_t *then, int *count) {
  const int known = (int)json_array_size(then);
  char **argv = xcalloc((size_t)(known + options->argc + 3), sizeof *argv); /* NOLINT: of pointers */
  char **words = xcalloc((size_t)known + 1, sizeof *words);                 /* NOLINT: of pointers */
  argv[(*count)++] = options->argv[0];
  for (int i = 0; i < known; i++) {
    const char *text = json_string_value(json_array_get(then, (size_t)i));
    if (!text) refuse(options, "an argument of that run is not known");
    words[i] = xasprintf("%s", text);
  }
  add_words(argv, count, words, known);
  add_words(argv, count, options->argv, options->argc);
  argv[(*count)++] = xasprintf("--output");
  argv[(*count)++] = results_folder(options->resume);
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
  char **argv = join(options, json_object_get(earlier->asked.arguments, "argv"), &count);
  options_free(options);
  options_parse(options, count, argv, cases, ranks);
  options->resume = path;
}

static bool same(const char *what, const char *then, const char *now) {
  if (strcmp(then, now) == 0) return true;
  fprintf(stderr, "bench_amdahl: this run cannot go on: %s was '%s', and is '%s'\n", what, then, now);
  return false;
}

bool resume_fits(const struct run *earlier, const struct run *now) {
  return same("the CPU", earlier->machine.cpu, now->machine.cpu) &&
         same("the kernel", earlier->machine.kernel, now->machine.kernel) &&
         same("the library", earlier->version, now->version) &&
         same("the instruction set", earlier->vector_isa, now->vector_isa) &&
         same("scaling", earlier->asked.weak ? "weak" : "strong", now->asked.weak ? "weak" : "strong");
}

/* What was noted then is not about the rounds to come. */
static void date_notes(struct notes *notes) {
  struct notes dated = {0};
  for (size_t i = 0; i < notes->count; i++) notes_add(&dated, "before the interruption: %s", notes->text[i]);
  notes_free(notes);
  *notes = dated;
}

bool resume_take(struct run *earlier, const char *name, struct case_results *results) {
  struct case_results *found = find_case(earlier, name);
  if (!found || !found->rounds) return false;
  *results = *found;
  *found = (struct case_results){.name = xasprintf("(taken)")};
  const bool whole = results->stopped != STOP_INTERRUPTED && results->stopped != STOP_NOT;
  if (!whole) date_notes(&results->notes);
  return whole;
}
