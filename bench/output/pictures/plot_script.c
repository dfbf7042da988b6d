/* What the pictures of cases share: curves, the lines above them, variables. */
#include "output/pictures/plot_script.h"

#include <math.h>
#include <string.h>

#include "output/law_text.h"
#include "output/pictures/gnuplot.h"
#include "util/append.h"

const char *const plot_format_names[PLOT_FORMATS] = {"svg", "png", "pdf", "txt"};
const char *const plot_part_names[PLOT_PARTS] = {"speedup", "efficiency", "time", "where", "roofline"};

const struct plot_style plot_styles[VARIANT_COUNT] = {
    [VARIANT_SERIAL] = {"999999", 2},    [VARIANT_VECTOR] = {"444444", 1},
    [VARIANT_THREADS] = {"0072B2", 7},   [VARIANT_THREADS_VECTOR] = {"56B4E9", 9},
    [VARIANT_PROCESSES] = {"D55E00", 5}, [VARIANT_PROCESSES_VECTOR] = {"E69F00", 13},
    [VARIANT_MPI] = {"009E73", 11},      [VARIANT_MPI_VECTOR] = {"CC79A7", 15},
};

/* ---- what is shown ---- */

bool plot_has_curve(const struct picture *picture, int variant) {
  return picture->options->variants[variant] && picture->analysis->fits[variant].worker_counts;
}

int plot_curves(const struct picture *picture) {
  int count = 0;
  for (int v = 0; v < VARIANT_COUNT; v++) count += plot_has_curve(picture, v);
  return count;
}

bool plot_has_times(const struct picture *picture, size_t item, int variant) {
  return picture->results->items[item].variant == &variants[variant] && picture->analysis->rows[item].time.n;
}

struct ratio plot_bounds(struct ratio ratio) {
  return (struct ratio){ratio.value, isnan(ratio.low) ? ratio.value : ratio.low,
                        isnan(ratio.high) ? ratio.value : ratio.high};
}

int plot_measured(const struct picture *picture) {
  const struct case_results *results = picture->results;
  int most = 1;
  for (size_t i = 0; i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    if (!picture->options->variants[variant_index(item->variant)] || !picture->analysis->rows[i].time.n)
      continue;
    if (item->workers > most) most = item->workers;
  }
  return most;
}

void plot_curve(FILE *stream, const struct picture *picture, const struct scaling_fit *fit, double right,
                bool each) {
  enum { POINTS = 60 };
  fprintf(stream, "# the law fitted to %s: workers, %s, 95 %% interval\n", fit->variant->name,
          each ? "efficiency" : "speedup");
  const bool known = isfinite(scaling_fit_gain(fit, 1).value);
  for (int i = 0; i < (known ? POINTS : 1); i++) {
    const double t = i / (POINTS - 1.0);
    /* curves bend most where the workers are few */
    const double workers = picture->options->log_x ? pow(right, t) : 1 + (right - 1) * t * t;
    const struct ratio gain = scaling_fit_gain(fit, workers);
    const double scale = each ? workers : 1;
    const bool shown = isfinite(gain.low) || workers <= plot_measured(picture);
    gnuplot_numbers(
        stream, (double[]){workers, shown ? gain.value / scale : NAN, gain.low / scale, gain.high / scale},
        4);
    fputc('\n', stream);
  }
  fputs("\n\n", stream);
}

/* ---- the lines above a picture ---- */

void plot_line(FILE *stream, const char *variable, size_t columns, const char *text) {
  fprintf(stream, "%s = ", variable);
  gnuplot_text(stream, text, columns);
  fputc('\n', stream);
}

/* "4 physical", or "unknown physical". */
static void describe_count(int count, const char *what, char *text, size_t size) {
  if (count) snprintf(text, size, "%d %s", count, what);
  else snprintf(text, size, "unknown %s", what);
}

static void put_machine(FILE *stream, const struct picture *picture) {
  const struct machine *m = &picture->run->machine;
  char text[512], cpu[sizeof m->cpu + 4], usable[48], physical[48];
  /* what comes after a long name must not be cut off */
  snprintf(cpu, sizeof cpu, strlen(m->cpu) > 80 ? "%.80s ..." : "%s", *m->cpu ? m->cpu : "unknown CPU");
  describe_count(m->usable, "usable cores", usable, sizeof usable);
  describe_count(m->physical_cores, "physical", physical, sizeof physical);
  snprintf(text, sizeof text, "%s; %s, %s; vector units: %s", cpu, usable, physical,
           *picture->run->vector_isa ? picture->run->vector_isa : "unknown");
  plot_line(stream, "machine", 150, text);
}

/* Whether any number of a picture has an interval. */
static bool has_bars(const struct picture *picture) {
  const struct case_results *results = picture->results;
  for (size_t i = 0; i < results->count; i++)
    if (picture->analysis->rows[i].time.n && isfinite(picture->analysis->rows[i].gain.low)) return true;
  return false;
}

