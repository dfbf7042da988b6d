/* What disturbed a measurement: from counters made up by hand, and the CPU time of real children. */
#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "machine/disturbance.h"

static const struct cpu_seconds quiet = {.wall = 100,
                                         .own = 10,
                                         .busy = 500,
                                         .stolen = 5,
                                         .cores = 4,
                                         .group = {1.5, true, 7, 2},
                                         .waited = 30,
                                         .interrupted = 1000,
                                         .overheated = 3};

static void expect_note(const struct text_list *warnings, size_t index, const char *text) {
  cr_assert(index < warnings->count && strcmp(warnings->text[index], text) == 0,
            "note %zu is '%s' instead of '%s'", index,
            index < warnings->count ? warnings->text[index] : "none", text);
}

Test(disturbance, nothing_happened) {
  struct cpu_seconds end = quiet;
  struct text_list warnings = {0};
  end.wall += 10;
  end.own += 40;
  end.busy += 40;
  const struct disturbance d = disturbance_between(&quiet, &end);
  cr_assert(d.others == 0 && d.stolen == 0 && d.throttled == 0 && d.waited == 0 && d.overheated == 0);
  disturbance_warnings(&d, &warnings, &warnings);
  cr_assert_eq(warnings.count, 0);
}

Test(disturbance, everything_happened) {
  struct cpu_seconds end = quiet;
  struct text_list warnings = {0};
  end.wall += 10;
  end.own += 20;
  end.busy += 25;
  end.stolen += 2;
  end.group.throttled += 6;
  end.group.throttled_seconds += 1.5;
  end.waited += 3;
  end.interrupted += 8000;
  end.overheated += 2;
  const struct disturbance d = disturbance_between(&quiet, &end);
  cr_assert_float_eq(d.others, 0.5, 1e-12);
  cr_assert_float_eq(d.stolen, 0.2, 1e-12);
  cr_assert_float_eq(d.waited, 0.3, 1e-12);
  cr_assert_float_eq(d.interrupted, 200, 1e-9);
  disturbance_warnings(&d, &warnings, &warnings);
  expect_note(&warnings, 0, "other programs kept 0.5 of 4 cores busy meanwhile: do not trust these times");
  expect_note(&warnings, 1, "the hypervisor kept 0.2 of 4 cores from this machine meanwhile");
  expect_note(&warnings, 2, "the CPU quota ran out in 6 periods meanwhile, and tasks stood still, for 1.5 s");
  expect_note(&warnings, 3, "some task waited for a core during 30 % of the time");
  expect_note(&warnings, 4, "this program was taken off its cores 200 times a second and core");
  expect_note(&warnings, 5, "cores were slowed down 2 times because of heat");
  cr_assert_eq(warnings.count, 6);
  text_list_free(&warnings);
}

Test(disturbance, unknown_is_said) {
  struct cpu_seconds begin = quiet;
  struct text_list warnings = {0};
  begin.cores = 0;
  begin.busy = begin.stolen = begin.waited = begin.overheated = NAN;
  begin.group = (tutti_cgroup_quota){INFINITY, false, NAN, NAN};
  struct cpu_seconds end = begin;
  end.wall += 10;
  const struct disturbance d = disturbance_between(&begin, &end);
  disturbance_warnings(&d, &warnings, &warnings);
  expect_note(
      &warnings, 0,
      "not known: how busy other programs were, what the hypervisor took, whether a CPU quota ran out, "
      "whether tasks waited for cores, whether heat slowed cores down");
  cr_assert_eq(warnings.count, 1);
  text_list_free(&warnings);
}

Test(disturbance, a_moment_is_too_short_for_ticks) {
  struct cpu_seconds end = quiet;
  struct text_list warnings = {0};
  end.wall += 0.05;
  const struct disturbance d = disturbance_between(&quiet, &end);
  disturbance_warnings(&d, &warnings, &warnings);
  expect_note(&warnings, 0,
              "not known, where it took less than 0.1 s: how busy other programs were, what the hypervisor "
              "took, whether tasks waited for cores");
  text_list_free(&warnings);
}

