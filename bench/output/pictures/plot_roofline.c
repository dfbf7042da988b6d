/* roofline: how close the cases come to what this machine can do (Williams, Waterman and Patterson, 2009). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/pictures/gnuplot.h"
#include "output/pictures/plot_script.h"
#include "output/units.h"
#include "util/xalloc.h"

/* A case with flops: where it stands, and its fastest measurement of each variant that is wanted, or NULL. */
struct spot {
  const struct case_results *results;
  double intensity; /* flop/byte; INFINITY: pure arithmetic */
  double x;         /* where it is drawn */
  const struct analysis_row *fastest[VARIANT_COUNT];
};

struct roofline {
  struct spot *spots; /* [count], ascending in intensity */
  size_t count, arithmetic;
  /* only the slowest and the fastest of each kind: one core without, all with everything */
  const struct ceiling *roof[2], *slope[2];
  double left, right, edge; /* the edge between bytes and pure arithmetic */
  double bottom, top;
};

/* ---- what stands where ---- */

static void find_ceilings(const struct run *run, struct roofline *r) {
  for (size_t i = 0; i < run->ceiling_count; i++) {
    const struct ceiling *c = &run->ceilings[i], **ends = strcmp(c->unit, "flop/s") == 0 ? r->roof
                                                          : strcmp(c->unit, "B/s") == 0  ? r->slope
                                                                                         : NULL;
    if (ends && (!ends[0] || c->rate < ends[0]->rate)) ends[0] = c;
    if (ends && (!ends[1] || c->rate > ends[1]->rate)) ends[1] = c;
  }
}

/* Whether the case stands anywhere. */
static bool find_fastest(const struct picture *picture, const struct analysis *analysis, struct spot *spot) {
  const struct case_results *results = analysis->results;
  bool any = false;
  if (!results || results->failure) return false;
  for (size_t i = 0; i < results->count; i++) {
    const int v = variant_index(results->items[i].variant);
    const struct analysis_row *row = &analysis->rows[i];
    if (!picture->options->variants[v] || !row->time.n || !(row->flops > 0)) continue;
    if (!spot->fastest[v] || row->flops > spot->fastest[v]->flops) spot->fastest[v] = row;
    any = true;
  }
  return any;
}

static int ascending(const void *a, const void *b) {
  const double x = ((const struct spot *)a)->intensity, y = ((const struct spot *)b)->intensity;
  return (x > y) - (x < y);
}

static void find_spots(const struct picture *picture, struct roofline *r) {
  r->spots = xcalloc(picture->run->count + 1, sizeof *r->spots);
  for (size_t i = 0; i < picture->run->count; i++) {
    const struct analysis *analysis = &picture->all->cases[i];
    struct spot spot = {.results = analysis->results};
    if (!find_fastest(picture, analysis, &spot)) continue;
    const struct bench_work *work = &spot.results->work;
    spot.intensity = work->bytes > 0 ? work->flops / work->bytes : INFINITY;
    r->arithmetic += !(work->bytes > 0);
    r->spots[r->count++] = spot;
  }
  qsort(r->spots, r->count, sizeof *r->spots, ascending);
}

