/* roofline: how close the cases come to what this machine can do (Williams, Waterman and Patterson, 2009). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/pictures/gnuplot.h"
#include "output/pictures/plot_script.h"
#include "output/units.h"
#include "util/xalloc.h"

/* A case with flops: where it stands, and its fastest measurement of each variant. */
struct spot {
  const struct analysis *analysis;
  const struct case_results *results;
  double intensity; /* flop/byte; INFINITY: pure arithmetic */
  double x;         /* where it is drawn */
};

struct roofline {
  struct spot *spots; /* [count], ascending in intensity */
  size_t count, arithmetic;
  double left, right, edge; /* the edge between bytes and pure arithmetic */
  double bottom, top;
};

static bool is_roof(const struct ceiling *c) { return strcmp(c->unit, "flop/s") == 0; }
static bool is_slope(const struct ceiling *c) { return strcmp(c->unit, "B/s") == 0; }

/* Only the slowest and the fastest of each kind: one core without, all with everything. */
static const struct ceiling *extreme(const struct run *run, bool (*kind)(const struct ceiling *),
                                     bool fastest) {
  const struct ceiling *best = NULL;
  for (size_t i = 0; i < run->ceiling_count; i++) {
    const struct ceiling *c = &run->ceilings[i];
    if (kind(c) && (!best || (fastest ? c->rate > best->rate : c->rate < best->rate))) best = c;
  }
  return best;
}

/* ---- what stands where ---- */

static size_t fastest(const struct analysis *analysis, int variant) {
  const struct case_results *results = analysis->results;
  size_t best = results->count;
  for (size_t i = 0; i < results->count; i++) {
    const struct analysis_row *rows = analysis->rows;
    if (results->items[i].variant != &variants[variant] || !rows[i].time.n || !(rows[i].flops > 0)) continue;
    if (best == results->count || rows[i].flops > rows[best].flops) best = i;
  }
  return best;
}

static bool stands(const struct picture *picture, const struct analysis *analysis) {
  if (!analysis->results || analysis->results->failure) return false;
  for (int v = 0; v < VARIANT_COUNT; v++)
    if (picture->options->variants[v] && fastest(analysis, v) < analysis->results->count) return true;
  return false;
}

static int ascending(const void *a, const void *b) {
  const double x = ((const struct spot *)a)->intensity, y = ((const struct spot *)b)->intensity;
  return (x > y) - (x < y);
}

static void find_spots(const struct picture *picture, struct roofline *r) {
  const struct run *run = picture->run;
  r->spots = xcalloc(run->count + 1, sizeof *r->spots);
  for (size_t i = 0; i < run->count; i++) {
    const struct analysis *analysis = &picture->all->cases[i];
    if (!stands(picture, analysis)) continue;
    const struct case_results *results = analysis->results;
    const double bytes = results->work.bytes;
    r->spots[r->count++] =
        (struct spot){analysis, results, bytes > 0 ? results->work.flops / bytes : INFINITY, 0};
    r->arithmetic += !(bytes > 0);
  }
  qsort(r->spots, r->count, sizeof *r->spots, ascending);
}

/* Powers of two around all spots with bytes and both ends of the slope, then a strip for the others. */
static void choose_axes(const struct picture *picture, struct roofline *r) {
  const struct ceiling *peak = extreme(picture->run, is_roof, true),
                       *slow = extreme(picture->run, is_slope, false),
                       *low = extreme(picture->run, is_roof, false);
  double left = 0.125, right = 4 * peak->rate / slow->rate, least = low->rate, most = peak->rate;
  size_t longest = 0;
  for (size_t i = 0; i < r->count; i++) {
    const struct spot *spot = &r->spots[i];
    if (strlen(spot->results->name) > longest) longest = strlen(spot->results->name);
    if (isfinite(spot->intensity)) {
      left = fmin(left, spot->intensity / 2);
      right = fmax(right, spot->intensity * 2);
    }
    for (int v = 0; v < VARIANT_COUNT; v++) {
      const size_t k = fastest(spot->analysis, v);
      if (!picture->options->variants[v] || k == spot->results->count) continue;
      least = fmin(least, spot->analysis->rows[k].flops);
      most = fmax(most, spot->analysis->rows[k].flops);
    }
  }
  r->left = exp2(floor(log2(left)));
  r->edge = exp2(ceil(log2(right)));
  /* names stand below all spots; upright, a character takes about 1.4 % of the height */
  const double names = fmin(0.05 + 0.014 * (double)longest, 0.35);
  r->top = most * 3;
  r->bottom = r->top * pow(least / 2 / r->top, 1 / (1 - names));
  const double columns = r->arithmetic ? 0.06 * (double)r->arithmetic + 0.06 : 0; /* of the width */
  r->right = r->left * pow(r->edge / r->left, 1 / (1 - fmin(columns, 0.6)));
  double column = 0;
  for (size_t i = 0; i < r->count; i++)
    r->spots[i].x = isfinite(r->spots[i].intensity)
                        ? r->spots[i].intensity
                        : r->edge * pow(r->right / r->edge, ++column / ((double)r->arithmetic + 1));
}

static struct roofline make_roofline(const struct picture *picture) {
  struct roofline r = {0};
  find_spots(picture, &r);
  if (r.count) choose_axes(picture, &r);
  return r;
}

bool roofline_drawable(const struct picture *picture) {
  const struct run *run = picture->run;
  bool any = false;
  for (size_t i = 0; i < run->count; i++) any = any || stands(picture, &picture->all->cases[i]);
  return any && picture->options->parts[PLOT_ROOFLINE] && extreme(run, is_roof, true) &&
         extreme(run, is_slope, true);
}

