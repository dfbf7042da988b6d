/* Ranks compare what they were asked, before they do anything together. */
#include "engine/agreement.h"

#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "engine/collectives.h"

/* What must be the same on all ranks, in the order in which a difference is looked for: first what was
 * noted of the call, then what the engine knows. */
enum { N, SEED, STREAM, FIRST, PARAMETERS, SCHEDULE, SIZE, OUTPUTS, PIECES, WHAT, FIELDS };

struct tutti_rank_record {
  char function[32];
  uint64_t field[FIELDS], trouble;
};

int tutti_rank(const tutti_ctx *ctx) { return ctx ? ctx->transport.rank : 0; }
int tutti_ranks(const tutti_ctx *ctx) { return ctx && ctx->transport.ranks > 0 ? ctx->transport.ranks : 1; }

tutti_status tutti_no_transport(tutti_ctx *ctx, const char *what, int value) {
  return tutti_fail(ctx, TUTTI_ESYSTEM, "rank %d of %d: %s by the transport failed with %d",
                    ctx->transport.rank, ctx->transport.ranks, what, value);
}

void tutti_note_call(tutti_ctx *ctx, const tutti_noted_call *noted) {
  if (tutti_in_worker || tutti_ranks(ctx) == 1) return;
  ctx->noted = *noted;
  ctx->noted_parameters = BYTES_HASH;
  for (size_t i = 0; i < sizeof noted->parameters / sizeof *noted->parameters; i++)
    ctx->noted_parameters = bytes_hash(ctx->noted_parameters, noted->parameters[i].at,
                                       noted->parameters[i].at ? noted->parameters[i].bytes : 0);
}

tutti_status tutti_ranks_agree(tutti_ctx *ctx) {
  return tutti_in_worker || tutti_ranks(ctx) == 1 ? TUTTI_OK
                                                  : tutti_ranks_compare(ctx, COLLECTIVE_ANY, NULL, 0, false);
}

/* A failure that one rank may have by itself, before it meets the others. */
static bool is_refusal(tutti_status status) {
  return status == TUTTI_EINVAL || status == TUTTI_EUNSUPPORTED || status == TUTTI_ENOMEM;
}

tutti_status tutti_refuse(tutti_ctx *ctx, tutti_status status) {
  char detail[TUTTI_DETAIL_SIZE];
  if (!is_refusal(status) || !ctx || tutti_in_worker || tutti_ranks(ctx) == 1) return status;
  memcpy(detail, ctx->detail, sizeof detail);
  ctx->noted.function = NULL;
  (void)tutti_ranks_compare(ctx, COLLECTIVE_REFUSED, NULL, 0, false);
  memcpy(ctx->detail, detail, sizeof detail);
  return status;
}

tutti_status tutti_agreement_open(tutti_ctx *ctx) {
  const size_t ranks = (size_t)tutti_ranks(ctx);
  ctx->records = malloc(ranks * sizeof *ctx->records + (ranks + 1) * sizeof(size_t));
  return ctx->records ? TUTTI_OK : tutti_fail(NULL, TUTTI_ENOMEM, "no memory for %zu ranks", ranks);
}

void tutti_agreement_close(tutti_ctx *ctx) { free(ctx->records); }

/* Where each rank has a part of an array, its length may differ, and is not compared. */
static void describe_job(const tutti_ctx *ctx, const tutti_job *job, tutti_rank_record *r) {
  if (!job->partitioned) {
    r->field[N] = job->plan.n;
    r->field[PIECES] = job->plan.size;
    r->field[SCHEDULE] = ctx->transport.fetch_add && job->settings.schedule != TUTTI_STATIC;
  }
  r->field[SIZE] = job->partials ? job->acc_size : 0;
  for (const tutti_output *out = job->outputs; out && out->base && !job->partitioned; out++)
    r->field[OUTPUTS] = bytes_hash(r->field[OUTPUTS] + 1, &out->item_size, sizeof out->item_size);
}