/* Powers of two around all spots with bytes and both ends of the slope, then a strip for the others. */
static void choose_axes(struct roofline *r) {
  double left = 0.125, right = 4 * r->roof[1]->rate / r->slope[0]->rate, least = r->roof[0]->rate,
         most = r->roof[1]->rate;
  size_t longest = 0;
  for (size_t i = 0; i < r->count; i++) {
    const struct spot *spot = &r->spots[i];
    if (strlen(spot->results->name) > longest) longest = strlen(spot->results->name);
    if (isfinite(spot->intensity)) {
      left = fmin(left, spot->intensity / 2);
      right = fmax(right, spot->intensity * 2);
    }
    for (int v = 0; v < VARIANT_COUNT; v++) {
      if (!spot->fastest[v]) continue;
      least = fmin(least, spot->fastest[v]->flops);
      most = fmax(most, spot->fastest[v]->flops);
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
  find_ceilings(picture->run, &r);
  find_spots(picture, &r);
  if (r.count && r.roof[0] && r.slope[0]) choose_axes(&r);
  return r;
}

bool roofline_drawable(const struct picture *picture) {
  struct roofline r = make_roofline(picture);
  free(r.spots);
  return picture->options->parts[PLOT_ROOFLINE] && r.count && r.roof[0] && r.slope[0];
}

/* ---- data ---- */

/* Below the highest roof, the slope of a bandwidth; a roof begins where the steepest slope meets it. */
static void write_ceilings(FILE *stream, const struct roofline *r) {
  const double steepest = r->slope[1]->rate, peak = r->roof[1]->rate;
  for (int fast = 0; fast < 2; fast++) {
    const double slope = r->slope[fast]->rate, roof = r->roof[fast]->rate;
    fprintf(stream, "# ceilings: flop/byte, flop/s\n%.9g %.9g\n%.9g %.9g\n\n%.9g %.9g\n%.9g %.9g\n\n\n",
            r->left, slope * r->left, peak / slope, peak, roof / steepest, roof, r->right, roof);
  }
}

static void write_points(FILE *stream, const struct roofline *r, int variant) {
  fprintf(stream, "# %s: flop/byte (or a place beyond the edge), flop/s, its 95 %% interval\n",
          variants[variant].name);
  for (size_t i = 0; i < r->count; i++) {
    const struct analysis_row *row = r->spots[i].fastest[variant];
    if (!row) continue;
    const double work = row->flops * row->time.median;
    gnuplot_numbers(stream,
                    (double[]){r->spots[i].x, row->flops, work / row->time.high, work / row->time.low}, 4);
    fputc('\n', stream);
  }
  fputs("NaN NaN NaN NaN\n\n\n", stream); /* a block is never empty */
}

void roofline_data(FILE *stream, const struct picture *picture) {
  struct roofline r = make_roofline(picture);
  write_ceilings(stream, &r);
  for (int v = 0; v < VARIANT_COUNT; v++) write_points(stream, &r, v);
  free(r.spots);
}

/* ---- script ---- */

static void put_ceiling(FILE *stream, const char *name, const struct ceiling *c) {
  char text[128], rate[64], variable[16];
  format_rate(c->rate, c->unit[0] == 'B' ? "B" : "flop", rate, sizeof rate);
  snprintf(text, sizeof text, "%s, %s × %d: %s", c->what, c->isa, c->workers, rate);
  snprintf(variable, sizeof variable, "%s_text", name);
  fprintf(stream, "%s = %.9g; ", name, c->rate);
  plot_line(stream, variable, 60, text);
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
  put_ceiling(stream, "slope_0", r.slope[0]);
  put_ceiling(stream, "slope_1", r.slope[1]);
  put_ceiling(stream, "roof_0", r.roof[0]);
  put_ceiling(stream, "roof_1", r.roof[1]);
  fprintf(stream, "west = %.9g; east = %.9g; edge = %.9g; bottom = %.9g; top = %.9g; arithmetic = %zu\n",
          r.left, r.right, r.edge, r.bottom, r.top, r.arithmetic);
  put_cases(stream, &r);
  fprintf(stream, "array name[%d]; array color[%d]; array point[%d]; array used[%d]\n", VARIANT_COUNT,
          VARIANT_COUNT, VARIANT_COUNT, VARIANT_COUNT);
  for (int v = 0; v < VARIANT_COUNT; v++) {
    bool used = false;
    for (size_t i = 0; i < r.count; i++) used |= r.spots[i].fastest[v] != NULL;
    plot_variant(stream, v + 1, v);
    fprintf(stream, "used[%d] = %d\n", v + 1, used);
  }
  free(r.spots);
  fprintf(stream, "variants = %d\n", VARIANT_COUNT);
  fputs(drawing_begin, stream);
  fputs(drawing_header, stream);
  fputs(drawing_roofline, stream);
}
