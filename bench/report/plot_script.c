#include "report/plot_script.h"

#include <math.h>
#include <string.h>

#include "measure/analysis.h"
#include "report/words.h"

/* Okabe and Ito's palette, which colour-blind people can tell apart; a backend's two variants are neighbours
 * in hue. Points also differ in shape. */
static const struct style {
  const char *color;
  int point;
} styles[VARIANT_COUNT] = {
    [VARIANT_SERIAL] = {"999999", 0},    [VARIANT_VECTOR] = {"555555", 0},
    [VARIANT_THREADS] = {"0072B2", 7},   [VARIANT_THREADS_VECTOR] = {"56B4E9", 9},
    [VARIANT_PROCESSES] = {"D55E00", 5}, [VARIANT_PROCESSES_VECTOR] = {"E69F00", 13},
    [VARIANT_MPI] = {"009E73", 11},      [VARIANT_MPI_VECTOR] = {"CC79A7", 15},
};

/* ---- data ---- */

static const struct measurement *fastest(const struct case_results *results, const struct analysis *analysis,
                                         const struct variant *variant, const struct analysis_row **row) {
  const struct measurement *best = NULL;
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    if (item->variant != variant || !item->count) continue;
    if (best && (*row)->time.median <= analysis->rows[i].time.median) continue;
    best = item;
    *row = &analysis->rows[i];
  }
  return best;
}

/* gnuplot would read a NaN of C's, but "nan" or "-nan" depends on the sign bit. */
static void write_number(FILE *stream, double value) {
  if (isfinite(value)) fprintf(stream, " %.9g", value);
  else fputs(" NaN", stream);
}

static void write_gains(FILE *stream, const struct case_results *results, const struct analysis *analysis,
                        const struct variant *variant) {
  fprintf(stream, "# %s: workers, speedup against one core with the same instructions, its bounds\n",
          variant->name);
  for (size_t i = 0; i < results->count; i++) {
    const struct analysis_row *row = &analysis->rows[i];
    if (results->items[i].variant != variant || !row->time.n) continue;
    fprintf(stream, "%d", results->items[i].workers);
    write_number(stream, row->gain.value);
    write_number(stream, row->gain.low);
    write_number(stream, row->gain.high);
    fputc('\n', stream);
  }
  fputs("\n\n", stream);
}

/* Returns how many bars there are; *longest is the length of the longest. stream: NULL to only ask. */
static int write_bars(FILE *stream, const struct case_results *results, const struct analysis *analysis,
                      double *longest) {
  int bars = 0;
  *longest = 1;
  if (stream)
    fputs("# the fastest worker count of a variant: speedup against serial, colour, label\n", stream);
  for (int v = 0; v < VARIANT_COUNT; v++) {
    const struct analysis_row *row = NULL;
    const struct measurement *item = fastest(results, analysis, &variants[v], &row);
    if (!item) continue;
    bars++;
    *longest = fmax(*longest, row->speedup.value);
    if (!stream) continue;
    fprintf(stream, "%d", bars);
    write_number(stream, row->speedup.value);
    fprintf(stream, " 0x%s \"%s", styles[v].color, variants[v].name);
    if (variants[v].parallel) fprintf(stream, " × %d", item->workers);
    fputs("\"\n", stream);
  }
  return bars;
}

void plot_write_data(FILE *stream, const struct run *run, const struct case_results *results) {
  (void)run;
  const struct analysis *analysis = results->analysis;
  for (int v = 0; v < VARIANT_COUNT; v++) {
    (void)run;
    if (analysis->families[v].worker_counts) write_gains(stream, results, analysis, &variants[v]);
  }
  double longest;
  write_bars(stream, results, analysis, &longest);
}

/* ---- what the picture shows ---- */

struct view {
  int measured; /* the most workers */
  double right, top;
};

/* The fitted speedup; NaN without a fit. */
static double fitted_gain(const struct family *family, double workers) {
  if (!family->fitted) return NAN;
  return family->gain_at_one * tutti_amdahl(family->fit.serial_fraction, workers);
}

/* The limit in the picture; NaN where the fit leaves none. */
static double shown_limit(const struct family *family) {
  const tutti_amdahl_fit *fit = &family->fit;
  return fit->serial_fraction <= 2 * fit->serial_fraction_se ? NAN : fitted_gain(family, INFINITY);
}

/* Wide enough to see where the curves lead: twice the workers, at least 8. High enough for the curves; not
 * for the whole ideal line where that would squeeze them. */
