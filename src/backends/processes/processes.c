/* Worker processes: forked for the call, so that they see the caller's memory as it is, copy-on-write; or
 * standing by (pool.c), where all that the call reads is known to be memory they see.
 *
 * Shared with the caller: a board, which tells of the call, and behind it the partials of a reduction, and a
 * staging area for each declared output that is not shared already (memory of tutti_alloc is). A worker
 * copies the items of a chunk there when the chunk is done, and the caller copies them to their place when
 * all went well. What a chunk that killed its worker had written to outputs in shared memory is taken back,
 * from a copy made before, when it is run again. */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "backends/processes/standing_pool.h"
#include "memory/blocks.h"

/* A call of tiny chunks of the library is over in the caller before a worker has begun. Measured by
 * `bench_amdahl overhead`: workers that stand by answer in a dozen microseconds, forked ones in hundreds. */
enum { FEW_CHUNKS = 2, FEW_CHUNKS_TO_FORK = 8 };

enum { PAGE = 4096, LARGEST_PAGE = 1 << 16 /* but for huge ones */ };

/* -- in the worker -- */

/* Outputs that are where they were before the chunk ran: the first time it is run a copy is made, the next
 * time, by the worker that replaces the first one, they are set to it. */
static void keep_or_take_back(const shared_call *shared, worker_state *state, int worker, size_t chunk,
                              size_t begin, size_t end) {
  const bool again = atomic_load(&state->copied) == chunk;
  for (size_t i = 0; i < shared->output_count; i++) {
    if (!shared->outputs[i].copies) continue;
    const size_t size = shared->outputs[i].to.item_size;
    unsigned char *items = (unsigned char *)shared->outputs[i].to.base + begin * size;
    unsigned char *copy = shared->outputs[i].copies + (size_t)worker * shared->chunk_items * size;
    memcpy(again ? items : copy, again ? copy : items, (end - begin) * size);
  }
  atomic_store(&state->copied, chunk);
}

typedef struct {
  shared_call *shared;
  int worker;
} work;

/* A chunk as the caller's job runs it, then its items to the staging areas. */
static int run_staged(const tutti_job *job, size_t chunk, size_t begin, size_t end) {
  const work *w = job->call;
  shared_call *shared = w->shared;
  worker_state *state = &shared->worker[w->worker];
  atomic_fetch_add(&state->steps, 1);
  keep_or_take_back(shared, state, w->worker, chunk, begin, end);
  const int value = shared->job.run(&shared->job, chunk, begin, end);
  for (size_t i = 0; i < shared->output_count && value == 0; i++) {
    const carried *c = &shared->outputs[i];
    if (c->staging)
      memcpy(c->staging + begin * c->to.item_size, (unsigned char *)c->to.base + begin * c->to.item_size,
             (end - begin) * c->to.item_size);
  }
  atomic_fetch_add(&state->steps, 1);
  return value;
}

/* Of a huge page that chunks of several workers lie in each would make a copy: more than was counted. */
static void take_small_pages(const shared_call *shared) {
  for (size_t i = 0; i < shared->output_count; i++) {
    const uintptr_t begin = (uintptr_t)shared->outputs[i].to.base,
                    end = begin + shared->job.plan.n * shared->outputs[i].to.item_size,
                    first = (begin + LARGEST_PAGE - 1) / LARGEST_PAGE * LARGEST_PAGE;
    if (shared->outputs[i].staging && first < end) (void)madvise((void *)first, end - first, MADV_NOHUGEPAGE);
  }
}

void tutti_shared_call_run(const tutti_ctx *ctx, shared_call *shared, int worker) {
  const work w = {shared, worker};
  take_small_pages(shared);
  tutti_job job = shared->job;
  job.run = run_staged;
  job.call = &w;
  tutti_work(ctx, &job, &shared->run, worker, shared->workers, false, &shared->worker[worker].claim);
}

/* -- in the caller -- */

/* The next bytes of a piece of memory, aligned; counts them where there is none yet. */
typedef struct {
  unsigned char *memory;
  size_t used;
} region;

