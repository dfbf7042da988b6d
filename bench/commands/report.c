/* `bench_amdahl report`: one HTML page of a results.json. */
#include "commands/commands.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/page/page.h"
#include "util/xalloc.h"

struct settings {
  const char *results, *page;
};

static error_t parse(int key, char *text, struct argp_state *state) {
  struct settings *s = state->input;
  switch (key) {
  case 'o':
    if (!*text) argp_failure(state, 2, 0, "--output '': which file?");
    s->page = text;
    return 0;
  case ARGP_KEY_ARG:
    if (s->results) argp_failure(state, 2, 0, "one file or folder of results, not '%s' too", text);
    s->results = text;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static int report(const struct settings *s) {
  const char *given = s->results ? s->results : "results";
  struct run run;
  char *error = NULL;
  if (!results_read(given, &run, &error)) {
    fprintf(stderr, "bench_amdahl report: %s\n", error);
    free(error);
    return 1;
  }
  char *folder = results_folder(given);
  char *page = s->page ? xasprintf("%s", s->page) : xasprintf("%s/report.html", folder);
  struct run_analysis analysis = analyse_run(&run);
  const bool good = page_write(&analysis, page);
  if (good) puts(page);
  run_analysis_free(&analysis);
  run_free(&run);
  free(folder);
  free(page);
  return !good;
}

int report_main(int argc, char **argv) {
  static const struct argp_option options[] = {
      {"output", 'o', "FILE", 0, "The page (default: report.html beside the results)", 0},
      {0},
  };
  static const struct argp argp = {
      options,
      parse,
      "[RESULTS.json | FOLDER]",
      "Makes one HTML page of the results of a run: curves, tables, warnings, and a panel to try "
      "Amdahl's and Gustafson's laws on. It needs no network and no other file; any browser shows "
      "and prints it. Prints where the page is."
      "\vFOLDER is what bench_amdahl run wrote to (default: results). Examples:\n"
      "  bench_amdahl report\n"
      "  bench_amdahl report results/results.json -o scaling.html\n\n"
      "Exit status: 0; 1, a file cannot be read or written, or is no result of a run; 2, a usage "
      "error.",
      NULL,
      NULL,
      NULL};
  struct settings s = {0};
  static char name[] = "bench_amdahl report";
  argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, &s);
  return report(&s);
}
