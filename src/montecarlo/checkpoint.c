/* The state of a Monte Carlo run as a file. Little-endian, in this order:
 *
 * - magic, version;
 * - the fields of `identity`, 64 bits each;
 * - centres, slope, the number of observations done;
 * - the sums of each replicate (tutti_exact_save);
 * - a CRC-32 of all before it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "engine/collectives.h"
#include "engine/job.h"
#include "montecarlo/problem.h"
#include "platform/file.h"

enum {
  FIELDS = 9,
  STATE = 4,
  HEAD = 16 + 8 * (FIELDS + STATE),
  SUMS_OF = MC_SUMS * TUTTI_EXACT_BYTES,
  TAIL = 4
};
enum { VERSION = 2, TAG = 6 };
static const unsigned char magic[8] = {0x89, 't', 'u', 't', 't', 'i', '-', 'm'};

/* What must be the same when a run is resumed. The number of samples wanted may differ; f cannot be
 * compared. */
typedef struct {
  const char *name[FIELDS];
  uint64_t value[FIELDS];
} identity;

static identity identity_of(const mc_run *run) {
  const tutti_mc_problem *p = run->problem;
  return (identity){
      {"seed", "stream", "dims", "sampling", "strata", "replicates", "tag", "control", "control_mean"},
      {run->rng.seed, run->rng.stream, p->dims, (uint64_t)p->sampling, run->strata, run->replicates, p->tag,
       p->control, p->control ? bytes_bits(p->control_mean) : 0}};
}

static size_t size_of(const mc_run *run) { return HEAD + run->replicates * SUMS_OF + TAIL; }

static void encode(const mc_run *run, unsigned char *bytes) {
  const identity id = identity_of(run);
  const size_t end = size_of(run) - TAIL;
  memcpy(bytes, magic, sizeof magic);
  bytes_put(bytes + 8, VERSION, 8);
  for (int i = 0; i < FIELDS; i++) bytes_put(bytes + 16 + 8 * i, id.value[i], 8);
  unsigned char *at = bytes + 16 + 8 * FIELDS;
  bytes_put(at, bytes_bits(run->centre[0]), 8);
  bytes_put(at + 8, bytes_bits(run->centre[1]), 8);
  bytes_put(at + 16, bytes_bits(run->slope), 8);
  bytes_put(at + 24, run->done, 8);
  for (size_t r = 0; r < run->replicates; r++)
    for (int k = 0; k < MC_SUMS; k++)
      tutti_exact_save(&run->sums[r].sum[k], bytes + HEAD + r * SUMS_OF + (size_t)k * TUTTI_EXACT_BYTES);
  bytes_put(bytes + end, tutti_crc32(0, bytes, end), TAIL);
}

/* -- reading -- */

static tutti_status refuse(const mc_run *run, const char *path, const char *what, uint64_t found,
                           uint64_t expected) {
  return tutti_fail(run->ctx, TUTTI_EINVAL, "checkpoint %s: its %s is %llu, not %llu", path, what,
                    (unsigned long long)found, (unsigned long long)expected);
}

static tutti_status check(const mc_run *run, const char *path, const unsigned char *bytes, size_t size) {
  const identity id = identity_of(run);
  if (size < HEAD || memcmp(bytes, magic, sizeof magic) != 0)
    return tutti_fail(run->ctx, TUTTI_EINVAL, "checkpoint %s: %zu bytes that are no checkpoint", path, size);
  if (bytes_get(bytes + 8, 8) != VERSION)
    return refuse(run, path, "version", bytes_get(bytes + 8, 8), VERSION);
  const uint64_t replicates = bytes_get(bytes + 16 + 8 * 5, 8);
  if (replicates <= MC_MOST_REPLICATES && size != HEAD + replicates * SUMS_OF + TAIL)
    return refuse(run, path, "size", size, HEAD + replicates * SUMS_OF + TAIL);
  const uint32_t found = (uint32_t)bytes_get(bytes + size - TAIL, TAIL),
                 sum = tutti_crc32(0, bytes, size - TAIL);
  if (found != sum)
    return tutti_fail(run->ctx, TUTTI_EINVAL, "checkpoint %s: damaged: its checksum is %08x, not %08x", path,
                      (unsigned)found, (unsigned)sum);
  for (int i = 0; i < FIELDS; i++) {
    const uint64_t field = bytes_get(bytes + 16 + 8 * i, 8);
    if (field != id.value[i] && i == FIELDS - 1)
      return tutti_fail(run->ctx, TUTTI_EINVAL, "checkpoint %s: its %s is %.17g, not %.17g", path, id.name[i],
                        bytes_double(field), bytes_double(id.value[i]));
    if (field != id.value[i] && i == TAG)
      return tutti_fail(run->ctx, TUTTI_EINVAL,
                        "checkpoint %s: its tag is %llu, not %llu: another f, or the same with other "
                        "parameters",
                        path, (unsigned long long)field, (unsigned long long)id.value[i]);
    if (field != id.value[i]) return refuse(run, path, id.name[i], field, id.value[i]);
  }
  return TUTTI_OK;
}

