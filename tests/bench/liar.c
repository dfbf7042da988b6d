/* bench_amdahl with one case whose result depends on the workers: the comparison of bits must find it. */
#include "commands/commands.h"
#include "util/program.h"

static bool setup(struct bench_setup *s) {
  s->work = (struct bench_work){.items = 1, .item = "lies"};
  return true;
}

static tutti_status run(tutti_ctx *ctx, void *state, struct bench_share share, struct bench_result *result) {
  (void)state;
  (void)share;
  const unsigned char workers = (unsigned char)tutti_workers(ctx);
  bench_result_set(result, &workers, 1);
  return TUTTI_OK;
}

static void describe(const struct bench_result *result, char *text, size_t size) {
  if (size > 1) text[0] = (char)('0' + result->bytes[0]), text[1] = '\0';
}

static void teardown(void *state) { (void)state; }

static const struct bench_case liar = {.name = "liar",
                                       .description = "answers with the number of workers",
                                       .setup = setup,
                                       .run = run,
                                       .describe = describe,
                                       .teardown = teardown};

int main(int argc, char **argv) {
  program_begin();
  return run_cases(argc, argv, (const struct bench_case *const[]){&liar, NULL}, NULL);
}
