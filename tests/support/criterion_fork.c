/* Runs Criterion tests where Criterion itself can not: its sandbox executes the program again for each test,
   which an emulator such as qemu-user does not follow. This file takes the place of libcriterion for a test
   program: it finds the tests in the same section, forks a child for each, and prints TAP. Signals, exit
   codes, timeouts, fixtures and parameters count as in Criterion; of the assertions, those of
   <criterion/assert.h> are there. */
#include <criterion/criterion.h>
#include <criterion/event.h>
#include <criterion/logging.h>
#include <criterion/options.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct criterion_test_extra_data extra;

/* The linker names the ends of a section that is called like an identifier. */
extern struct criterion_test *__start_cr_tst[], *__stop_cr_tst[];
extern struct criterion_suite *__start_cr_sts[] __attribute__((weak)), *__stop_cr_sts[] __attribute__((weak));

struct criterion_options criterion_options;

/* What a child tells its parent, in shared memory. */
static struct {
  int failures, skipped, finished;
  char reason[256];
} * verdict;

static const struct criterion_test *current;
static const extra *current_suite;
static void *current_parameter;
static jmp_buf leave_test;

/* Timeouts are those of real hardware. */
enum { EMULATION_IS_SLOWER = 20 };

static const extra *find_suite(const char *name) {
  for (struct criterion_suite **s = __start_cr_sts; s < __stop_cr_sts; s++) {
    if (*s && strcmp((*s)->name, name) == 0) return (*s)->data;
  }
  return NULL;
}

/* What the assertion macros call. */
int cr_vasprintf(char **text, const char *format, va_list args) { return vasprintf(text, format, args); }

int cr_asprintf(char **text, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const int length = vasprintf(text, format, args);
  va_end(args);
  return length;
}

void cr_asprintf_free(char *text) { free(text); }

char *cr_translate_assert_msg(int index, ...) {
  va_list args;
  va_start(args, index);
  const char *condition = va_arg(args, const char *);
  va_end(args);
  return strdup(condition && *condition ? condition : "an assertion failed");
}

void cri_asserts_passed_incr(void) {}

void criterion_send_assert(struct criterion_assert_stats *stats) {
  if (stats->passed) return;
  verdict->failures++;
  fprintf(stderr, "%s::%s: %s:%u: %s\n", current->category, current->name, stats->file, stats->line,
          stats->message);
}

void criterion_continue_test(void) {}

void criterion_abort_test(void) { longjmp(leave_test, 1); }

void criterion_skip_test(const char *format, ...) {
  verdict->skipped = 1;
  if (format) {
    va_list args;
    va_start(args, format);
    vsnprintf(verdict->reason, sizeof verdict->reason, format, args);
    va_end(args);
  }
  longjmp(leave_test, 1);
}

void criterion_test_die(const char *format, ...) {
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  verdict->failures++;
  longjmp(leave_test, 1);
}

void cr_log(enum criterion_severity severity, const char *format, ...) {
  (void)severity;
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
}

/* What the trampoline of a test calls, one after the other. */
void criterion_internal_test_setup(void) {
  if (current_suite && current_suite->init) current_suite->init();
  if (current->data->init) current->data->init();
}

void criterion_internal_test_main(void (*test)(void)) {
  if (current->data->kind_ == CR_TEST_PARAMETERIZED) {
    void (*with_parameter)(void *) = (void (*)(void *))(void *)test;
    with_parameter(current_parameter);
  } else {
    test();
  }
}

void criterion_internal_test_teardown(void) {
  if (current->data->fini) current->data->fini();
  if (current_suite && current_suite->fini) current_suite->fini();
}

static void run_in_child(void) {
  const double timeout = current->data->timeout > 0 ? current->data->timeout
                         : current_suite            ? current_suite->timeout
                                                    : 0;
  if (timeout > 0) alarm((unsigned)ceil(timeout * EMULATION_IS_SLOWER));
  if (setjmp(leave_test) == 0) current->test();
  verdict->finished = 1;
  exit(0);
}

/* Prints the line of one test; true if it did not fail. */
static bool run(void) {
  *verdict = (__typeof__(*verdict)){0};
  fflush(NULL);
  const pid_t child = fork();
  if (child == 0) run_in_child();
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) {
    printf("not ok - %s::%s can not be forked\n", current->category, current->name);
    return false;
  }
  if (verdict->skipped) {
    printf("ok - %s::%s # SKIP %s\n", current->category, current->name, verdict->reason);
    return true;
  }
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  const int expected_signal = current->data->signal ? current->data->signal
                              : current_suite       ? current_suite->signal
                                                    : 0;
  const int expected_exit = current->data->exit_code ? current->data->exit_code
                            : current_suite          ? current_suite->exit_code
                                                     : 0;
  const bool good = verdict->failures == 0 && signal == expected_signal &&
                    (signal != 0 || WEXITSTATUS(status) == expected_exit);
  printf("%sok - %s::%s", good ? "" : "not ", current->category, current->name);
  if (!good && signal == SIGALRM) printf(" timed out");
  else if (!good && signal) printf(" ended by signal %d", signal);
  else if (!good && WEXITSTATUS(status) != expected_exit) printf(" exited with %d", WEXITSTATUS(status));
  putchar('\n');
  return good;
}

static struct criterion_test_params parameters_of(const struct criterion_test *test) {
  if (test->data->kind_ == CR_TEST_PARAMETERIZED && test->data->param_) return test->data->param_();
  return (struct criterion_test_params){.length = 1};
}

int main(void) {
  verdict = mmap(NULL, sizeof *verdict, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (verdict == MAP_FAILED) return 99;
  size_t planned = 0;
  for (struct criterion_test **t = __start_cr_tst; t < __stop_cr_tst; t++) {
    if (*t) planned += parameters_of(*t).length;
  }
  printf("TAP version 13\n1..%zu\n", planned);
  bool all_good = true;
  for (struct criterion_test **t = __start_cr_tst; t < __stop_cr_tst; t++) {
    if (!*t) continue;
    current = *t;
    current_suite = find_suite(current->category);
    const struct criterion_test_params parameters = parameters_of(current);
    for (size_t i = 0; i < parameters.length; i++) {
      current_parameter = (char *)parameters.params + i * parameters.size;
      if (current->data->disabled || (current_suite && current_suite->disabled)) {
        printf("ok - %s::%s # SKIP disabled\n", current->category, current->name);
      } else if (!run()) {
        all_good = false;
      }
    }
  }
  return all_good ? 0 : 1;
}
