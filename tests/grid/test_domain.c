/* Domains of rows: shares of ranks, halos, what ranks agree on. A field has a number at each point, halo
 * columns included, that tells field, row and column. */
#include "../support/ranks_of_threads.h"

#include <math.h>
#include <stdlib.h>

#include "engine/agreement.h"
#include "grid/domain.h"
#include "memory/blocks.h"

enum { FIELDS = 3, NOTHING = -7 };

/* Halo columns may stand for anything: their numbers are those of the columns -3, -2, ... */
static double number(size_t field, ptrdiff_t row, ptrdiff_t col) {
  return (double)((ptrdiff_t)field * 1000000 + row * 1000 + col);
}

typedef struct {
  size_t rows, cols, halo_rows, halo_cols;
  bool periodic;
} shape;

static shape current;

static const shape shapes[] = {
    {1, 1, 0, 0, true},  {1, 1, 1, 1, true},  {1, 1, 3, 2, true},  {2, 3, 1, 0, true},  {2, 3, 3, 1, false},
    {3, 17, 1, 1, true}, {3, 1, 2, 2, false}, {5, 4, 3, 0, true},  {7, 9, 1, 3, true},  {7, 8, 1, 1, false},
    {7, 5, 0, 1, true},  {8, 2, 2, 2, true},  {14, 6, 2, 9, true}, {23, 7, 3, 3, true}, {23, 7, 3, 3, false},
};

/* -- shares -- */

static int shares(tutti_ctx *ctx, int rank, int ranks) {
  const shape s = current;
  const tutti_domain d = tutti_domain_of(ctx, s.rows, s.cols, s.halo_rows, s.halo_cols, s.periodic);
  const size_t thin = s.halo_rows < s.rows ? s.halo_rows : s.rows;
  size_t sum = 0;
  if (d.owners < 1 || d.owners > (size_t)ranks) return 1;
  for (size_t r = 0; r < (size_t)ranks; r++) {
    const size_t count = tutti_domain_first(&d, r + 1) - tutti_domain_first(&d, r);
    if (r < d.owners ? count < thin || count == 0 : count != 0) return 2;
    if (r == (size_t)rank && (d.count != count || d.first != sum)) return 3;
    sum += count;
  }
  if (sum != s.rows) return 4;
  /* as many ranks as can have a halo's rows have some */
  if (d.owners < (size_t)ranks && (d.owners + 1) * (thin ? thin : 1) <= s.rows) return 5;
  if (d.stride % 16 != 8 || tutti_domain_at(&d, 0) % 8 != 0) return 6;
  return tutti_domain_numbers(&d) == (d.count + 2 * s.halo_rows) * d.stride ? 0 : 7;
}

Test(domain, shares_out_all_rows) {
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    current = shapes[i];
    everywhere(shares);
  }
}

/* -- halos -- */

static void fill(const tutti_domain *d, size_t f, double *field) {
  const ptrdiff_t halo = (ptrdiff_t)d->halo_cols;
  for (size_t i = 0; i < tutti_domain_numbers(d); i++) field[i] = NOTHING;
  for (size_t i = 0; i < d->count; i++)
    for (ptrdiff_t j = -halo; j < (ptrdiff_t)d->cols + halo; j++)
      field[(ptrdiff_t)tutti_domain_at(d, (ptrdiff_t)i) + j] = number(f, (ptrdiff_t)(d->first + i), j);
}

static bool has_its_halos(const tutti_domain *d, size_t f, const double *field) {
  const ptrdiff_t halo = (ptrdiff_t)d->halo_rows, side = (ptrdiff_t)d->halo_cols, rows = (ptrdiff_t)d->rows;
  for (ptrdiff_t i = -halo; i < (ptrdiff_t)d->count + halo; i++)
    for (ptrdiff_t j = -side; j < (ptrdiff_t)d->cols + side; j++) {
      const ptrdiff_t row = (ptrdiff_t)d->first + i;
      const bool outside = row < 0 || row >= rows;
      const double expected = outside && !d->periodic ? NOTHING : number(f, ((row % rows) + rows) % rows, j);
      if (field[(ptrdiff_t)tutti_domain_at(d, i) + j] != expected) return false;
    }
  return true;
}

