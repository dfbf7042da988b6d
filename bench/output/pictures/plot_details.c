/* details-CASE: efficiency and time by workers, and where the time goes. */
#include <math.h>

#include "output/pictures/gnuplot.h"
#include "output/pictures/plot_script.h"

static bool wants(const struct picture *picture, enum plot_part part) {
  return picture->options->parts[part];
}

bool details_drawable(const struct picture *picture) {
  return (wants(picture, PLOT_EFFICIENCY) || wants(picture, PLOT_TIME) || wants(picture, PLOT_BREAKDOWN)) &&
         plot_curves(picture);
}

/* ---- data ---- */

static void write_variant(FILE *stream, const struct picture *picture, int variant) {
  fprintf(stream, "# %s: workers, efficiency, 95 %% interval, median seconds, 95 %% interval\n",
          variants[variant].name);
  for (size_t i = 0; i < picture->results->count; i++) {
    if (!plot_has_times(picture, i, variant)) continue;
    const struct summary *time = &picture->analysis->rows[i].time;
    const struct ratio gain = plot_bounds(picture->analysis->rows[i].gain);
    const int w = picture->results->items[i].workers;
    gnuplot_numbers(
        stream,
        (double[]){w, gain.value / w, gain.low / w, gain.high / w, time->median, time->low, time->high}, 7);
    fputc('\n', stream);
  }
  fputs("\n\n", stream);
}

/* Serial and vector: what the others start from. */
static void write_base(FILE *stream, const struct picture *picture) {
  fputs("# one core: workers, median seconds, 95 % interval, colour, pointtype\n", stream);
  for (int v = VARIANT_SERIAL; v <= VARIANT_VECTOR; v++) {
    struct summary time = {.median = NAN, .low = NAN, .high = NAN};
    for (size_t i = picture->results->count; picture->options->variants[v] && i-- > 0;)
      if (plot_has_times(picture, i, v)) time = picture->analysis->rows[i].time;
    gnuplot_numbers(stream, (double[]){1, time.median, time.low, time.high}, 4);
    fprintf(stream, " 0x%s %d\n", plot_styles[v].color, plot_styles[v].point);
  }
  fputs("\n\n", stream);
}

/* Stacked bars, in a group for each variant; all groups are as wide. */
static double group_pitch(const struct picture *picture) {
  int most = 0;
  for (int v = 0; v < VARIANT_COUNT; v++) {
    int count = 0;
    for (size_t i = 0; plot_has_curve(picture, v) && i < picture->results->count; i++)
      count += plot_has_times(picture, i, v);
    if (count > most) most = count;
  }
  return fmax(most + 1, 24.0 / plot_curves(picture));
}

static void write_where(FILE *stream, const struct picture *picture) {
  const double pitch = group_pitch(picture);
  int group = 0;
  fputs("# where workers x time went: bar, compute, wait, overhead (shares), workers\n", stream);
  for (int v = 0; v < VARIANT_COUNT; v++) {
    int bar = 0;
    if (!plot_has_curve(picture, v)) continue;
    for (size_t i = 0; i < picture->results->count; i++) {
      if (!plot_has_times(picture, i, v)) continue;
      const struct time_breakdown *b = &picture->analysis->rows[i].breakdown;
      const int workers = picture->results->items[i].workers;
      gnuplot_numbers(stream, (double[]){group * pitch + bar++, b->compute, b->wait, b->overhead, workers},
                      5);
      fputc('\n', stream);
    }
    group++;
  }
}

void details_data(FILE *stream, const struct picture *picture) {
  for (int v = 0; v < VARIANT_COUNT; v++)
    if (plot_has_curve(picture, v)) write_variant(stream, picture, v);
  for (int v = 0; v < VARIANT_COUNT; v++)
    if (plot_has_curve(picture, v))
      plot_curve(stream, picture, &picture->analysis->fits[v], plot_measured(picture), true);
  write_base(stream, picture);
  write_where(stream, picture);
}

/* ---- script ---- */

/* The unit that the longest time reads well in, finer than time_unit() for what is never printed in words. */
static void put_unit(FILE *stream, double seconds) {
  static const struct {
    const char *name;
    double seconds;
  } units[] = {{"s", 1}, {"ms", 1e-3}, {"µs", 1e-6}, {"ns", 1e-9}};
  size_t i = 0;
  while (i < 3 && seconds < units[i].seconds) i++;
  fprintf(stream, "unit = \"%s\"; second = %g\n", units[i].name, 1 / units[i].seconds);
}

static void put_ranges(FILE *stream, const struct picture *picture) {
  const struct case_results *results = picture->results;
  double longest = 0, shortest = INFINITY, most = 1;
  for (size_t i = 0; i < results->count; i++) {
    const struct analysis_row *row = &picture->analysis->rows[i];
    if (!picture->options->variants[variant_index(results->items[i].variant)] || !row->time.n) continue;
    longest = fmax(longest, row->time.high);
    shortest = fmin(shortest, row->time.low);
    if (results->items[i].variant->parallel)
      most = fmax(most, fmax(row->gain.value, row->gain.high) / results->items[i].workers);
  }
  put_unit(stream, longest);
  fprintf(stream, "longest = %.9g; shortest = %.9g; efficient = %.9g\n", longest, shortest, most);
}

/* known[]: whether it is known at all where a variant's time went. */
static void put_known(FILE *stream, const struct picture *picture) {
  int group = 0;
  fprintf(stream, "array known[%d]\n", plot_curves(picture));
  for (int v = 0; v < VARIANT_COUNT; v++) {
    bool known = false;
    if (!plot_has_curve(picture, v)) continue;
    for (size_t i = 0; i < picture->results->count; i++)
      known |= plot_has_times(picture, i, v) && isfinite(picture->analysis->rows[i].breakdown.compute);
    fprintf(stream, "known[%d] = %d\n", ++group, known);
  }
}

void details_script(FILE *stream, const struct picture *picture) {
  const bool upper = wants(picture, PLOT_EFFICIENCY) || wants(picture, PLOT_TIME),
             lower = wants(picture, PLOT_BREAKDOWN);
  plot_preamble(stream, picture, 1200, 200 + 360 * upper + 330 * lower);
  plot_variables(stream, picture);
  put_ranges(stream, picture);
  fprintf(stream, "measured = %d; right = measured; pitch = %.9g; parts = %d\n", plot_measured(picture),
          group_pitch(picture), plot_measured(picture));
  put_known(stream, picture);
  fprintf(stream, "efficiency = %d; time = %d; where = %d\n", wants(picture, PLOT_EFFICIENCY),
          wants(picture, PLOT_TIME), lower);
  fputs(drawing_begin, stream);
  fputs(drawing_workers, stream);
  fputs(drawing_header, stream);
  fputs(drawing_details, stream);
}
