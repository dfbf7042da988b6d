/* Standing workers: which calls they can run, and when they are started anew.
 *
 * They were forked some time ago, and see the caller's private memory as it was then. So a call must read
 * nothing but the arguments that it hands over, and memory of tutti_alloc that is older than the workers
 * are. The library's kernels say what they read (tutti_args); for a user's functions the program promises
 * it (tutti_config.standing). */
#define _GNU_SOURCE
#include "backends/processes/standing_pool.h"

#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory/blocks.h"

/* Address space for the shared record and what lies behind it: pages are only taken when calls need them. */
enum { SHARED_CALL_BYTES = 32 << 20 };

/* The user and groups of a process, and which files its standard descriptors are. */
typedef struct {
  uid_t user[3]; /* real, effective, saved */
  gid_t group[3];
  struct {
    dev_t device;
    ino_t file;
  } standard[3];
} identity;

typedef struct tutti_standing_pool {
  worker_pool pool;           /* without workers until it is started */
  shared_call *shared;        /* NULL until then */
  pid_t owner;                /* the process whose children the workers are */
  uint64_t age;               /* when they were started: the serial number of the newest shared memory, ... */
  unsigned long long objects; /* ... how many libraries had been loaded and unloaded, ... */
  identity who;               /* ... and who the process was */
  size_t touched;       /* bytes of the shared record that calls have used so far, whose pages are taken */
  uint64_t last_newest; /* the serial number of the newest memory that the last such call used */
} tutti_standing_pool;

static int count_objects(struct dl_phdr_info *info, size_t size, void *count) {
  (void)size;
  *(unsigned long long *)count = info->dlpi_adds + info->dlpi_subs;
  return 1;
}

static unsigned long long objects_loaded(void) {
  unsigned long long count = 0;
  dl_iterate_phdr(count_objects, &count);
  return count;
}

/* Raises *newest to the serial number of the memory's mapping. false: it is not shared memory. */
static bool reaches(const void *base, size_t bytes, uint64_t *newest) {
  if (!base || bytes == 0) return true;
  const uint64_t serial = tutti_memory_serial(base, bytes);
  if (serial > *newest) *newest = serial;
  return serial != 0;
}

/* Whether all that the job reads is shared memory or handed over; *newest: the serial number of the newest
 * memory among it. */
static bool is_known(const tutti_ctx *ctx, const tutti_job *job, uint64_t *newest) {
  const tutti_args *args = &job->args;
  *newest = 1;
  if (!args->bytes && (!ctx->config.standing || !reaches(args->at, 1, newest))) return false;
  for (size_t i = 0; args->bytes && i < sizeof args->reads / sizeof *args->reads; i++)
    if (!reaches(args->reads[i].base, args->reads[i].bytes, newest)) return false;
  for (const tutti_output *out = job->outputs; out && out->base; out++)
    if (!reaches(out->base, job->plan.n * out->item_size, newest)) return false;
  return true;
}

static void identify(identity *who) {
  struct stat file;
  memset(who, 0, sizeof *who);
  getresuid(&who->user[0], &who->user[1], &who->user[2]);
  getresgid(&who->group[0], &who->group[1], &who->group[2]);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
    if (fstat(fd, &file)) continue;
    who->standard[fd].device = file.st_dev;
    who->standard[fd].file = file.st_ino;
  }
}

static bool is_the_same(const tutti_standing_pool *p) {
  identity now;
  identify(&now);
  return p->owner == getpid() && memcmp(&now, &p->who, sizeof now) == 0;
}

/* Whether the process has little private memory. What the caller later frees or overwrites of it stays in
 * memory for the workers; where nobody has asked for standing workers, that must not be much. */
static bool is_small(void) {
  enum { MOST_PRIVATE = 256 << 20 };
  unsigned long long resident = 0, shared = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  const bool read = file && fscanf(file, "%*u %llu %llu", &resident, &shared) == 2;
  if (file) fclose(file);
  return read && (resident - shared) * (unsigned long long)sysconf(_SC_PAGESIZE) <= MOST_PRIVATE;
}

/* Starts the pool. Where it cannot be had, the call is run by forked workers: that is no failure, and
 * leaves no detail. */
static bool start(tutti_ctx *ctx, tutti_standing_pool *p) {
  char detail[TUTTI_DETAIL_SIZE];
  snprintf(detail, sizeof detail, "%s", tutti_error_detail(ctx));
  p->owner = getpid();
  identify(&p->who);
  p->shared = tutti_memory_get(SHARED_CALL_BYTES, true);
  p->age = tutti_memory_newest();
  p->objects = objects_loaded();
  if (p->shared && tutti_worker_pool_open(&p->pool, ctx, p->shared, ctx->config.workers, true) == TUTTI_OK)
    return true;
  tutti_standing_pool_close(ctx);
  (void)tutti_fail(ctx, TUTTI_OK, "%s", detail);
  return false;
}

/* Whether there is memory for those pages of the shared record that no call has used yet, and for the
 * caller's partials. */
static bool has_room(tutti_standing_pool *p, const tutti_job *job, size_t bytes) {
  const size_t partials = job->partials ? job->plan.count * job->partial_size : 0;
  const size_t more = bytes > p->touched ? bytes - p->touched : 0;
  if (more + partials >= TUTTI_UNCHECKED_MEMORY && more + partials > tutti_available_memory()) return false;
  p->touched += more;
  return true;
}

worker_pool *tutti_standing_pool_for(tutti_ctx *ctx, const tutti_job *job, size_t bytes) {
  uint64_t newest;
  if (job->settings.within || bytes > SHARED_CALL_BYTES || !is_known(ctx, job, &newest)) return NULL;
  tutti_standing_pool *p = ctx->pool;
  if (p && p->shared && is_the_same(p) && p->age >= newest && p->objects == objects_loaded())
    return has_room(p, job, bytes) ? &p->pool : NULL;
  if (!p) p = ctx->pool = calloc(1, sizeof *p);
  if (!p) return NULL;
  const bool again = p->last_newest == newest;
  p->last_newest = newest;
  if (!again || (!ctx->config.standing && !is_small())) return NULL;
  tutti_standing_pool_close(ctx);
  p = ctx->pool = calloc(1, sizeof *p);
  return p && start(ctx, p) && has_room(p, job, bytes) ? &p->pool : NULL;
}

void tutti_standing_pool_close(tutti_ctx *ctx) {
  tutti_standing_pool *p = ctx->pool;
  if (!p) return;
  if (p->shared) tutti_worker_pool_close(&p->pool, p->owner == getpid());
  tutti_memory_release(p->shared);
  free(p);
  ctx->pool = NULL;
}
