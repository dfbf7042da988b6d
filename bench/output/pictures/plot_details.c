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

/* One after the other the times that a picture shows, each with its row: for (i = next(p, 0); i < count; ...)
 */
static size_t next_shown(const struct picture *picture, const struct variant *variant, size_t from) {
  const struct case_results *results = picture->results;
  for (; from < results->count; from++)
    if (results->items[from].variant == variant && picture->analysis->rows[from].time.n) break;
  return from;
}

/* ---- data ---- */

static void write_variant(FILE *stream, const struct picture *picture, const struct variant *variant) {
  const struct case_results *results = picture->results;
  fprintf(stream, "# %s: workers, efficiency, 95 %% interval, median seconds, 95 %% interval\n",
          variant->name);
  for (size_t i = next_shown(picture, variant, 0); i < results->count;
       i = next_shown(picture, variant, i + 1)) {
    const struct analysis_row *row = &picture->analysis->rows[i];
    const int workers = results->items[i].workers;
    fprintf(stream, "%d", workers);
    gnuplot_bounded(stream, row->gain.value / workers, row->gain.low / workers, row->gain.high / workers);
    gnuplot_bounded(stream, row->time.median, row->time.low, row->time.high);
    fputc('\n', stream);
  }
  fputs("\n\n", stream);
}

/* Serial and vector: what the others start from. */
static void write_base(FILE *stream, const struct picture *picture) {
  fputs("# one core: workers, median seconds, 95 % interval, colour, pointtype\n", stream);
  for (int v = VARIANT_SERIAL; v <= VARIANT_VECTOR; v++) {
    const size_t i = next_shown(picture, &variants[v], 0);
    const bool there = picture->options->variants[v] && i < picture->results->count;
    const struct summary none = {.median = NAN, .low = NAN, .high = NAN},
                         *time = there ? &picture->analysis->rows[i].time : &none;
    fputc('1', stream);
    gnuplot_number(stream, time->median);
    gnuplot_number(stream, time->low);
    gnuplot_number(stream, time->high);
    fprintf(stream, " 0x%s %d\n", plot_styles[v].color, plot_styles[v].point);
  }
  fputs("\n\n", stream);
}

/* Stacked bars, in a group for each variant; all groups are as wide. */
static double group_pitch(const struct picture *picture) {
  size_t most = 0;
  for (int v = 0; v < VARIANT_COUNT; v++) {
    size_t count = 0;
    if (!plot_has_curve(picture, v)) continue;
    for (size_t i = next_shown(picture, &variants[v], 0); i < picture->results->count;
         i = next_shown(picture, &variants[v], i + 1))
      count++;
    if (count > most) most = count;
  }
  return fmax((double)most + 1, 24.0 / plot_curves(picture));
}

static void write_where(FILE *stream, const struct picture *picture) {
  const struct case_results *results = picture->results;
  const double pitch = group_pitch(picture);
  int group = 0;
  fputs("# where workers x time went: bar, compute, wait, overhead (shares), workers\n", stream);
  for (int v = 0; v < VARIANT_COUNT; v++) {
    int bar = 0;
    if (!plot_has_curve(picture, v)) continue;
    for (size_t i = next_shown(picture, &variants[v], 0); i < results->count;
         i = next_shown(picture, &variants[v], i + 1)) {
      const struct time_breakdown *breakdown = &picture->analysis->rows[i].breakdown;
      fprintf(stream, "%.9g", group * pitch + bar++);
      gnuplot_number(stream, breakdown->compute);
      gnuplot_number(stream, breakdown->wait);
      gnuplot_number(stream, breakdown->overhead);
      fprintf(stream, " %d\n", results->items[i].workers);
    }
    group++;
  }
}

void details_data(FILE *stream, const struct picture *picture) {
  for (int v = 0; v < VARIANT_COUNT; v++)
    if (plot_has_curve(picture, v)) write_variant(stream, picture, &variants[v]);
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
  const struct case_results *results = picture->results;
  int group = 0;
  fprintf(stream, "array known[%d]\n", plot_curves(picture));
  for (int v = 0; v < VARIANT_COUNT; v++) {
    bool known = false;
    if (!plot_has_curve(picture, v)) continue;
    for (size_t i = next_shown(picture, &variants[v], 0); i < results->count;
         i = next_shown(picture, &variants[v], i + 1))
      known |= isfinite(picture->analysis->rows[i].breakdown.compute);
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
