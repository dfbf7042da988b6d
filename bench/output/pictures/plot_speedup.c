/* speedup-CASE: what more workers gain, with the laws fitted to it; and beside it what all of it gains over
 * serial code. */
#include <math.h>

#include "output/pictures/gnuplot.h"
#include "output/pictures/plot_script.h"

bool speedup_drawable(const struct picture *picture) {
  return picture->options->parts[PLOT_SPEEDUP] && plot_curves(picture);
}

/* Wide enough to see where the curves lead: twice the workers, at least 8. High enough for the curves; not
 * for the whole ideal line where that would squeeze them. */
struct view {
  int measured;
  double right, bottom, top;
};

static struct view choose_view(const struct picture *picture) {
  const struct case_results *results = picture->results;
  const struct analysis *analysis = picture->analysis;
  const int measured = plot_measured(picture);
  struct view view = {measured, fmax(8, 2 * measured), 1, 2};
  for (size_t i = 0; i < results->count; i++) {
    const struct analysis_row *row = &analysis->rows[i];
    if (!plot_has_curve(picture, variant_index(results->items[i].variant)) || !row->time.n) continue;
    view.top = fmax(view.top, 1.25 * fmax(row->gain.value, row->gain.high));
    view.bottom = fmin(view.bottom, fmin(row->gain.value, row->gain.low));
  }
  double top = view.top;
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (!plot_has_curve(picture, v)) continue;
    const struct scaling_fit *fit = &analysis->fits[v];
    const struct ratio end = scaling_fit_gain(fit, view.right), limit = scaling_fit_gain(fit, INFINITY);
    view.bottom = fmin(view.bottom, end.value);
    view.top = fmax(view.top, 1.25 * end.value);
    top = fmax(top, view.top);
    /* limits not far above are shown, too */
    if (!isinf(limit.high) && limit.value <= 1.6 * view.top) top = fmax(top, 1.1 * limit.value);
  }
  view.top = fmin(top, fmax(view.right, view.top / 1.25));
  view.bottom = exp2(floor(log2(0.9 * view.bottom)));
  return view;
}

/* ---- data ---- */

static void write_gains(FILE *stream, const struct picture *picture, int variant) {
  fprintf(stream, "# %s: workers, speedup against one core with the same instructions, 95 %% interval\n",
          variants[variant].name);
  for (size_t i = 0; i < picture->results->count; i++) {
    if (!plot_has_times(picture, i, variant)) continue;
    const struct ratio gain = plot_bounds(picture->analysis->rows[i].gain);
    const int workers = picture->results->items[i].workers;
    gnuplot_numbers(stream, (double[]){workers, gain.value, gain.low, gain.high}, 4);
    fputc('\n', stream);
  }
  fputs("\n\n", stream);
}

/* The measurement on the fastest worker count of a variant, or results->count. In weak scaling the work
 * differs: then the highest rate. */
static size_t fastest(const struct picture *picture, int variant) {
  const struct case_results *results = picture->results;
  size_t best = results->count;
  double most = 0;
  for (size_t i = 0; i < results->count; i++) {
    const struct analysis_row *row = &picture->analysis->rows[i];
    if (!plot_has_times(picture, i, variant)) continue;
    const double rate = picture->run->options.weak ? row->rate : 1 / row->time.median;
    if (rate > most) best = i;
    most = fmax(most, rate);
  }
  return best;
}

/* Returns how many bars there are; *longest is the length of the longest. stream: NULL to only ask. */
static int write_bars(FILE *stream, const struct picture *picture, double *longest) {
  const struct case_results *results = picture->results;
  int bars = 0;
  *longest = 1;
  if (stream)
    fputs("# the fastest worker count: bar, speedup against serial, 95 % interval, colour, label\n", stream);
  for (int v = 0; v < VARIANT_COUNT; v++) {
    const size_t best = fastest(picture, v);
    if (!picture->options->variants[v] || best == results->count) continue;
    const struct ratio speedup = plot_bounds(picture->analysis->rows[best].speedup);
    bars++;
    *longest = fmax(*longest, fmax(speedup.value, speedup.high));
    if (!stream) continue;
    gnuplot_numbers(stream, (double[]){bars, speedup.value, speedup.low, speedup.high}, 4);
    fprintf(stream, " 0x%s \"%s", plot_styles[v].color, variants[v].name);
    if (variants[v].parallel) fprintf(stream, " × %d", results->items[best].workers);
    fputs("\"\n", stream);
  }
  return bars;
}

void speedup_data(FILE *stream, const struct picture *picture) {
  double longest;
  const double right = choose_view(picture).right;
  for (int v = 0; v < VARIANT_COUNT; v++)
    if (plot_has_curve(picture, v)) write_gains(stream, picture, v);
  for (int v = 0; v < VARIANT_COUNT; v++)
    if (plot_has_curve(picture, v)) plot_curve(stream, picture, &picture->analysis->fits[v], right, false);
  write_bars(stream, picture, &longest);
}

void speedup_script(FILE *stream, const struct picture *picture) {
  const struct view view = choose_view(picture);
  double longest;
  const int bars = write_bars(NULL, picture, &longest);
  plot_preamble(stream, picture, 1200, 660);
  plot_variables(stream, picture);
  fprintf(stream, "measured = %d; right = %g; bottom = %.6g; top = %.6g; bars = %d; longest = %.6g\n",
          view.measured, view.right, view.bottom, view.top, bars, longest);
  fputs(drawing_begin, stream);
  fputs(drawing_workers, stream);
  fputs(drawing_letters, stream);
  fputs(drawing_header, stream);
  fputs(drawing_speedup, stream);
}