static struct view choose_view(const struct case_results *results, const struct analysis *analysis) {
  struct view view = {1, 8, 2};
  for (size_t i = 0; i < results->count; i++) {
    if (results->items[i].count && results->items[i].workers > view.measured)
      view.measured = results->items[i].workers;
  }
  view.right = fmax(8, 2 * view.measured);
  for (size_t i = 0; i < results->count; i++) {
    if (results->items[i].count) view.top = fmax(view.top, 1.25 * analysis->rows[i].gain.high);
  }
  for (int v = 0; v < VARIANT_COUNT; v++)
    view.top = fmax(view.top, 1.25 * fitted_gain(&analysis->families[v], view.right));
  /* limits not far above are shown, too */
  double top = view.top;
  for (int v = 0; v < VARIANT_COUNT; v++) {
    const double limit = shown_limit(&analysis->families[v]);
    if (limit <= 1.6 * view.top) top = fmax(top, 1.1 * limit);
  }
  view.top = fmin(top, fmax(view.right, view.top / 1.25));
  return view;
}

/* ---- script ---- */

static void legend_text(const struct family *family, char *text, size_t size) {
  char share[96], limit[96];
  if (!family->fitted) {
    snprintf(text, size, "%s", family->variant->name);
    return;
  }
  describe_share(&family->fit, "±", share, sizeof share);
  describe_limit(&family->fit, "×", 1, limit, sizeof limit);
  snprintf(text, size, "%s: %s serial, %s", family->variant->name, share, limit);
}

/* Text in double quotes, for gnuplot. */
static void write_text(FILE *stream, const char *text) {
  fputc('"', stream);
  for (; *text; text++) {
    if (strchr("\"\\`", *text)) fputc('\\', stream);
    fputc(*text, stream);
  }
  fputc('"', stream);
}

static void write_families(FILE *stream, const struct analysis *analysis) {
  int n = 0;
  for (int v = 0; v < VARIANT_COUNT; v++) n += analysis->families[v].worker_counts > 0;
  fprintf(stream, "families = %d\n", n);
  const int size = n ? n : 1;
  fprintf(stream, "array legend[%d]; array name[%d]; array color[%d]; array point[%d]\n", size, size, size,
          size);
  fprintf(stream, "array share[%d]; array one[%d]; array limit[%d]\n", size, size, size);
  int i = 0;
  for (int v = 0; v < VARIANT_COUNT; v++) {
    const struct family *family = &analysis->families[v];
    char legend[256];
    if (!family->worker_counts) continue;
    i++;
    legend_text(family, legend, sizeof legend);
    fprintf(stream, "legend[%d] = \"%s\"; name[%d] = \"%s\"; color[%d] = \"#%s\"; point[%d] = %d\n", i,
            legend, i, variants[v].name, i, styles[v].color, i, styles[v].point);
    fprintf(stream, "share[%d] =", i);
    write_number(stream, family->fitted ? family->fit.serial_fraction : NAN);
    fprintf(stream, "; one[%d] =", i);
    write_number(stream, family->fitted ? family->gain_at_one : NAN);
    fprintf(stream, "; limit[%d] =", i);
    write_number(stream, shown_limit(family));
    fputc('\n', stream);
  }
}

void plot_write_script(FILE *stream, const struct run *run, const struct case_results *results) {
  const struct analysis *analysis = results->analysis;
  const struct view view = choose_view(results, analysis);
  const char *name = results->name;
  char text[512];
  fprintf(stream,
          "# Draws speedup-%s.svg, .png and .txt from speedup-%s.dat. To draw again: gnuplot speedup-%s.gp\n"
          "if (!exists(\"suffix\")) suffix = \"\"\n"
          "stem = \"speedup-%s\"\ntitle = ",
          name, name, name, name);
  snprintf(text, sizeof text, "%s: %s", name, results->size);
  write_text(stream, text);
  fputs("\nmachine = ", stream);
  const struct summary *time = &analysis->rows[0].time;
  snprintf(text, sizeof text, "%s, %d cores, vector units: %s. Medians of %zu rounds; error bars: %s",
           run->machine.cpu, run->machine.usable, run->vector_isa, results->rounds,
           time->coverage < 0.95 ? "their range" : "95 % interval of the median");
  write_text(stream, text);
  double longest;
  const int bars = write_bars(NULL, results, analysis, &longest);
  fprintf(stream, "\nmeasured = %d; right = %g; top = %.4g; bars = %d; longest = %.4g\n", view.measured,
          view.right, view.top, bars, longest);
  write_families(stream, analysis);
  fputs(plot_drawing, stream);
}
