/* Finds the children of this process, and adds up their CPU time. */
#include "machine/process_time.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "cli/parse.h"
#include "util/xalloc.h"

/* The children that live. Asking every process for its parent takes milliseconds, so it is done once; then
 * only processes that are younger than the last look are asked. The kernel hands numbers out in ascending
 * order and tells the last one; when they start anew, everybody is asked again. */
static struct {
  pid_t self; /* a forked child has none of its parent's */
  pid_t *list;
  size_t count;
  uint64_t last; /* the youngest process at the last look */
} children;

/* At most size - 1 bytes of a file of /proc; there is no FILE, which would allocate a page. */
static bool read_text(const char *path, char *text, size_t size) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const ssize_t length = read(file, text, size - 1);
  close(file);
  text[length > 0 ? length : 0] = '\0';
  return length > 0;
}

/* "0.20 0.18 0.12 1/80 11206": the last number. */
static bool youngest_process(uint64_t *pid) {
  char text[128];
  if (!read_text("/proc/loadavg", text, sizeof text)) return false;
  text[strcspn(text, "\n")] = '\0';
  const char *blank = strrchr(text, ' ');
  return blank && parse_count(blank + 1, 1, INT32_MAX, pid);
}

/* "11206 (a name) S 11100 ...": whether the last of these is us. A name may have brackets and blanks. */
static void add_if_child(uint64_t pid) {
  char path[64], text[512];
  int parent;
  snprintf(path, sizeof path, "/proc/%llu/stat", (unsigned long long)pid);
  if (!read_text(path, text, sizeof text)) return;
  const char *end = strrchr(text, ')');
  if (!end || sscanf(end, ") %*c %d", &parent) != 1 || parent != children.self) return;
  for (size_t i = 0; i < children.count; i++)
    if (children.list[i] == (pid_t)pid) return;
  children.list = xrealloc(children.list, children.count + 1, sizeof *children.list);
  children.list[children.count++] = (pid_t)pid;
}

static void ask_everybody(void) {
  children.count = 0;
  DIR *folder = opendir("/proc");
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    uint64_t pid;
    if (parse_count(entry->d_name, 1, INT32_MAX, &pid)) add_if_child(pid);
  }
  if (folder) closedir(folder);
}

static void find_children(void) {
  enum { MANY = 1000 };
  uint64_t last = 0;
  const bool told = youngest_process(&last), first = children.self != getpid();
  children.self = getpid();
  if (!told || first || last < children.last || last - children.last > MANY) ask_everybody();
  else
    for (uint64_t pid = children.last + 1; pid <= last; pid++) add_if_child(pid);
  children.last = last;
}

static double seconds_of(clockid_t clock) {
  struct timespec time;
  return clock_gettime(clock, &time) == 0 ? (double)time.tv_sec + 1e-9 * (double)time.tv_nsec : -1;
}

/* Those that ended and were waited for have no clock any more, and leave the list. */
static double living(void) {
  double sum = 0;
  size_t kept = 0;
  for (size_t i = 0; i < children.count; i++) {
    clockid_t clock;
    const double seconds = clock_getcpuclockid(children.list[i], &clock) == 0 ? seconds_of(clock) : -1;
    if (seconds < 0) continue;
    sum += seconds;
    children.list[kept++] = children.list[i];
  }
  children.count = kept;
  return sum;
}

static double ended(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_CHILDREN, &usage) != 0) return 0;
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

double cpu_seconds_own(void) {
  find_children();
  return seconds_of(CLOCK_PROCESS_CPUTIME_ID) + living() + ended();
}