static int exchanges(tutti_ctx *ctx, int rank, int ranks) {
  const shape s = current;
  const tutti_domain d = tutti_domain_of(ctx, s.rows, s.cols, s.halo_rows, s.halo_cols, s.periodic);
  double *fields[FIELDS];
  int wrong = 0;
  (void)rank, (void)ranks;
  for (size_t f = 0; f < FIELDS; f++) {
    fields[f] = malloc(tutti_domain_numbers(&d) * sizeof(double) + 1);
    fill(&d, f, fields[f]);
  }
  for (int again = 0; again < 3; again++) { /* also where something is wrong: others wait */
    if (tutti_exchange_begin(ctx, &d, fields, FIELDS) || tutti_exchange_end(ctx, &d, fields, FIELDS))
      wrong = 1;
    for (size_t f = 0; f < FIELDS && d.count; f++)
      if (!has_its_halos(&d, f, fields[f])) wrong = 2;
    if (again == 1) /* of one field, out of several */
      wrong |= tutti_exchange_begin(ctx, &d, fields + 1, 1) || tutti_exchange_end(ctx, &d, fields + 1, 1);
  }
  for (size_t f = 0; f < FIELDS; f++) free(fields[f]);
  return wrong;
}

Test(domain, fills_halos, .timeout = 120) {
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    current = shapes[i];
    everywhere(exchanges);
  }
}

Test(domain, wraps_columns) {
  for (size_t cols = 1; cols <= 9; cols++)
    for (size_t halo = 0; halo <= 7; halo++) {
      double line[32], *row = line + 8;
      tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
      const tutti_domain d = tutti_domain_of(ctx, 1, cols, 0, halo, true);
      tutti_close(ctx);
      for (int i = 0; i < 32; i++) line[i] = NOTHING;
      for (size_t j = 0; j < cols; j++) row[j] = (double)j;
      tutti_domain_wrap(&d, row);
      for (ptrdiff_t j = -8; j < 24; j++) {
        const ptrdiff_t n = (ptrdiff_t)cols, away = (ptrdiff_t)halo;
        const bool kept = j < -away || j >= n + away;
        cr_assert(row[j] == (kept ? NOTHING : (double)((j % n + n) % n)), "%zu columns, halo %zu: %td", cols,
                  halo, j);
      }
    }
}

/* -- whole arrays -- */

static int puts_and_gets(tutti_ctx *ctx, int rank, int ranks) {
  const shape s = current;
  const tutti_domain d = tutti_domain_of(ctx, s.rows, s.cols, s.halo_rows, s.halo_cols, s.periodic);
  const size_t points = s.rows * s.cols;
  double *whole = malloc(points * sizeof *whole), *back = calloc(points, sizeof *back), sum;
  double *field = calloc(tutti_domain_numbers(&d) + 1, sizeof *field);
  long double expected = 0;
  (void)rank, (void)ranks;
  for (size_t i = 0; i < points; i++) expected += whole[i] = (double)(i + 1) / 8;
  tutti_domain_put(&d, field, whole);
  int wrong = tutti_domain_get(ctx, &d, field, back) || memcmp(whole, back, points * sizeof *whole) != 0;
  wrong |= tutti_domain_sum(ctx, &d, field, &sum) || sum != (double)expected ? 2 : 0;
  free(whole);
  free(back);
  free(field);
  return wrong;
}

Test(domain, puts_gets_and_adds_up_arrays, .timeout = 120) {
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    current = shapes[i];
    everywhere(puts_and_gets);
  }
}

/* -- agreement -- */

static int is(tutti_ctx *ctx, tutti_status mine, tutti_status expected, const char *detail) {
  const tutti_status all = tutti_domain_agree(ctx, mine ? tutti_fail(ctx, mine, "mine") : TUTTI_OK);
  return all != expected || (all && strcmp(tutti_error_detail(ctx), mine == all ? "mine" : detail) != 0);
}

