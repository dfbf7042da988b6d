/* `bench_amdahl plot`: pictures of a results.json. */
#include "commands/commands.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/parse.h"
#include "output/output_file.h"
#include "output/pictures/pictures.h"
#include "util/append.h"
#include "util/xalloc.h"

struct settings {
  const char *input, *folder; /* folder: NULL by default */
  struct text_list cases;     /* none: all */
  struct plot_options plot;
  bool roofline_named; /* then it has to be there */
};

/* ---- the command line ---- */

/* Sets those of a list that are named; "all" is all of them. */
static void choose(struct argp_state *state, const char *option, const char *list, const char *const *names,
                   int count, bool *chosen) {
  char *copy = xasprintf("%s", list), *rest = copy, *name, known[256] = "";
  memset(chosen, 0, (size_t)count * sizeof *chosen);
  for (int i = 0; i < count; i++) append(known, sizeof known, "%s%s", i ? ", " : "", names[i]);
  while ((name = parse_next(&rest))) {
    const bool all = strcmp(name, "all") == 0;
    bool found = all;
    for (int i = 0; i < count; i++) {
      const bool this = all || strcmp(name, names[i]) == 0;
      chosen[i] |= this;
      found |= this;
    }
    if (!found) argp_failure(state, 2, 0, "--%s %s: '%s' is none of %s", option, list, name, known);
  }
  free(copy);
}

static void choose_variants(struct argp_state *state, const char *list, bool *chosen) {
  const char *names[VARIANT_COUNT];
  for (int v = 0; v < VARIANT_COUNT; v++) names[v] = variants[v].name;
  choose(state, "variants", list, names, VARIANT_COUNT, chosen);
}

static void choose_parts(struct argp_state *state, const char *list, struct settings *s) {
  choose(state, "what", list, plot_part_names, PLOT_PARTS, s->plot.parts);
  s->roofline_named = s->plot.parts[PLOT_ROOFLINE] && !strstr(list, "all");
}

static void read_log(struct argp_state *state, const char *text, struct plot_options *plot) {
  plot->log_x = strchr(text, 'x');
  plot->log_y = strchr(text, 'y');
  if (strcmp(text, "x") != 0 && strcmp(text, "y") != 0 && strcmp(text, "xy") != 0)
    argp_failure(state, 2, 0, "--log %s: not x, y or xy", text);
}

static void read_input(struct argp_state *state, const char *text, struct settings *s) {
  if (s->input) argp_failure(state, 2, 0, "one result, not '%s' too", text);
  s->input = text;
}

enum { KEY_CASE = 0x100, KEY_VARIANTS, KEY_LOG, KEY_FORMAT, KEY_TITLE, KEY_WHAT };

static error_t parse(int key, char *text, struct argp_state *state) {
  struct settings *s = state->input;
  if (key == KEY_CASE) parse_names(text, &s->cases);
  else if (key == KEY_VARIANTS) choose_variants(state, text, s->plot.variants);
  else if (key == KEY_LOG) read_log(state, text, &s->plot);
  else if (key == KEY_FORMAT) choose(state, "format", text, plot_format_names, PLOT_TXT, s->plot.formats);
  else if (key == KEY_TITLE) s->plot.title = text;
  else if (key == KEY_WHAT) choose_parts(state, text, s);
  else if (key == 'o') s->folder = text;
  else if (key == ARGP_KEY_ARG) read_input(state, text, s);
  else return ARGP_ERR_UNKNOWN;
  return 0;
}

static const struct argp_option options[] = {
    {"output", 'o', "DIR", 0, "Folder for the pictures (default: that of the results)", 0},
    {"cases", KEY_CASE, "LIST", 0, "Draw these cases only, with commas between them", 0},
    {"variants", KEY_VARIANTS, "LIST", 0, "Draw these variants only", 0},
    {"what", KEY_WHAT, "LIST", 0, "speedup, efficiency, time, where, roofline, all (default: all)", 0},
    {"log", KEY_LOG, "AXES", 0, "x, y or xy: logarithmic axes, of base 2 for workers and speedups", 0},
    {"format", KEY_FORMAT, "LIST", 0, "svg, png, pdf, all (default: all)", 0},
    {"title", KEY_TITLE, "TEXT", 0, "Title of every picture (default: the case and its sizes)", 0},
    {0},
};

static const char help[] =
    "Draws what `bench_amdahl run' has measured: for each case speedup-CASE (speedup by workers with the "
    "fitted law, and what all of it gains over serial code) and details-CASE (efficiency, time, where the "
    "time of the workers goes); and, where ceilings and flops are known, one roofline for all of them."
    "\vRESULTS is a results.json, a folder that has one, or - for standard input (default: results). The "
    "script (.gp) and the data (.dat) are kept beside each picture. Takes gnuplot (Debian: gnuplot-nox).\n"
    "\n"
    "Examples:\n"
    "  bench_amdahl plot                        everything in ./results\n"
    "  bench_amdahl plot results --case pi,sum -o pictures\n"
    "  bench_amdahl plot results --what speedup --log xy --format pdf\n"
    "  bench_amdahl plot old.json --variants threads --title \"Before\"\n"
    "\n"
    "Exit status: 0; 1, a picture cannot be drawn or the results not be read; 2, a usage error.";