/* ---- data ---- */

/* Below the highest roof, the slope of a bandwidth; a roof begins where the steepest slope meets it. */
static void write_ceilings(FILE *stream, const struct run *run, const struct roofline *r) {
  const double steepest = extreme(run, is_slope, true)->rate, peak = extreme(run, is_roof, true)->rate;
  for (int fast = 0; fast < 2; fast++) {
    const struct ceiling *slope = extreme(run, is_slope, fast), *roof = extreme(run, is_roof, fast);
    fprintf(stream, "# ceilings: flop/byte, flop/s\n%.9g %.9g\n%.9g %.9g\n\n%.9g %.9g\n%.9g %.9g\n\n\n",
            r->left, slope->rate * r->left, peak / slope->rate, peak, roof->rate / steepest, roof->rate,
            r->right, roof->rate);
  }
}

static void write_points(FILE *stream, const struct picture *picture, const struct roofline *r, int variant) {
  fprintf(stream, "# %s: flop/byte (or a place beyond the edge), flop/s, its 95 %% interval\n",
          variants[variant].name);
  for (size_t i = 0; i < r->count; i++) {
    const struct spot *spot = &r->spots[i];
    const size_t k = fastest(spot->analysis, variant);
    if (k == spot->results->count || !picture->options->variants[variant]) continue;
    const struct analysis_row *row = &spot->analysis->rows[k];
    fprintf(stream, "%.9g", spot->x);
    gnuplot_number(stream, row->flops);
    gnuplot_number(stream, row->flops * row->time.median / row->time.high);
    gnuplot_number(stream, row->flops * row->time.median / row->time.low);
    fputc('\n', stream);
  }
  fputs("NaN NaN NaN NaN\n\n\n", stream); /* a block is never empty */
}

void roofline_data(FILE *stream, const struct picture *picture) {
  struct roofline r = make_roofline(picture);
  write_ceilings(stream, picture->run, &r);
  for (int v = 0; v < VARIANT_COUNT; v++) write_points(stream, picture, &r, v);
  free(r.spots);
}

/* ---- script ---- */

static void put_ceiling(FILE *stream, const char *name, const struct ceiling *c) {
  char text[128], rate[64];
  format_rate(c->rate, c->unit[0] == 'B' ? "B" : "flop", rate, sizeof rate);
  snprintf(text, sizeof text, "%s, %s × %d: %s", c->what, c->isa, c->workers, rate);
  fprintf(stream, "%s = %.9g; %s_text = ", name, c->rate, name);
  gnuplot_text(stream, text, 60);
  fputc('\n', stream);
}

/* Names stand upright below their spots, a line's height apart. */
static void put_cases(FILE *stream, const struct roofline *r) {
  const double step = pow(r->right / r->left, 0.021);
  double free_from = 0;
  fprintf(stream, "cases = %zu\narray label_x[%zu]; array spot_x[%zu]; array label[%zu]\n", r->count,
          r->count, r->count, r->count);
  for (size_t i = 0; i < r->count; i++) {
    const double x = fmax(r->spots[i].x, free_from);
    free_from = x * step;
    fprintf(stream, "label_x[%zu] = %.9g; spot_x[%zu] = %.9g; label[%zu] = ", i + 1, x, i + 1, r->spots[i].x,
            i + 1);
    gnuplot_text(stream, r->spots[i].results->name, 20);
    fputc('\n', stream);
  }
}

void roofline_script(FILE *stream, const struct picture *picture) {
  struct roofline r = make_roofline(picture);
  plot_preamble(stream, picture, 1200, 720);
  if (!picture->options->title)
    fputs("title = \"Roofline: the fastest worker count of each variant\"\n", stream);
  fputs("rounds = \"Right of a roof's edge arithmetic is the limit, left of it memory. Error bars: of the "
        "median time\"\n",
        stream);
  put_ceiling(stream, "slope_0", extreme(picture->run, is_slope, false));
  put_ceiling(stream, "slope_1", extreme(picture->run, is_slope, true));
  put_ceiling(stream, "roof_0", extreme(picture->run, is_roof, false));
  put_ceiling(stream, "roof_1", extreme(picture->run, is_roof, true));
  fprintf(stream, "west = %.9g; east = %.9g; edge = %.9g; bottom = %.9g; top = %.9g; arithmetic = %zu\n",
          r.left, r.right, r.edge, r.bottom, r.top, r.arithmetic);
  put_cases(stream, &r);
  fprintf(stream, "array name[%d]; array color[%d]; array point[%d]; array used[%d]\n", VARIANT_COUNT,
          VARIANT_COUNT, VARIANT_COUNT, VARIANT_COUNT);
  for (int v = 0; v < VARIANT_COUNT; v++) {
    bool used = false;
    for (size_t i = 0; i < r.count; i++)
      used |= picture->options->variants[v] && fastest(r.spots[i].analysis, v) < r.spots[i].results->count;
    fprintf(stream, "name[%d] = \"%s\"; color[%d] = \"#%s\"; point[%d] = %d; used[%d] = %d\n", v + 1,
            variants[v].name, v + 1, plot_styles[v].color, v + 1, plot_styles[v].point, v + 1, used);
  }
  free(r.spots);
  fprintf(stream, "variants = %d\n", VARIANT_COUNT);
  fputs(drawing_begin, stream);
  fputs(drawing_header, stream);
  fputs(drawing_roofline, stream);
}