static tutti_status decode(mc_run *run, const char *path, const unsigned char *bytes, size_t size) {
  tutti_status status = check(run, path, bytes, size);
  const unsigned char *at = bytes + 16 + 8 * FIELDS;
  for (size_t i = 0; i < run->replicates * MC_SUMS && !status; i++) {
    tutti_exact *sum = &run->sums[i / MC_SUMS].sum[i % MC_SUMS];
    if (tutti_exact_load(sum, bytes + HEAD + i * TUTTI_EXACT_BYTES, TUTTI_EXACT_BYTES))
      status = tutti_fail(run->ctx, TUTTI_EINVAL, "checkpoint %s: sum %zu is damaged", path, i);
  }
  if (status) return status;
  run->centre[0] = bytes_double(bytes_get(at, 8));
  run->centre[1] = bytes_double(bytes_get(at + 8, 8));
  run->slope = bytes_double(bytes_get(at + 16, 8));
  run->done = bytes_get(at + 24, 8);
  if (run->done > MC_MOST_OBSERVATIONS) return refuse(run, path, "count", run->done, MC_MOST_OBSERVATIONS);
  return TUTTI_OK;
}

/* In a run over ranks only rank 0 has files: others may not see its disk, or may have died a step later. */
static bool has_files(const mc_run *run) { return tutti_in_worker || tutti_rank(run->ctx) == 0; }

tutti_status tutti_mc_load(mc_run *run, const char *path, bool *loaded) {
  struct {
    size_t size;
    int error;
  } found = {0};
  /* Room for the file of any problem, so that one of another problem is recognised. */
  const size_t most = HEAD + MC_MOST_REPLICATES * SUMS_OF + TAIL + 1;
  unsigned char *bytes = malloc(most);
  if (!bytes) return tutti_fail(run->ctx, TUTTI_ENOMEM, "no memory for a checkpoint of %zu bytes", most);
  if (has_files(run)) found.error = tutti_file_read(path, bytes, most, &found.size);
  tutti_status status = tutti_ranks_share(run->ctx, &found, sizeof found);
  if (!status && found.size) status = tutti_ranks_share(run->ctx, bytes, found.size);
  *loaded = found.error != ENOENT;
  if (!status && *loaded && found.error)
    status = tutti_fail(run->ctx, TUTTI_ESYSTEM, "cannot read the checkpoint %s: %s", path,
                        tutti_file_error(found.error));
  else if (!status && *loaded) status = decode(run, path, bytes, found.size);
  free(bytes);
  return status;
}

/* -- writing -- */

/* Returns the number of an error; 0: none. */
static int save(const mc_run *run, const char *path) {
  const size_t size = size_of(run);
  unsigned char *bytes = malloc(size);
  if (!bytes) return ENOMEM;
  encode(run, bytes);
  const int error = tutti_file_replace(path, bytes, size);
  free(bytes);
  return error;
}

tutti_status tutti_mc_save(const mc_run *run, const char *path) {
  int error = has_files(run) ? save(run, path) : 0;
  const tutti_status status = tutti_ranks_share(run->ctx, &error, sizeof error);
  if (status || !error) return status;
  return tutti_fail(run->ctx, TUTTI_ESYSTEM, "cannot write the checkpoint %s: %s", path,
                    tutti_file_error(error));
}