static void *carve(region *r, size_t bytes) {
  enum { ALIGNMENT = 64 };
  void *at = r->memory ? r->memory + r->used : NULL;
  const size_t whole =
      bytes <= SIZE_MAX - ALIGNMENT ? (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : SIZE_MAX;
  r->used = whole <= SIZE_MAX - r->used ? r->used + whole : SIZE_MAX; /* more than there is */
  return at;
}

static const void *carve_copy(region *r, const void *from, size_t bytes) {
  void *at = carve(r, bytes);
  if (at) memcpy(at, from, bytes);
  return at;
}

static size_t count_outputs(const tutti_output *outputs) {
  size_t count = 0;
  while (outputs && outputs[count].base) count++;
  return count;
}

static size_t largest_chunk(const tutti_plan *plan) {
  return plan->size < plan->n ? plan->size : plan->n; /* the last one may be smaller */
}

static carried carry(region *r, const tutti_job *job, const tutti_output *out, size_t workers) {
  const size_t bytes = job->plan.n * out->item_size;
  const bool shared = tutti_memory_serial(out->base, bytes) != 0;
  carried c = {.to = *out};
  if (!shared) c.staging = carve(r, bytes);
  else if (!job->write_only) c.copies = carve(r, workers * largest_chunk(&job->plan) * out->item_size);
  return c;
}

/* Writes the call on the board and lays out behind it what it needs, or just adds up how much that is. */
static size_t lay_out(shared_call *shared, const tutti_job *job, int workers, int places) {
  region r = {.memory = (unsigned char *)shared};
  const size_t outputs = count_outputs(job->outputs),
               header_bytes = sizeof *shared + (size_t)places * sizeof *shared->worker;
  (void)carve(&r, header_bytes);
  const void *call = job->call ? carve_copy(&r, job->call, job->call_size) : NULL;
  const void *args = job->args.bytes ? carve_copy(&r, job->args.at, job->args.bytes) : job->args.at;
  atomic_uchar *ended = carve(&r, job->plan.count);
  unsigned char *partials = job->partials ? carve(&r, job->plan.count * job->partial_size) : NULL;
  carried *carries = carve(&r, outputs * sizeof *carries);
  for (size_t i = 0; i < outputs; i++) {
    const carried c = carry(&r, job, &job->outputs[i], (size_t)workers);
    if (carries) carries[i] = c;
  }
  if (!shared) return r.used;
  shared->job = *job;
  shared->job.call = call;
  shared->job.args.at = args;
  shared->job.ended = ended;
  shared->job.partials = partials;
  shared->job.outputs = NULL;
  shared->outputs = carries;
  shared->output_count = outputs;
  shared->chunk_items = largest_chunk(&job->plan);
  shared->workers = workers;
  memset(ended, 0, job->plan.count);
  return r.used;
}

/* What the workers have made, into the caller's memory. */
static void collect(const shared_call *shared, const tutti_job *job) {
  if (job->partials) memcpy(job->partials, shared->job.partials, job->plan.count * job->partial_size);
  for (size_t i = 0; i < shared->output_count; i++)
    if (shared->outputs[i].staging)
      memcpy(shared->outputs[i].to.base, shared->outputs[i].staging,
             job->plan.n * shared->outputs[i].to.item_size);
}

static tutti_status finish(tutti_ctx *ctx, const shared_call *shared, const tutti_job *job) {
  const tutti_status status = tutti_run_status(ctx, job, &shared->run);
  if (!status) collect(shared, job);
  return status;
}

/* What a call takes besides its board. Of a private output every page a worker writes to becomes a copy of
 * that worker's own: the whole once, but for the pages that chunks of several workers share. The caller's
 * partials are touched for the first time when results are collected. */
static size_t second_copies(const tutti_job *job, size_t workers) {
  size_t bytes = job->partials ? job->plan.count * job->partial_size : 0;
  for (const tutti_output *out = job->outputs; out && out->base; out++) {
    const size_t whole = job->plan.n * out->item_size;
    if (tutti_memory_serial(out->base, whole)) continue;
    const size_t apart = tutti_bytes_and(whole, 2 * PAGE * job->plan.count),
                 each = tutti_bytes_of(workers, tutti_bytes_and(whole, 2 * PAGE));
    bytes = tutti_bytes_and(bytes, apart < each ? apart : each);
  }
  return bytes;
}

typedef struct {
  worker_pool pool;
  shared_call *shared;
} forked;

static void end_forked(void *forked_) {
  forked *f = forked_;
  tutti_worker_pool_close(&f->pool, true);
  tutti_memory_release(f->shared);
}

TUTTI_SCOPE_ON_STACK static tutti_status run_forked(tutti_ctx *ctx, const tutti_job *job, int workers) {
  const size_t bytes = lay_out(NULL, job, workers, workers);
  tutti_status status = tutti_memory_fits(ctx, tutti_bytes_and(bytes, second_copies(job, (size_t)workers)),
                                          "to bring results back from the workers",
                                          " (outputs in memory of tutti_alloc need few)");
  if (status) return status;
  forked f = {.shared = tutti_memory_get(bytes, true)};
  if (!f.shared)
    return tutti_fail(ctx, TUTTI_ENOMEM, "no memory of %zu bytes to share with the workers", bytes);
  TUTTI_SCOPE forking = {0};
  tutti_scope_begin(&forking, end_forked, &f);
  lay_out(f.shared, job, workers, workers);
  status = tutti_worker_pool_open(&f.pool, ctx, f.shared, workers, false);
  if (!status) status = tutti_worker_pool_run(&f.pool);
  tutti_worker_pool_close(&f.pool, true); /* as long as a worker lives, a page that is written is copied */
  return status ? status : finish(ctx, f.shared, job);
}

static void close_pool(void *ctx) { tutti_standing_pool_close(ctx); }

/* A pool in whose workers' hands a call was left is of no use for the next one. */
TUTTI_SCOPE_ON_STACK static tutti_status run_standing(tutti_ctx *ctx, worker_pool *c, const tutti_job *job) {
  TUTTI_SCOPE working = {0};
  tutti_scope_begin(&working, close_pool, ctx);
  const tutti_status status = tutti_worker_pool_run(c);
  if (status) return status;
  tutti_scope_forget(&working);
  return finish(ctx, c->shared, job);
}

static tutti_status run(tutti_ctx *ctx, const tutti_job *job) {
  const tutti_status ready = tutti_openmp_ready(ctx);
  if (ready) return ready;
  const int workers = tutti_backend_workers(ctx, job), places = ctx->config.workers;
  const bool tiny = job->internal && job->args.bytes && job->plan.count <= FEW_CHUNKS_TO_FORK;
  if (job->plan.count == 0 || (tiny && job->plan.count <= FEW_CHUNKS)) return tutti_serial_ops.run(ctx, job);
  worker_pool *c = tutti_standing_pool_for(ctx, job, lay_out(NULL, job, workers, places));
  if (!c) return tiny ? tutti_serial_ops.run(ctx, job) : run_forked(ctx, job, workers);
  lay_out(c->shared, job, workers, places);
  return run_standing(ctx, c, job);
}

const tutti_backend_ops tutti_processes_ops = {"processes", false, run, tutti_standing_pool_close};