/* The counters of recorded machines. */
Test(disturbance, counters_of_a_tree) {
  const struct cpu_seconds laptop = cpu_seconds_read(TESTS_MACHINES "/laptop"),
                           container = cpu_seconds_read(TESTS_MACHINES "/container"),
                           nothing = cpu_seconds_read("/nonexistent");
  cr_assert_eq(laptop.cores, 8);
  cr_assert_float_eq(laptop.busy * (double)sysconf(_SC_CLK_TCK), 1208121 + 3120 + 402118 + 8121, 1e-3);
  cr_assert_float_eq(laptop.waited, 881.231221, 1e-9);
  cr_assert_eq(laptop.overheated, 44);
  cr_assert(laptop.group.known && isinf(laptop.group.cpus));
  cr_assert_float_eq(container.stolen * (double)sysconf(_SC_CLK_TCK), 60000, 1e-6);
  cr_assert_eq(container.group.throttled, 1234);
  cr_assert(isnan(container.overheated));
  cr_assert_eq(nothing.cores, 0);
  cr_assert(isnan(nothing.busy) && isnan(nothing.stolen) && isnan(nothing.waited) && !nothing.group.known);
}

/* -- this program's CPU time -- */

static void burn(double seconds) {
  struct timespec now;
  do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  while ((double)now.tv_sec + 1e-9 * (double)now.tv_nsec < seconds);
}

/* A child that uses that much time and then stands by. */
static pid_t start_child(double seconds) {
  int ready[2];
  char byte = 0;
  cr_assert_eq(pipe(ready), 0);
  const pid_t child = fork();
  cr_assert(child >= 0);
  if (!child) {
    alarm(60); /* a test that fails leaves it behind */
    burn(seconds);
    if (write(ready[1], &byte, 1) == 1) pause();
    _exit(0);
  }
  close(ready[1]);
  cr_assert_eq(read(ready[0], &byte, 1), 1);
  close(ready[0]);
  return child;
}

Test(own_time, children_count_while_they_live_and_when_they_ended) {
  const double before = cpu_seconds_own();
  const pid_t first = start_child(0.05), second = start_child(0.1);
  const double alive = cpu_seconds_own() - before;
  kill(first, SIGKILL);
  kill(second, SIGKILL);
  const double dead = cpu_seconds_own() - before;
  waitpid(first, NULL, 0);
  waitpid(second, NULL, 0);
  const double waited = cpu_seconds_own() - before;
  cr_assert(alive >= 0.15 && alive < 0.25, "%g", alive);
  cr_assert(dead >= alive && dead < 0.25, "%g", dead);
  /* the time of those that ended is kept in microseconds */
  cr_assert(waited >= dead - 1e-5 && waited < 0.25, "%g", waited);
}

Test(own_time, a_child_knows_nothing_of_its_siblings) {
  (void)cpu_seconds_own();
  const pid_t busy = start_child(0.1);
  (void)cpu_seconds_own();
  const pid_t other = fork();
  if (!other) _exit(cpu_seconds_own() < 0.05 ? 0 : 1);
  int status = -1;
  waitpid(other, &status, 0);
  kill(busy, SIGKILL);
  waitpid(busy, NULL, 0);
  cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

Test(own_time, a_process_of_others_does_not_count) {
  int ready[2];
  pid_t grandchild;
  cr_assert_eq(pipe(ready), 0);
  const double before = cpu_seconds_own();
  const pid_t child = fork();
  if (!child) { /* its child is an orphan soon */
    const pid_t orphan = start_child(0.2);
    _exit(write(ready[1], &orphan, sizeof orphan) == sizeof orphan ? 0 : 1);
  }
  close(ready[1]);
  cr_assert_eq(read(ready[0], &grandchild, sizeof grandchild), (ssize_t)sizeof grandchild);
  waitpid(child, NULL, 0);
  const double own = cpu_seconds_own() - before;
  kill(grandchild, SIGKILL);
  cr_assert(own < 0.1, "%g", own);
}