static bool has_bands(const struct picture *picture) {
  for (int v = 0; v < VARIANT_COUNT; v++)
    if (plot_has_curve(picture, v) && isfinite(scaling_fit_gain(&picture->analysis->fits[v], 2).low))
      return true;
  return false;
}

static void put_rounds(FILE *stream, const struct picture *picture) {
  const struct analysis *analysis = picture->analysis;
  const size_t rounds = picture->results->rounds - analysis->warmup;
  const double coverage = picture->results->count ? analysis->rows[0].time.coverage : 0;
  const char *bars = !has_bars(picture) || rounds < 2 ? "too few for error bars"
                     : coverage < 0.95 ? "error bars: the range, too few rounds for 95 % intervals"
                                       : "error bars: 95 % intervals";
  char text[256];
  snprintf(text, sizeof text, "%s scaling; medians of %zu round%s; %s%s",
           picture->run->options.weak ? "Weak" : "Strong", rounds, rounds == 1 ? "" : "s", bars,
           has_bands(picture) ? "; shaded: 95 % of the fitted laws" : "");
  plot_line(stream, "rounds", 150, text);
}

/* What is not in the picture, and what is there but wrong. */
static void put_trouble(FILE *stream, const struct picture *picture) {
  const struct case_results *results = picture->results;
  char text[512] = "";
  for (size_t i = 0; results && i < results->count; i++) {
    const struct measurement *item = &results->items[i];
    const bool differs = item->compared && !item->same_bits;
    if (picture->options->variants[variant_index(item->variant)] && (differs || item->failure))
      append(text, sizeof text, "%s%s on %d %s", *text ? ", " : "", item->variant->name, item->workers,
             item->failure ? "failed" : "gave OTHER BITS");
  }
  plot_line(stream, "trouble", 150, text);
}

void plot_formats(const struct picture *picture, bool formats[PLOT_FORMATS]) {
  for (int f = 0; f < PLOT_FORMATS; f++)
    formats[f] = picture->options->formats[f] && (f != PLOT_TXT || picture->has_txt);
}

void plot_begin(FILE *stream, const char *stem, int width, int height, const bool formats[PLOT_FORMATS]) {
  fprintf(stream, "# Reads %s.dat. To draw again: gnuplot %s.gp\nif (!exists(\"suffix\")) suffix = \"\"\n",
          stem, stem);
  fprintf(stream, "stem = \"%s\"\nwidth = %d\nheight = %d\nformats = \"", stem, width, height);
  for (int f = 0; f < PLOT_FORMATS; f++)
    if (formats[f]) fprintf(stream, " %s", plot_format_names[f]);
  fputs("\"\n", stream);
}

void plot_preamble(FILE *stream, const struct picture *picture, int width, int height) {
  const char *title = picture->options->title;
  char text[256];
  bool formats[PLOT_FORMATS];
  plot_formats(picture, formats);
  plot_begin(stream, picture->stem, width, height, formats);
  if (picture->results) snprintf(text, sizeof text, "%s: %s", picture->results->name, picture->results->size);
  if (title || picture->results) plot_line(stream, "title", 118, title ? title : text);
  put_machine(stream, picture);
  if (picture->results) put_rounds(stream, picture);
  put_trouble(stream, picture);
}

void plot_variant(FILE *stream, int index, int variant) {
  fprintf(stream, "name[%d] = \"%s\"; color[%d] = \"#%s\"; point[%d] = %d; ", index, variants[variant].name,
          index, plot_styles[variant].color, index, plot_styles[variant].point);
}

void plot_variables(FILE *stream, const struct picture *picture) {
  const struct machine *m = &picture->run->machine;
  const int curves = plot_curves(picture);
  fprintf(stream, "weak = %d; log_x = %d; log_y = %d; usable = %d; physical = %d; curves = %d\n",
          picture->run->options.weak, picture->options->log_x, picture->options->log_y, m->usable,
          m->physical_cores, curves);
  fprintf(stream, "array name[%d]; array legend[%d]; array color[%d]; array point[%d]; array limit[%d]\n",
          curves, curves, curves, curves, curves);
  int i = 0, fits = 0, limits = 0;
  for (int v = 0; v < VARIANT_COUNT; v++) {
    if (!plot_has_curve(picture, v)) continue;
    const struct scaling_fit *fit = &picture->analysis->fits[v];
    const struct ratio limit = scaling_fit_gain(fit, INFINITY);
    const double shown = isinf(limit.high) || !(limit.value > 0) || isinf(limit.value) ? NAN : limit.value;
    char legend[256], variable[24];
    fits += isfinite(scaling_fit_gain(fit, 1).value);
    limits += isfinite(shown);
    describe_scaling_fit(fit, legend, sizeof legend);
    plot_variant(stream, ++i, v);
    fprintf(stream, "limit[%d] = ", i);
    gnuplot_numbers(stream, &shown, 1);
    fputs("; ", stream);
    snprintf(variable, sizeof variable, "legend[%d]", i);
    plot_line(stream, variable, 110, legend);
  }
  fprintf(stream, "fits = %d; limits = %d\n", fits, limits);
}
