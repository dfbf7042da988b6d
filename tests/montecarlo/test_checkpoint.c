/* Checkpoints: a run cut into pieces, a killed one, damaged files, full disks. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/testing.h"
#include "checkpoint_file.h"

enum { DIMS = 3, SAMPLES = 1 << 18, REPLICATES = 4 };

static size_t evaluated; /* by a process of one thread */

/* Product of 3/2 sqrt(u), and the sum of u. args: NULL, or at how many evaluations it kills its process. */
static int integrand(const double *u, size_t dims, size_t points, double *f, const void *args) {
  if (args && (evaluated += points) > *(const size_t *)args) raise(SIGKILL);
  for (size_t p = 0; p < points; p++) {
    f[2 * p] = 1;
    f[2 * p + 1] = 0;
    for (size_t d = 0; d < dims; d++) {
      f[2 * p] *= 1.5 * sqrt(u[p * dims + d]);
      f[2 * p + 1] += u[p * dims + d];
    }
  }
  return 0;
}

static tutti_mc_problem problem_by(tutti_mc_sampling sampling, const char *checkpoint) {
  return (tutti_mc_problem){.f = integrand,
                            .dims = DIMS,
                            .sampling = sampling,
                            .samples = SAMPLES,
                            .control = true,
                            .control_mean = DIMS / 2.,
                            .strata = 5,
                            .replicates = REPLICATES,
                            .checkpoint = checkpoint,
                            .checkpoint_samples = 20000};
}

static const tutti_rng rng = {1234, 5};

static tutti_estimate solve(const tutti_mc_problem *problem) {
  tutti_estimate e;
  const tutti_status status = tutti_mc_run(NULL, rng, problem, &e);
  cr_assert(status == TUTTI_OK, "%s: %s", tutti_strerror(status), tutti_error_detail(NULL));
  return e;
}

static int cancel(void *user, size_t done, size_t total) {
  (void)total;
  return done >= *(const size_t *)user;
}

/* Cut by cancellation again and again, each piece with other workers: the answer of one piece. */
Test(checkpoint, pieces_equal_the_whole, .init = enter, .fini = leave) {
  for (int way = 0; way < 4; way++) {
    tutti_mc_problem problem = problem_by((tutti_mc_sampling)way, NULL);
    const tutti_estimate whole = solve(&problem);
    problem.checkpoint = path;
    size_t stop = 0, pieces = 0;
    tutti_estimate e;
    for (tutti_status status = TUTTI_ECANCELED; status == TUTTI_ECANCELED; pieces++) {
      tutti_config config;
      tutti_config_default(&config);
      config.workers = 1 + (int)pieces % 3;
      config.backend = pieces % 4 == 3 ? TUTTI_PROCESSES : TUTTI_THREADS;
      config.progress = cancel;
      config.progress_user = &stop;
      stop += 45000;
      tutti_ctx *ctx = testing_open(&config);
      status = tutti_mc_run(ctx, rng, &problem, &e);
      cr_assert(status == TUTTI_OK || status == TUTTI_ECANCELED, "%s", tutti_error_detail(ctx));
      tutti_close(ctx);
    }
    cr_assert(pieces >= 3, "way %d: %zu pieces", way, pieces);
    cr_assert(memcmp(&e, &whole, sizeof e) == 0, "way %d: %.17g +- %g, not %.17g +- %g", way, e.mean,
              e.std_error, whole.mean, whole.std_error);
    unlink(path);
  }
}

/* Killed by the integrand after ever more evaluations, until it gets through. */
Test(checkpoint, killed_in_the_middle, .init = enter, .fini = leave) {
  for (int way = 0; way < 4; way++) {
    tutti_mc_problem problem = problem_by((tutti_mc_sampling)way, NULL);
    const tutti_estimate whole = solve(&problem);
    problem.checkpoint = path;
    int kills = 0;
    for (;; kills++) {
      const size_t most = 50000 + 10000 * (size_t)kills;
      problem.args = &most;
      const pid_t child = fork();
      cr_assert(child >= 0);
      if (child == 0) {
        evaluated = 0;
        tutti_config config;
        tutti_config_default(&config);
        config.backend = TUTTI_SERIAL;
        tutti_ctx *ctx;
        tutti_estimate e;
        _exit(tutti_open(&config, &ctx) || tutti_mc_run(ctx, rng, &problem, &e));
      }
      int status;
      cr_assert(waitpid(child, &status, 0) == child);
      if (WIFEXITED(status) && WEXITSTATUS(status) == 0) break;
      cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && kills < 40, "status %x", status);
    }
    cr_assert(kills >= 3, "way %d: killed %d times", way, kills);
    problem.args = NULL;
    const tutti_estimate e = solve(&problem); /* a finished run answers at once, from the file */
    cr_assert(memcmp(&e, &whole, sizeof e) == 0, "way %d: %.17g, not %.17g", way, e.mean, whole.mean);
    unlink(path);
  }
}

