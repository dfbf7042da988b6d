/* Worker processes in a memory control group: a call that does not fit is refused, and nobody is killed. */
#define _GNU_SOURCE
#include "../../support/testing.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MIB = 1 << 20, LIMIT = 300 * MIB, WORKERS = 3 };

/* -- a group of this test's own -- */

static char group[512];

static bool put(const char *name, long long number) {
  char path[640], text[32];
  snprintf(path, sizeof path, "%s/%s", group, name);
  snprintf(text, sizeof text, "%lld", number);
  FILE *file = fopen(path, "we");
  const bool opened = file != NULL, written = opened && fputs(text, file) >= 0;
  return opened && fclose(file) == 0 && written;
}

/* Below the folder of the hierarchy `line` of /proc/self/cgroup tells of, or below its mount. */
static bool make_group_of(char *line, bool below_mount) {
  const bool v1 = strstr(line, ":memory:") != NULL;
  const char *path = strrchr(line, ':') + 1;
  if (!v1 && strncmp(line, "0::", 3) != 0) return false;
  snprintf(group, sizeof group, "/sys/fs/cgroup%s%s/tutti-%d", v1 ? "/memory" : "",
           below_mount || strcmp(path, "/") == 0 ? "" : path, (int)getpid());
  if (mkdir(group, 0700)) return false;
  if (put(v1 ? "memory.limit_in_bytes" : "memory.max", LIMIT)) {
    (void)put(v1 ? "memory.memsw.limit_in_bytes" : "memory.swap.max", v1 ? LIMIT : 0);
    return true;
  }
  rmdir(group);
  return false;
}

static bool make_group(void) {
  char line[400];
  bool made = false;
  FILE *groups = fopen("/proc/self/cgroup", "re");
  while (!made && groups && fgets(line, sizeof line, groups)) {
    line[strcspn(line, "\n")] = '\0';
    made = make_group_of(line, false) || make_group_of(line, true);
  }
  if (groups) fclose(groups);
  return made;
}

/* -- a host in it -- */

typedef struct {
  size_t bytes; /* of the output */
  bool touched; /* it is written before */
  bool shared;  /* it is memory of tutti_alloc */
  enum { NO, YES, EITHER } fits;
} host;

enum { RIGHT, NO_GROUP, UNSEEN, OTHER_STATUS, WRONG_DETAIL, WRONG_NUMBERS };

static int fill(size_t begin, size_t end, void *args) {
  for (size_t i = begin; i < end; i++) ((size_t *)args)[i] = 3 * i;
  return 0;
}

static int run_host(const host *h) {
  if (!put("cgroup.procs", getpid())) return NO_GROUP;
  if (tutti_available_memory() > LIMIT) return UNSEEN;
  tutti_ctx *ctx = testing_open_backend(TUTTI_PROCESSES, WORKERS);
  const size_t n = h->bytes / sizeof(size_t);
  /* calloc would touch it where MALLOC_PERTURB_ is set */
  size_t *x = h->shared ? tutti_alloc(ctx, h->bytes)
                        : mmap(NULL, h->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (h->touched) memset(x, 1, h->bytes);
  const tutti_output outputs[] = {{x, sizeof *x}, {0}};
  const tutti_status status = tutti_for(ctx, n, 0, fill, x, outputs);
  if (status != TUTTI_OK && status != TUTTI_ENOMEM) return OTHER_STATUS;
  if (h->fits != EITHER && status != (h->fits ? TUTTI_OK : TUTTI_ENOMEM)) return OTHER_STATUS;
  if (status && !strstr(tutti_error_detail(ctx), "available")) return WRONG_DETAIL;
  for (size_t i = 0; i < n && !status; i++)
    if (x[i] != 3 * i) return WRONG_NUMBERS;
  return RIGHT;
}

/* How it ended: one of the above, or minus the signal. */
static int run(host h) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    _exit(run_host(&h));
  }
  int status = -1;
  if (waitpid(child, &status, 0) != child) return -SIGCHLD;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static const host hosts[] = {
    {.bytes = 160 * MIB, .touched = true, .fits = NO},
    {.bytes = 160 * MIB, .fits = NO}, /* the caller's own pages come when the workers' are gone */
    {.bytes = 110 * MIB, .touched = true, .fits = NO},
    {.bytes = 60 * MIB, .touched = true, .fits = YES},
    {.bytes = 90 * MIB, .fits = YES},
    {.bytes = 160 * MIB, .touched = true, .shared = true, .fits = YES},
    {.bytes = 90 * MIB, .touched = true, .fits = EITHER}, /* at the limit */
    {.bytes = 94 * MIB, .touched = true, .fits = EITHER},
    {.bytes = 98 * MIB, .touched = true, .fits = EITHER},
    {.bytes = 130 * MIB, .fits = EITHER},
    {.bytes = 140 * MIB, .fits = EITHER},
    {.bytes = 146 * MIB, .fits = EITHER},
};

Test(limits, a_call_near_the_groups_limit_is_refused_and_nobody_killed, .timeout = 300) {
  if (!make_group()) cr_skip_test("no memory control group can be made here");
  int how[sizeof hosts / sizeof *hosts] = {0}, count = 0;
  for (const host *h = hosts; h < hosts + sizeof hosts / sizeof *hosts; h++) how[count++] = run(*h);
  rmdir(group);
  if (how[0] == NO_GROUP || how[0] == UNSEEN)
    cr_skip_test("a process cannot be put into a memory group here, or does not see its limit");
  for (int i = 0; i < count; i++)
    cr_assert(how[i] == RIGHT, "%zu MiB%s%s: %s %d", hosts[i].bytes / MIB,
              hosts[i].touched ? ", touched" : "", hosts[i].shared ? ", shared" : "",
              how[i] < 0 ? "killed by signal" : "ended with", abs(how[i]));
}
