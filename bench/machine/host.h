/* What the system tells of a machine by calls, not by files. A test fills it by hand. */
#ifndef BENCH_HOST_H
#define BENCH_HOST_H

#include "machine/proc_files.h"

struct host {
  char system[40], release[80], architecture[64], name[64]; /* uname */
  struct cpus allowed;                                      /* tutti_processors */
  int usable;                                               /* tutti_usable_cores */
  int online;               /* CPUs; asked for where /sys does not tell, 0: not known */
  double available;         /* bytes that this process may still take; 0: not known */
  char *const *environment; /* "NAME=value", ended by NULL */
  const char *build;        /* how the program was built, and whether times of such a build say little */
  bool slow_build;
};
void host_gather(struct host *host);

/* The value of a variable in the host's environment, or NULL. */
const char *host_variable(const struct host *host, const char *name);

#endif
