/* The shared record of a call: how it is laid out, and what a worker does with it. */
#include "backends/processes/shared_call.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "memory/blocks.h"

enum { LARGEST_PAGE = 1 << 16 /* of ordinary pages; huge ones are larger */ };

/* -- in the caller -- */

/* A piece of memory from which aligned parts are taken in turn; memory NULL: only counts the bytes. */
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

size_t tutti_shared_call_lay_out(shared_call *shared, const tutti_job *job, int workers, int places) {
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

bool tutti_shared_call_has_completed(const shared_call *shared, int worker) {
  return atomic_load(&shared->worker[worker].completed_epoch) == atomic_load(&shared->epoch);
}

bool tutti_shared_call_is_done(const shared_call *shared, int workers) {
  for (int w = 0; w < workers; w++)
    if (!tutti_shared_call_has_completed(shared, w)) return false;
  return true;
}

void tutti_shared_call_collect(const shared_call *shared, const tutti_job *job) {
  if (job->partials) memcpy(job->partials, shared->job.partials, job->plan.count * job->partial_size);
  for (size_t i = 0; i < shared->output_count; i++)
    if (shared->outputs[i].staging)
      memcpy(shared->outputs[i].to.base, shared->outputs[i].staging,
             job->plan.n * shared->outputs[i].to.item_size);
}

/* -- in the worker -- */

/* Before a chunk is run for the first time, copies its items of outputs in shared memory. When it is run
 * again, by the worker that replaces the first one, restores them from the copy. */
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

/* Runs a chunk as the caller's job does, then copies its items to the staging areas. */
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

/* Uses ordinary pages for private outputs. In a huge page many chunks meet, and every worker would make a
 * copy of all of it: more memory than was counted (second_copies in processes.c). */
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
