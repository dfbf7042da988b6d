/* What tests with Criterion share: contexts, what a call must say, threads. */
#ifndef TUTTI_TESTS_SUPPORT_TESTING_H
#define TUTTI_TESTS_SUPPORT_TESTING_H

#include <criterion/criterion.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <tutti/tutti.h>
#include <unistd.h>

#include "contexts.h"

static inline tutti_ctx *testing_open(const tutti_config *config) {
  tutti_ctx *ctx = NULL;
  const tutti_status status = tutti_open(config, &ctx);
  cr_assert(status == TUTTI_OK, "tutti_open: %s: %s", tutti_strerror(status), tutti_error_detail(NULL));
  return ctx;
}

static inline tutti_ctx *testing_open_backend(tutti_backend backend, int workers) {
  tutti_config config;
  tutti_config_default(&config);
  config.backend = backend;
  config.workers = workers;
  return testing_open(&config);
}

/* The call must have ended with `expected` and, if it failed, with a detail that contains `word`. */
static inline void testing_expect(const tutti_ctx *ctx, tutti_status status, tutti_status expected,
                                  const char *word, const char *what) {
  cr_assert(status == expected, "%s: %s (%s) instead of %s", what, tutti_strerror(status),
            tutti_error_detail(ctx), tutti_strerror(expected));
  if (expected != TUTTI_OK)
    cr_assert(strstr(tutti_error_detail(ctx), word) != NULL, "%s: no \"%s\" in the detail \"%s\"", what, word,
              tutti_error_detail(ctx));
}

static inline void *testing_wait_for(void *semaphore) {
  sem_wait(semaphore);
  return NULL;
}

static inline bool testing_runs_a_thread(void) {
  sem_t go;
  pthread_t thread;
  sem_init(&go, 0, 1);
  return pthread_create(&thread, NULL, testing_wait_for, &go) == 0 && pthread_join(thread, NULL) == 0;
}

/* Skips the test where a child of a process that has threads cannot start one: qemu-user ends there. */
static inline void testing_need_threads_in_children(void) {
  sem_t go;
  pthread_t other;
  int status = -1;
  sem_init(&go, 0, 0);
  cr_assert(pthread_create(&other, NULL, testing_wait_for, &go) == 0);
  const pid_t child = fork();
  if (child == 0) {
    close(STDOUT_FILENO); /* of the emulator's last words, too */
    close(STDERR_FILENO);
    _exit(!testing_runs_a_thread());
  }
  const bool ended = waitpid(child, &status, 0) == child;
  sem_post(&go);
  pthread_join(other, NULL);
  if (!ended || status) cr_skip_test("a forked child cannot start a thread here");
}

#endif
