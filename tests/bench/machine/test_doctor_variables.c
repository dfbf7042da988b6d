/* Environment variables that move threads or leave fewer cores. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "recorded.h"

Test(doctor_variables, thread_settings) {
  static const struct {
    const char *setting;
    int state;
  } settings[] = {
      {"OMP_DYNAMIC=TRUE", DISTURBS},
      {"OMP_DYNAMIC=false", FINE},
      {"OMP_THREAD_LIMIT=7", DISTURBS},
      {"OMP_THREAD_LIMIT=8", FINE},
      {"OMP_THREAD_LIMIT=x", DISTURBS},
      {"OMP_PROC_BIND=close", DISTURBS},
      {"OMP_PROC_BIND=false", FINE},
      {"OMP_WAIT_POLICY=active", DISTURBS},
      {"OMP_WAIT_POLICY=passive", FINE},
      {"GOMP_CPU_AFFINITY=0", DISTURBS},
      {"KMP_BLOCKTIME=infinite", DISTURBS},
      {"GOMP_SPINCOUNT=0", FINE},
      {"OPENBLAS_NUM_THREADS=2", FINE},
      {"MKL_DYNAMIC=1", DISTURBS},
      {"OMP_NUM_THREADS", FINE},
  };
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    char setting[64];
    char *environment[] = {"PATH=/bin", setting, NULL};
    snprintf(setting, sizeof setting, "%s", settings[i].setting);
    struct recorded r = laptop;
    r.environment = environment;
    examine(&r);
    expect("thread settings", settings[i].state, settings[i].state == DISTURBS ? setting : "");
    findings_free(&findings);
  }
  /* bytes that are no text neither harm the sentence nor the JSON */
  char *environment[] = {"OMP_DYNAMIC=\377\n", NULL};
  struct recorded r = laptop;
  r.environment = environment;
  examine(&r);
  expect("thread settings", FINE, "OMP_DYNAMIC=??");
  findings_free(&findings);
}

/* What may have made the mask narrow, and how many workers a program gets that does not ask for a number. */
Test(doctor_variables, variables_that_leave_fewer_cores) {
  static const struct {
    const char *setting, *topic;
    int state;
    const char *says;
  } settings[] = {
      {"GOMP_CPU_AFFINITY=0-3", "affinity", DISTURBS,
       "(taskset, cpuset or mpirun, or GOMP_CPU_AFFINITY=0-3)"},
      {"OMP_PLACES={0},{1}", "affinity", DISTURBS, "or OMP_PLACES={0},{1})"},
      {"OMP_PROC_BIND=primary", "affinity", DISTURBS, "or OMP_PROC_BIND=primary)"},
      {"OMP_PROC_BIND=false", "affinity", DISTURBS, "(taskset, cpuset or mpirun)"},
      {"OMP_NUM_THREADS=1", "workers", FINE,
       "OMP_NUM_THREADS=1 limits the default of the library to 1 worker"},
      {"OMP_NUM_THREADS=3,2", "workers", FINE,
       "OMP_NUM_THREADS=3,2 limits the default of the library to 3 workers"},
      {"OMP_THREAD_LIMIT=2", "workers", FINE,
       "OMP_THREAD_LIMIT=2 limits the default of the library to 2 workers"},
      {"OMP_NUM_THREADS=4", "workers", FINE, "4 workers on 4 usable cores"},
      {"OMP_NUM_THREADS=x", "workers", FINE, "4 workers on 4 usable cores"},
  };
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    char setting[64];
    char *environment[] = {"PATH=/bin", setting, NULL};
    snprintf(setting, sizeof setting, "%s", settings[i].setting);
    struct recorded r = aarch64; /* CPUs 0-3 of 0-5 */
    r.environment = environment;
    examine(&r);
    expect(settings[i].topic, settings[i].state, settings[i].says);
    for (size_t k = 0; k < findings.count; k++)
      cr_assert(strstr(settings[i].says, "limits") || !strstr(findings.list[k].text, "limits the default"),
                "%s", setting);
    findings_free(&findings);
  }
}