static void describe(const tutti_ctx *ctx, tutti_collective what, const tutti_job *job, size_t bytes,
                     tutti_rank_record *r) {
  static const char *const unnamed[] = {"tutti_for", "counting items", "sharing",
                                        "merging",   "asking",         "nothing"};
  const tutti_noted_call *noted = &ctx->noted;
  memset(r, 0, sizeof *r);
  const char *name = noted->function        ? noted->function
                     : job && job->partials ? "tutti_reduce"
                                            : unnamed[what];
  strncpy(r->function, name, sizeof r->function - 1);
  r->field[WHAT] = what;
  r->field[SIZE] = bytes;
  if (job) describe_job(ctx, job, r);
  if (!noted->function) return;
  if (noted->n) r->field[N] = noted->n;
  r->field[SEED] = noted->rng.seed;
  r->field[STREAM] = noted->rng.stream;
  r->field[FIRST] = noted->first;
  r->field[PARAMETERS] = ctx->noted_parameters;
}

/* Reports the first difference between this rank's record and that of rank 0. */
static tutti_status differ(tutti_ctx *ctx, int rank, const tutti_rank_record *r,
                           const tutti_rank_record *r0) {
  static const char *const names[FIELDS] = {
      [N] = "n", [SEED] = "seed", [STREAM] = "stream", [FIRST] = "first"};
  static const char *const others[FIELDS] = {
      [WHAT] = "has come to another part of it",        [PIECES] = "passed another grain",
      [SIZE] = "passed an accumulator of another size", [OUTPUTS] = "passed outputs of other sizes",
      [SCHEDULE] = "has another schedule or transport", [PARAMETERS] = "passed other parameters"};
  if (r->field[WHAT] == COLLECTIVE_REFUSED || r0->field[WHAT] == COLLECTIVE_REFUSED)
    return tutti_fail(ctx, TUTTI_EINVAL, "ranks differ: rank %d cannot do what was asked, and says why",
                      r0->field[WHAT] == COLLECTIVE_REFUSED ? 0 : rank);
  if (strncmp(r->function, r0->function, sizeof r->function) != 0)
    return tutti_fail(ctx, TUTTI_EINVAL, "ranks differ: rank %d called %.31s, rank 0 %.31s", rank,
                      r->function, r0->function);
  int f = 0;
  while (r->field[f] == r0->field[f]) f++;
  if (names[f])
    return tutti_fail(ctx, TUTTI_EINVAL, "ranks differ: rank %d passed %s = %llu, rank 0 %s = %llu, to %.31s",
                      rank, names[f], (unsigned long long)r->field[f], names[f],
                      (unsigned long long)r0->field[f], r->function);
  return tutti_fail(ctx, TUTTI_EINVAL, "ranks differ: rank %d %s than rank 0, in %.31s", rank, others[f],
                    r->function);
}

static tutti_status compare(tutti_ctx *ctx) {
  const tutti_rank_record *all = ctx->records;
  const int ranks = tutti_ranks(ctx);
  for (int r = 1; r < ranks; r++)
    if (memcmp(all[r].function, all[0].function, sizeof all->function) != 0 ||
        memcmp(all[r].field, all[0].field, sizeof all->field) != 0)
      return differ(ctx, r, &all[r], &all[0]);
  for (int r = 0; r < ranks; r++)
    if (all[r].trouble)
      return tutti_fail(ctx, TUTTI_ENOMEM, "rank %d has no memory for what %d ranks exchange", r, ranks);
  return TUTTI_OK;
}

tutti_status tutti_ranks_compare(tutti_ctx *ctx, tutti_collective what, const tutti_job *job, size_t bytes,
                                 bool trouble) {
  const tutti_transport *t = &ctx->transport;
  tutti_rank_record *all = ctx->records;
  size_t *start = (size_t *)(all + t->ranks);
  for (int r = 0; r <= t->ranks; r++) start[r] = (size_t)r * sizeof *all;
  describe(ctx, what, job, bytes, &all[t->rank]);
  all[t->rank].trouble = trouble;
  ctx->noted.function = NULL;
  const int error = t->gather(t->user, all, start);
  return error ? tutti_no_transport(ctx, "gathering", error) : compare(ctx);
}