static int agrees(tutti_ctx *ctx, int rank, int ranks) {
  const int last = ranks - 1;
  if (is(ctx, TUTTI_OK, TUTTI_OK, "")) return 1;
  if (is(ctx, rank == 1 ? TUTTI_ECANCELED : TUTTI_OK, TUTTI_ECANCELED,
         "rank 1: canceled by the progress function"))
    return 2;
  /* a failure goes before a cancellation */
  char detail[64];
  snprintf(detail, sizeof detail, "rank %d: %s", last, tutti_strerror(TUTTI_EWORKER));
  if (is(ctx, rank == last ? TUTTI_EWORKER : TUTTI_ECANCELED, TUTTI_EWORKER, detail)) return 3;
  if (is(ctx, TUTTI_EUSER, TUTTI_EUSER, "")) return 4;
  return is(ctx, TUTTI_OK, TUTTI_OK, "") ? 5 : 0;
}

Test(domain, agrees_on_failures) {
  for (int ranks = 2; ranks <= MOST_RANKS; ranks++) with_ranks(ranks, 1, false, 0, agrees);
  tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
  cr_assert(tutti_domain_agree(ctx, TUTTI_EUSER) == TUTTI_EUSER &&
            tutti_domain_agree(ctx, TUTTI_OK) == TUTTI_OK);
  tutti_close(ctx);
}

static _Atomic int reports;
static int after_two(void *user, size_t done, size_t total) {
  (void)user, (void)total;
  reports++;
  return done >= 2;
}

Test(domain, reports_progress) {
  tutti_config config;
  tutti_config_default(&config);
  config.progress = after_two;
  tutti_ctx *ctx = testing_open(&config);
  testing_expect(ctx, tutti_domain_report(ctx, 1, 9), TUTTI_OK, "", "1 of 9");
  testing_expect(ctx, tutti_domain_report(ctx, 2, 9), TUTTI_ECANCELED, "canceled after 2 of 9 steps",
                 "2 of 9");
  testing_expect(ctx, tutti_domain_report(ctx, 9, 9), TUTTI_OK, "", "the end");
  cr_assert(reports == 3);
  tutti_close(ctx);
}

/* -- what a transport may lack or refuse -- */

static int never(void *user, const tutti_message *send, int sends, const tutti_message *receive,
                 int receives) {
  (void)user, (void)send, (void)sends, (void)receive, (void)receives;
  return 9;
}
static int nobody(void *user, void *data, const size_t *start) {
  (void)user, (void)data, (void)start;
  return 0;
}
/* NOLINTNEXTLINE(readability-non-const-parameter): the type is that of the transport's function */
static int alone(void *user, uint64_t *value) {
  (void)user, (void)value;
  return 0;
}
static int at_once(void *user) {
  (void)user;
  return 8;
}

Test(domain, says_what_the_transport_refuses) {
  tutti_ctx *ctx;
  double field[100], *fields[] = {field};
  tutti_transport t = {.ranks = 2, .gather = nobody, .allreduce_min = alone, .start_exchange = never};
  testing_expect(NULL, tutti_open_ranks(&t, NULL, &ctx), TUTTI_EINVAL, "transport->finish_exchange is NULL",
                 "half an exchange");
  t.finish_exchange = at_once;
  t.start_exchange = NULL;
  testing_expect(NULL, tutti_open_ranks(&t, NULL, &ctx), TUTTI_EINVAL, "transport->start_exchange is NULL",
                 "half an exchange");
  t.start_exchange = never;
  testing_expect(NULL, tutti_open_ranks(&t, NULL, &ctx), TUTTI_OK, "", "both");
  const tutti_domain d = tutti_domain_of(ctx, 4, 2, 1, 1, true);
  testing_expect(ctx, tutti_exchange_begin(ctx, &d, fields, 1), TUTTI_ESYSTEM,
                 "rank 0 of 2: sending rows by the transport failed with 9", "start");
  testing_expect(ctx, tutti_exchange_end(ctx, &d, fields, 1), TUTTI_ESYSTEM,
                 "receiving rows by the transport failed with 8", "finish");
  tutti_close(ctx);
}