Test(checkpoint, more_samples_go_on_from_fewer, .init = enter, .fini = leave) {
  for (int way = 0; way < 4; way++) {
    tutti_mc_problem problem = problem_by((tutti_mc_sampling)way, NULL);
    const tutti_estimate whole = solve(&problem);
    problem.checkpoint = path;
    problem.samples = SAMPLES / 3;
    solve(&problem);
    problem.samples = SAMPLES;
    const size_t most = SAMPLES * 3 / 4 + 1000; /* would kill this process, did it begin again */
    problem.args = &most;
    evaluated = 0;
    tutti_ctx *ctx = testing_open_backend(TUTTI_SERIAL, 1);
    tutti_estimate e;
    const pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) _exit(tutti_mc_run(ctx, rng, &problem, &e));
    int status;
    cr_assert(waitpid(child, &status, 0) == child && status == 0, "way %d: status %x", way, status);
    tutti_close(ctx);
    problem.args = NULL;
    e = solve(&problem);
    cr_assert(memcmp(&e, &whole, sizeof e) == 0, "way %d: %.17g, not %.17g", way, e.mean, whole.mean);
    unlink(path);
  }
}

/* Cut in the middle of a round of the cells, then resumed with fewer samples than there are: the round is
 * finished, for half of one would be biased. */
static int first_coordinate(const double *u, size_t dims, size_t points, double *f, const void *args) {
  (void)args;
  for (size_t p = 0; p < points; p++) f[p] = u[p * dims];
  return 0;
}

Test(checkpoint, fewer_samples_than_there_are, .init = enter, .fini = leave) {
  for (int way = TUTTI_MC_STRATIFIED; way <= TUTTI_MC_SOBOL; way++) {
    tutti_mc_problem problem = {.f = first_coordinate,
                                .dims = 1,
                                .sampling = (tutti_mc_sampling)way,
                                .samples = 1 << 20,
                                .strata = 1 << 16,
                                .checkpoint = path,
                                .checkpoint_samples = 1 << 16};
    size_t stop = 196608;
    tutti_config config;
    tutti_config_default(&config);
    config.progress = cancel;
    config.progress_user = &stop;
    tutti_ctx *ctx = testing_open(&config);
    tutti_estimate e;
    testing_expect(ctx, tutti_mc_run(ctx, rng, &problem, &e), TUTTI_ECANCELED, "canceled", "cut");
    tutti_close(ctx);
    problem.samples = 1 << 17;
    e = solve(&problem);
    cr_assert(e.samples == 1 << 18, "way %d: %llu samples", way, (unsigned long long)e.samples);
    cr_assert(fabs(e.mean - 0.5) < 4 * e.std_error + 1e-12, "way %d: %.9g +- %g", way, e.mean, e.std_error);
    unlink(path);
  }
}

/* A pause to write is no place to stop: 2^16 evaluations are too few, 2^17 enough, as without a file. */
Test(checkpoint, targets_are_looked_at_where_they_are_without, .init = enter, .fini = leave) {
  tutti_mc_problem problem = problem_by(TUTTI_MC_PLAIN, NULL);
  problem.samples = 1 << 16;
  problem.target_error = 0.95 * solve(&problem).std_error; /* about 73 000 evaluations */
  problem.samples = SAMPLES;
  const tutti_estimate whole = solve(&problem);
  cr_assert(whole.samples == 1 << 17, "%llu", (unsigned long long)whole.samples);
  problem.checkpoint = path;
  const tutti_estimate e = solve(&problem);
  cr_assert(memcmp(&e, &whole, sizeof e) == 0, "%llu", (unsigned long long)e.samples);
}

/* -- what is refused -- */

static size_t read_file(unsigned char *bytes, size_t most) {
  FILE *file = fopen(path, "rb");
  cr_assert(file != NULL);
  const size_t size = fread(bytes, 1, most, file);
  fclose(file);
  return size;
}

