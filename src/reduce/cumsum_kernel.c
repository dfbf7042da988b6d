/* A running sum in twice the working precision.
 *
 * A tile of 1 024 items is eight segments of 128, one for each lane.
 *
 * - First each lane adds up its segment as s + e: s is the plain sum, e the sum of its rounding errors,
 *   each of which TwoSum finds exactly (Knuth, 1969; Ogita, Rump, Oishi, 2005).
 * - The eight totals, added one after another in double-double, are where the segments start.
 * - Then the lanes go over their segments once more, from these starts.
 *
 * Segments, lanes and order are the same at every width.
 *
 * Error of a prefix P, where S is the sum of magnitudes and u = 2^-53:
 *
 *     u^2 S          the start of the chunk: its exact sum as two doubles
 *     2^14 u^2 S     s + (the true e) is exact; each of the 128 errors is at most u S, and adding them
 *                    up in e loses at most 128 u times their sum
 *     2^14 u^2 S     the totals of earlier segments: the same, of their own magnitudes
 *     4 u^2 S        for a double-double addition each; a chunk has at most 2^9 + n / 2^19 segments
 *     u |P|          the rounding of s + e in the end
 *
 * Together less than u |P| + (2^16 + n / 2^17) u^2 S. Scaled sums lose nothing that matters: S is then
 * above 2^1000. */
#include "isa/vec_transpose.h"
#include "reduce/cumsum.h"
#include "reduce/kernels.h"

enum { TILE = TUTTI_SCAN_TILE, SEGMENT = TILE / TUTTI_GROUP };

/* s + e becomes s + e + x: e collects what s loses. */
VEC_INLINE void add_term(vd *s, vd *e, vd x) {
  const vd sum = *s + x, back = sum - *s;
  *e = *e + ((*s - (sum - back)) + (x - back));
  *s = sum;
}

static inline void add_one(double *s, double *e, double x) {
  const double sum = *s + x, back = sum - *s;
  *e = *e + ((*s - (sum - back)) + (x - back));
  *s = sum;
}

/* A tile after the first pass: its items, transposed so that a lane has a segment; the totals of the
 * segments; and the largest magnitude (any value, where there is a NaN). */
typedef struct {
  double item[SEGMENT][TUTTI_GROUP];
  double s[TUTTI_GROUP], e[TUTTI_GROUP];
  double largest;
} tile;

VEC_INLINE void look(tile *t, const double *x, double scale, bool more) {
  vd top = vd_set1(0);
  for (int lane = 0; lane < TUTTI_GROUP; lane += W) {
    vd s = vd_set1(0), e = vd_set1(0), row[W];
    for (int i = 0; i < SEGMENT; i += W) {
      if (more) /* prefetches the next tile: W cache lines for W items of W segments */
        for (int k = 0; k < W; k++) __builtin_prefetch(x + TILE + lane * SEGMENT + (i + k) * W);
      for (int k = 0; k < W; k++) row[k] = vd_load(x + (lane + k) * SEGMENT + i);
      vd_transpose(row);
      for (int k = 0; k < W; k++) {
        top = vd_grow(top, row[k]);
        row[k] = row[k] * vd_set1(scale);
        vd_store(&t->item[i + k][lane], row[k]);
        add_term(&s, &e, row[k]);
      }
    }
    vd_store(t->s + lane, s);
    vd_store(t->e + lane, e);
  }
  double of_lane[W];
  vd_store(of_lane, top);
  t->largest = 0;
  for (int k = 0; k < W; k++) t->largest = of_lane[k] > t->largest ? of_lane[k] : t->largest;
}

/* Turns the totals of the segments into their starts; the state becomes that at the end of the tile. */
static void start_segments(tile *t, tutti_running *r) {
  for (int j = 0; j < TUTTI_GROUP; j++) {
    double s = r->high, e = r->low + t->e[j];
    add_one(&s, &e, t->s[j]);
    t->s[j] = r->high;
    t->e[j] = r->low;
    r->high = s + e;
    r->low = e - (r->high - s);
  }
}

VEC_INLINE void scan(const tile *t, double unscale, double *out, bool more) {
  for (int lane = 0; lane < TUTTI_GROUP; lane += W) {
    vd s = vd_load(t->s + lane), e = vd_load(t->e + lane), row[W];
    for (int i = 0; i < SEGMENT; i += W) {
      if (more)
        for (int k = 0; k < W; k++) __builtin_prefetch(out + TILE + lane * SEGMENT + (i + k) * W, 1);
      for (int k = 0; k < W; k++) {
        add_term(&s, &e, vd_load(&t->item[i + k][lane]));
        row[k] = (s + e) * vd_set1(unscale);
      }
      vd_transpose(row);
      for (int k = 0; k < W; k++) vd_store(out + (lane + k) * SEGMENT + i, row[k]);
    }
  }
}

/* Whether 1 024 more items could overflow. */
static bool near_overflow(const tutti_running *r, double largest) {
  return r->scale == 1 && (__builtin_fabs(largest) > 0x1p1010 || __builtin_fabs(r->high) > 0x1p1020);
}

static void rescale(tutti_running *r) {
  r->scale = TUTTI_SCAN_SCALE;
  r->high *= TUTTI_SCAN_SCALE;
  r->low *= TUTTI_SCAN_SCALE;
}

static bool finite_totals(const tile *t) {
  double zero = 0; /* or NaN */
  for (int j = 0; j < TUTTI_GROUP; j++) zero += (t->s[j] + t->e[j]) * 0;
  return zero == 0;
}

/* Goes on item by item, in a tile with infinities, NaN or items near the largest double. Items before
 * these keep their scale: they may be as small as can be. */
static void scan_special(tutti_running *r, const double *x, double *out, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (r->special != 0 || x[i] * 0 != 0) {
      r->special += x[i];
      out[i] = r->special;
      continue;
    }
    if (near_overflow(r, x[i])) rescale(r);
    add_one(&r->high, &r->low, x[i] * r->scale);
    const double sum = r->high + r->low;
    r->low -= sum - r->high;
    r->high = sum;
    out[i] = sum / r->scale;
  }
}

static void scan_tile(tutti_running *r, const double *x, double *out, bool more) {
  tile t;
  look(&t, x, r->scale, more);
  if (near_overflow(r, t.largest) || !finite_totals(&t)) {
    scan_special(r, x, out, TILE);
    return;
  }
  start_segments(&t, r);
  scan(&t, 1 / r->scale, out, more);
}

void TUTTI_KERNEL(scan)(tutti_running *r, const double *x, double *out, size_t n) {
  for (; n > 0 && r->special == 0; x += TILE, out += TILE, n -= TILE) {
    if (n < TILE) {
      double last[TILE] = {0};
      memcpy(last, x, n * sizeof *x);
      scan_tile(r, last, last, false);
      memcpy(out, last, n * sizeof *x);
      return;
    }
    scan_tile(r, x, out, n >= 2 * TILE);
  }
  scan_special(r, x, out, n);
}