/* ---- drawing ---- */

/* False, having said why, if it could not be drawn though it should have been. *drawn counts pictures. */
static bool draw(enum plot_kind kind, const struct run_analysis *all, const struct analysis *analysis,
                 const struct settings *s, const char *folder, int *drawn) {
  const struct case_results *results = analysis ? analysis->results : NULL;
  char stem[PLOT_STEM];
  plot_stem(kind, results, stem);
  switch (plot_draw(kind, all, analysis, &s->plot, folder)) {
  case PLOT_DRAWN:
    for (int f = 0; f < PLOT_TXT; f++)
      if (s->plot.formats[f]) printf("%s/%s.%s\n", folder, stem, plot_format_names[f]);
    ++*drawn;
    return true;
  case PLOT_NOTHING:
    return true;
  case PLOT_NO_GNUPLOT:
    fputs("bench_amdahl plot: gnuplot is missing (Debian: gnuplot-nox)\n", stderr);
    return false;
  case PLOT_GNUPLOT_FAILED:
    fprintf(stderr, "bench_amdahl plot: gnuplot failed; to see why: cd %s && gnuplot %s.gp\n", folder, stem);
    return false;
  default:
    return false;
  }
}

/* False if a case is named that is not there. */
static bool check_cases(const struct run *run, const struct text_list *names) {
  for (size_t k = 0; k < names->count; k++) {
    if (find_case(run, names->text[k])) continue;
    fprintf(stderr, "bench_amdahl plot: no case '%s' in these results; the cases are:", names->text[k]);
    for (size_t i = 0; i < run->count; i++) fprintf(stderr, "%s %s", i ? "," : "", run->cases[i].name);
    fputc('\n', stderr);
    return false;
  }
  return true;
}

/* Says why a case that was named, or the only one, has no picture. */
static void say_nothing(const struct case_results *results) {
  if (results->failure)
    fprintf(stderr, "bench_amdahl plot: %s was not run: %s\n", results->name, results->failure);
  else
    fprintf(stderr, "bench_amdahl plot: %s has no times of these parallel variants to draw\n", results->name);
}

static int draw_all(const struct run_analysis *all, const struct settings *s, const char *folder) {
  const bool of_cases = s->plot.parts[PLOT_SPEEDUP] || s->plot.parts[PLOT_EFFICIENCY] ||
                        s->plot.parts[PLOT_TIME] || s->plot.parts[PLOT_BREAKDOWN];
  int drawn = 0;
  bool good = true;
  for (size_t i = 0; of_cases && good && i < all->run->count; i++) {
    const struct case_results *results = &all->run->cases[i];
    const int before = drawn;
    if (s->cases.count && !text_list_has(&s->cases, results->name)) continue;
    good = draw(PLOT_OF_SPEEDUP, all, &all->cases[i], s, folder, &drawn) &&
           draw(PLOT_OF_DETAILS, all, &all->cases[i], s, folder, &drawn);
    if (good && drawn == before) say_nothing(results);
    if (good && drawn == before && s->cases.count) return 1;
  }
  if (!good) return 1;
  const int before = drawn;
  if (!s->cases.count || s->roofline_named) good = draw(PLOT_OF_ROOFLINE, all, NULL, s, folder, &drawn);
  if (good && drawn == before && s->roofline_named) {
    fputs("bench_amdahl plot: no roofline: it takes ceilings of arithmetic and of memory, and a case that "
          "declares its flops\n",
          stderr);
    return 1;
  }
  if (good && !drawn) fputs("bench_amdahl plot: nothing to draw\n", stderr);
  return good && drawn ? 0 : 1;
}

int plot_main(int argc, char **argv) {
  static const struct argp argp = {options, parse, "[RESULTS]", help, NULL, NULL, NULL};
  static char name[] = "bench_amdahl plot";
  struct settings s = {.plot = plot_everything()};
  s.plot.formats[PLOT_TXT] = false;
  argv[0] = name;
  argp_parse(&argp, argc, argv, 0, NULL, &s);
  if (!s.input) s.input = "results";
  struct run run;
  char *error = NULL;
  if (!results_read(s.input, &run, &error)) {
    fprintf(stderr, "bench_amdahl plot: %s\n", error);
    free(error);
    return 1;
  }
  char *folder = s.folder ? xasprintf("%s", s.folder) : results_folder(s.input);
  int status = 2;
  if (check_cases(&run, &s.cases)) {
    struct run_analysis all = analyse_run(&run);
    status = folder_prepare(folder) ? draw_all(&all, &s, folder) : 1;
    run_analysis_free(&all);
  }
  free(folder);
  text_list_free(&s.cases);
  run_free(&run);
  return status;
}