static void write_file(const unsigned char *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  cr_assert(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

static void refused(tutti_rng other, const tutti_mc_problem *problem, const char *word) {
  tutti_estimate e = {1, 2, 3, 4, 5};
  testing_expect(NULL, tutti_mc_run(NULL, other, problem, &e), TUTTI_EINVAL, word, word);
  cr_assert(strstr(tutti_error_detail(NULL), path) != NULL, "%s", tutti_error_detail(NULL));
  cr_assert(e.samples == 1 && e.ci_high == 5);
}

Test(checkpoint, damaged_files, .init = enter, .fini = leave) {
  static unsigned char good[1 << 16], bad[1 << 16];
  tutti_mc_problem problem = problem_by(TUTTI_MC_PLAIN, path);
  problem.samples = 10000;
  const tutti_estimate expected = solve(&problem);
  const size_t size = read_file(good, sizeof good);
  cr_assert(size > 100 && size < sizeof good);
  for (size_t cut = 0; cut < size; cut++) {
    write_file(good, cut);
    refused(rng, &problem, cut < 8 ? "no checkpoint" : "");
  }
  memcpy(bad, good, size);
  bad[size] = 0;
  write_file(bad, size + 1);
  refused(rng, &problem, "size");
  for (size_t i = 0; i < size; i++) {
    memcpy(bad, good, size);
    bad[i] ^= (unsigned char)(1 << i % 8);
    write_file(bad, size);
    refused(rng, &problem, "");
  }
  bad[size - 1] ^= 255;
  write_file(good, size);
  const tutti_estimate again = solve(&problem);
  cr_assert(memcmp(&again, &expected, sizeof again) == 0);
}

Test(checkpoint, another_problems_file, .init = enter, .fini = leave) {
  static unsigned char before[1 << 17], after[1 << 17];
  const tutti_mc_problem good = problem_by(TUTTI_MC_STRATIFIED, path);
  tutti_mc_problem p = good;
  solve(&p);
  const size_t size = read_file(before, sizeof before);
  refused((tutti_rng){1235, 5}, &p, "seed is 1234, not 1235");
  refused((tutti_rng){1234, 6}, &p, "stream is 5, not 6");
  p.dims = 2, refused(rng, &p, "dims is 3, not 2"), p = good;
  p.strata = 4, refused(rng, &p, "strata is 5, not 4"), p = good;
  p.tag = 7, refused(rng, &p, "tag is 0, not 7"), p = good;
  p.control = false, refused(rng, &p, "control is 1, not 0"), p = good;
  p.control_mean = 2, refused(rng, &p, "control_mean is 1.5, not 2"), p = good;
  p.sampling = TUTTI_MC_PLAIN, refused(rng, &p, "sampling is 2, not 0"), p = good;
  p.sampling = TUTTI_MC_SOBOL, refused(rng, &p, "sampling is 2, not 3"), p = good;
  cr_assert(read_file(after, sizeof after) == size && memcmp(before, after, size) == 0, "the file changed");
}

Test(checkpoint, another_number_of_replicates, .init = enter, .fini = leave) {
  tutti_mc_problem p = problem_by(TUTTI_MC_SOBOL, path);
  solve(&p);
  p.replicates = 3, refused(rng, &p, "replicates is 4, not 3");
  p.replicates = 9, refused(rng, &p, "replicates is 4, not 9");
  p.sampling = TUTTI_MC_PLAIN, refused(rng, &p, "sampling is 3, not 0");
}

static uint32_t crc32_of(const unsigned char *bytes, size_t size) { /* IEEE 802.3 */
  uint32_t crc = 0xffffffff;
  for (size_t i = 0; i < 8 * size; i++)
    crc = crc >> 1 ^ (((crc ^ bytes[i / 8] >> i % 8) & 1) ? 0xedb88320 : 0);
  return ~crc;
}

/* A count no run can have, with the right checksum. */
Test(checkpoint, an_impossible_count, .init = enter, .fini = leave) {
  static unsigned char bytes[1 << 16];
  tutti_mc_problem p = problem_by(TUTTI_MC_PLAIN, path);
  p.samples = 1000;
  solve(&p);
  const size_t size = read_file(bytes, sizeof bytes),
               at = 16 + 8 * 9 + 24; /* behind identity, centres, slope */
  cr_assert(bytes[at] == (1000 & 255) && bytes[at + 1] == 1000 >> 8);
  bytes[at + 7] = 0x80;
  const uint32_t crc = crc32_of(bytes, size - 4);
  for (int i = 0; i < 4; i++) bytes[size - 4 + (size_t)i] = (unsigned char)(crc >> 8 * i);
  write_file(bytes, size);
  refused(rng, &p, "count is 9223372036854776808");
}

Test(checkpoint, nowhere_to_write, .init = enter, .fini = leave) {
  tutti_mc_problem problem = problem_by(TUTTI_MC_PLAIN, "/nonexistent-folder/run");
  tutti_estimate e;
  testing_expect(NULL, tutti_mc_run(NULL, rng, &problem, &e), TUTTI_ESYSTEM, "/nonexistent-folder/run",
                 "no folder");
  problem.checkpoint = folder;
  testing_expect(NULL, tutti_mc_run(NULL, rng, &problem, &e), TUTTI_ESYSTEM, folder, "a folder");
  testing_expect(NULL, tutti_mc_run(NULL, rng, &problem, &e), TUTTI_ESYSTEM, "it is a folder", "a folder");
}

/* Neither waited for nor replaced. */
Test(checkpoint, no_regular_file, .init = enter, .fini = leave, .timeout = 60) {
  const tutti_mc_problem problem = problem_by(TUTTI_MC_PLAIN, path);
  tutti_estimate e;
  cr_assert(mkfifo(path, 0600) == 0);
  testing_expect(NULL, tutti_mc_run(NULL, rng, &problem, &e), TUTTI_ESYSTEM, "it is no regular file", "pipe");
  struct stat about;
  cr_assert(stat(path, &about) == 0 && S_ISFIFO(about.st_mode));
}

static unsigned mode_of(const char *name) {
  struct stat about;
  cr_assert(lstat(name, &about) == 0, "%s", name);
  return about.st_mode & 0777;
}

Test(checkpoint, permissions_are_the_umasks_or_kept, .init = enter, .fini = leave) {
  const unsigned masks[] = {022, 077, 002};
  const mode_t before = umask(0);
  for (int i = 0; i < 3; i++) {
    tutti_mc_problem problem = problem_by(TUTTI_MC_PLAIN, path);
    umask(masks[i]);
    problem.samples = 1000, solve(&problem);
    cr_assert(mode_of(path) == (0666 & ~masks[i]), "%o", mode_of(path));
    cr_assert(chmod(path, 0640) == 0);
    problem.samples = 2000, solve(&problem);
    cr_assert(mode_of(path) == 0640, "%o", mode_of(path));
    unlink(path);
  }
  umask(before);
}

/* Links, one behind the other, to a file that is not there yet, is then, and is in another folder. */
Test(checkpoint, links_are_followed, .init = enter, .fini = leave) {
  char link[96], other[96], file[128];
  snprintf(link, sizeof link, "%s/link", folder);
  snprintf(other, sizeof other, "%s/other", folder);
  snprintf(file, sizeof file, "%s/file", other);
  cr_assert(mkdir(other, 0700) == 0 && symlink("other/file", link) == 0 && symlink(link, path) == 0);
  tutti_mc_problem problem = problem_by(TUTTI_MC_PLAIN, path);
  for (uint64_t samples = 1000; samples <= 2000; samples += 1000) {
    struct stat about;
    problem.samples = samples;
    const tutti_estimate first = solve(&problem), again = solve(&problem);
    cr_assert(memcmp(&first, &again, sizeof first) == 0 && first.samples == samples);
    cr_assert(lstat(path, &about) == 0 && S_ISLNK(about.st_mode), "the link is gone");
    cr_assert(lstat(link, &about) == 0 && S_ISLNK(about.st_mode), "the second link is gone");
    cr_assert(lstat(file, &about) == 0 && S_ISREG(about.st_mode), "no file");
  }
  unlink(link), unlink(file), rmdir(other);
  cr_assert(symlink(path, link) == 0); /* a circle */
  unlink(path);
  cr_assert(symlink(link, path) == 0);
  tutti_estimate e;
  testing_expect(NULL, tutti_mc_run(NULL, rng, &problem, &e), TUTTI_ESYSTEM, path, "a circle");
  unlink(link);
}

/* A file that may not grow beyond half a checkpoint, as on a full disk: the one there stays as it is. */
Test(checkpoint, full_disk, .init = enter, .fini = leave) {
  static unsigned char before[1 << 17], after[1 << 17];
  tutti_mc_problem problem = problem_by(TUTTI_MC_PLAIN, path);
  problem.samples = SAMPLES / 2;
  solve(&problem);
  const size_t size = read_file(before, sizeof before);
  problem.samples = SAMPLES;
  struct rlimit limit, small;
  cr_assert(getrlimit(RLIMIT_FSIZE, &limit) == 0);
  small = limit;
  small.rlim_cur = size / 2;
  signal(SIGXFSZ, SIG_IGN);
  cr_assert(setrlimit(RLIMIT_FSIZE, &small) == 0);
  tutti_estimate e;
  const tutti_status status = tutti_mc_run(NULL, rng, &problem, &e);
  cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  testing_expect(NULL, status, TUTTI_ESYSTEM, "cannot write", "full disk");
  cr_assert(read_file(after, sizeof after) == size && memcmp(before, after, size) == 0, "the file changed");
  problem.checkpoint = NULL;
  const tutti_estimate whole = solve(&problem);
  problem.checkpoint = path;
  e = solve(&problem);
  cr_assert(memcmp(&e, &whole, sizeof e) == 0);
}
