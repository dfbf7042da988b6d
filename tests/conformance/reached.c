/* Whether the call of an entry reaches the kernel that it stands for. */
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "../support/testing.h"
#include "ask.h"
#include "conform.h"
#include "core/context.h"
#include "isa/kernels.h"

/* In a child, with NULL in the place of the kernel: a call that reaches it ends the child, or its worker. */
static void call_without(const entry *e, slot s, tutti_ctx *ctx) {
  const given g = given_of(e, 5, several(e));
  answer a = answer_for(e, g.n);
  tutti_kernels all = *ctx->kernels;
  unsigned char *family = malloc(s.size);
  const void *before;
  memcpy(&before, (const char *)&all + s.family, sizeof before);
  memcpy(family, before, s.size);
  memset(family + s.row, 0, sizeof(void (*)(void)));
  memcpy((char *)&all + s.family, &family, sizeof family);
  ctx->kernels = &all;
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  signal(SIGSEGV, SIG_DFL);
  close(STDERR_FILENO); /* an emulator's last words */
  _exit(ask(e, ctx, &g, &a) == TUTTI_EWORKER ? 1 : 0);
}

static bool dies_without(const entry *e, slot s, tutti_ctx *ctx) {
  const pid_t child = fork();
  cr_assert(child >= 0);
  if (child == 0) call_without(e, s, ctx);
  int status = 0;
  cr_assert(waitpid(child, &status, 0) == child);
  return (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV) || (WIFEXITED(status) && WEXITSTATUS(status));
}

/* Not by threads: the child of a process that had some may not start any. */
void check_reached(const entry *e, slot s) {
  for (CONTEXTS c = {.every_isa = true,
                    .backends = ON_SERIAL | ON_PROCESSES,
                    .schedules = BY_DYNAMIC,
                    .workers = {2}};
       contexts_next(&c);)
    cr_assert(dies_without(e, s, c.ctx), "%s: the entry's call does not use this kernel", c.name);
}
