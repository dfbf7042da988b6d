/* The simulated engine and what it is fed with: against closed forms, bounds of the literature, schedules
 * worked out by hand, and what the real engine hands out. */
#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "commands/simulate/chunk_profile.h"
#include "commands/simulate/simulation.h"
#include "commands/simulate/trace.h"

static const struct sim_machine free_machine = {.caller_works = true, .bandwidth = INFINITY};
static const tutti_schedule schedules[] = {TUTTI_STATIC, TUTTI_DYNAMIC, TUTTI_GUIDED};

static void check_close(double value, double expected, const char *what) {
  cr_assert(fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected)), "%s: %.17g, expected %.17g", what,
            value, expected);
}

enum { MOST = 4096 };
static double seconds[MOST], bytes[MOST];
static struct sim_chunk chunks[MOST];

static struct sim_call equal_chunks(size_t n, double each) {
  for (size_t c = 0; c < n; c++) seconds[c] = each;
  return (struct sim_call){.n = n, .seconds = seconds};
}

/* Of [0, 1), from Knuth's generator (MMIX). */
static double draw(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (double)(*state >> 11) * 0x1p-53;
}

static struct sim_call random_chunks(size_t n, uint64_t *state) {
  for (size_t c = 0; c < n; c++) seconds[c] = 0.01 + draw(state);
  return (struct sim_call){.n = n, .seconds = seconds};
}

/* ---- closed forms ---- */

Test(simulate, equal_chunks_take_as_many_turns_as_there_are) {
  for (int workers = 1; workers <= 40; workers++)
    for (size_t n = 0; n <= 100; n++) {
      const struct sim_call call = equal_chunks(n, 0.25);
      const double turns = ceil((double)n / workers);
      check_close(simulate_call(&call, &free_machine, TUTTI_DYNAMIC, workers, NULL).seconds, 0.25 * turns,
                  "dynamic");
      check_close(simulate_call(&call, &free_machine, TUTTI_STATIC, workers, NULL).seconds, 0.25 * turns,
                  "static");
    }
}

Test(simulate, amdahls_law) {
  for (int p = 1; p <= 64; p *= 2) {
    struct sim_call call = equal_chunks(4096, 0.9 / 4096);
    call.before = 0.07;
    call.after = 0.03;
    for (int s = 0; s < 2; s++)
      check_close(simulate_call(&call, &free_machine, schedules[s], p, NULL).seconds, 0.1 + 0.9 / p, "time");
  }
}

/* Workers start at 0, 0.5, 1.0 and take one chunk of 2 after another: seven end at 2, 2.5, 3, 4, 4.5, 5, 6.
 * Processes are started by the caller: all of them begin 0.5 later. */
Test(simulate, workers_start_one_after_another) {
  const struct sim_call call = equal_chunks(7, 2);
  struct sim_machine machine = {.start = 0.5, .caller_works = true, .bandwidth = INFINITY};
  check_close(simulate_call(&call, &machine, TUTTI_DYNAMIC, 3, chunks).seconds, 6, "threads");
  cr_assert(chunks[6].worker == 0 && chunks[5].worker == 2 && chunks[1].begin == 0.5);
  check_close(simulate_call(&call, &machine, TUTTI_DYNAMIC, 1, NULL).seconds, 14, "one thread");
  machine.caller_works = false;
  check_close(simulate_call(&call, &machine, TUTTI_DYNAMIC, 3, NULL).seconds, 6.5, "processes");
  check_close(simulate_call(&call, &machine, TUTTI_DYNAMIC, 1, NULL).seconds, 14.5, "one process");
  machine.short_chunks = 7;
  check_close(simulate_call(&call, &machine, TUTTI_DYNAMIC, 3, NULL).seconds, 14, "few chunks");
  /* no more chunks than workers: the second waits for its own, however late that is */
  const struct sim_call two = equal_chunks(2, 2);
  machine = (struct sim_machine){.start = 10, .caller_works = true, .bandwidth = INFINITY};
  check_close(simulate_call(&two, &machine, TUTTI_DYNAMIC, 3, NULL).seconds, 12, "a chunk each");
}

/* The counter serves one at a time: where chunks take no time, it is all there is. */
Test(simulate, handing_out_is_serial) {
  const struct sim_machine machine = {.dispatch = 0.125, .caller_works = true, .bandwidth = INFINITY};
  struct sim_call call = equal_chunks(64, 0);
  check_close(simulate_call(&call, &machine, TUTTI_DYNAMIC, 7, NULL).seconds, 8, "nothing but handing out");
  check_close(simulate_call(&call, &machine, TUTTI_DYNAMIC, 1, NULL).seconds, 0, "nobody competes");
  check_close(simulate_call(&call, &machine, TUTTI_STATIC, 7, NULL).seconds, 0, "no counter");
  check_close(simulate_call(&call, &machine, TUTTI_DYNAMIC, 64, NULL).seconds, 0, "a chunk each: no counter");
  /* 3 workers get theirs at 1/8, 2/8, 3/8, and again a chunk and a hand-out later */
  call = equal_chunks(6, 1);
  check_close(simulate_call(&call, &machine, TUTTI_DYNAMIC, 3, NULL).seconds, 2.5, "staggered");
}

/* ---- schedules ---- */

/* Chunks of 5 1 1 1 1 1 on two workers. Static: 5+1+1 and 1+1+1. Dynamic: 5 and 1+1+1+1+1. Guided takes
 * 6/4 = 1, 5/4 = 1, ...: as dynamic. */
Test(simulate, uneven_chunks_by_hand) {
  const double uneven[] = {5, 1, 1, 1, 1, 1};
  memcpy(seconds, uneven, sizeof uneven);
  const struct sim_call call = {.n = 6, .seconds = seconds};
  check_close(simulate_call(&call, &free_machine, TUTTI_STATIC, 2, NULL).seconds, 7, "static");
  check_close(simulate_call(&call, &free_machine, TUTTI_DYNAMIC, 2, NULL).seconds, 5, "dynamic");
  check_close(simulate_call(&call, &free_machine, TUTTI_GUIDED, 2, NULL).seconds, 5, "guided");
  /* time of two workers for 7 seconds: 10 of work, the second waits from 3 to 7 */
  const struct sim_result r = simulate_call(&call, &free_machine, TUTTI_STATIC, 2, NULL);
  check_close(r.time[SIM_WORK], 10, "work");
  check_close(r.time[SIM_WAIT], 4, "wait");
}

/* Graham (1969): m (m - 1) tasks of 1, then one of m. List scheduling takes 2 m - 1 where m is best. */
Test(simulate, grahams_worst_case) {
  for (int m = 2; m <= 16; m++) {
    const size_t ones = (size_t)m * (size_t)(m - 1);
    struct sim_call call = equal_chunks(ones + 1, 1);
    seconds[ones] = m;
    check_close(simulate_call(&call, &free_machine, TUTTI_DYNAMIC, m, NULL).seconds, 2 * m - 1, "list");
    check_close(simulate_bounds(&call, 1, INFINITY, m).most, 2 * m - 1, "bound");
    memmove(seconds + 1, seconds, ones * sizeof *seconds);
    seconds[0] = m;
    check_close(simulate_call(&call, &free_machine, TUTTI_DYNAMIC, m, NULL).seconds, m, "best");
  }
}

/* No schedule beats max(work / P, longest); dynamic stays below (2 - 1/P) times that. */
Test(simulate, grahams_bound_on_random_chunks) {
  uint64_t state = 1;
  for (int trial = 0; trial < 500; trial++) {
    const int workers = 1 + (int)(20 * draw(&state));
    const struct sim_call call = random_chunks(1 + (size_t)(60 * draw(&state)), &state);
    double sum = 0, longest = 0;
    for (size_t c = 0; c < call.n; c++) sum += seconds[c], longest = fmax(longest, seconds[c]);
    const double best = fmax(sum / workers, longest);
    const double dynamic = simulate_call(&call, &free_machine, TUTTI_DYNAMIC, workers, NULL).seconds;
    cr_assert(dynamic >= best * (1 - 1e-12) && dynamic <= (2 - 1.0 / workers) * best * (1 + 1e-12),
              "%d workers: %g, best %g", workers, dynamic, best);
    const struct sim_bounds bounds = simulate_bounds(&call, 1, INFINITY, workers);
    check_close(bounds.least, best, "least");
    check_close(bounds.work, sum, "work");
    check_close(bounds.span, longest, "span");
    cr_assert(dynamic <= bounds.most * (1 + 1e-12));
  }
}

/* ---- memory ---- */

/* P streams that each ask for 10 B/s, of 20 bytes, in memory that gives 25 B/s: P > 2 share them. */
Test(simulate, streams_share_the_bandwidth) {
  const struct sim_machine machine = {.caller_works = true, .bandwidth = 25};
  struct sim_call call = equal_chunks(8, 2);
  for (size_t c = 0; c < 8; c++) bytes[c] = 20;
  call.bytes = bytes;
  for (int p = 1; p <= 8; p *= 2) {
    const double turn = fmax(2, p * 20.0 / 25);
    check_close(simulate_call(&call, &machine, TUTTI_DYNAMIC, p, NULL).seconds, 8.0 / p * turn, "time");
    check_close(simulate_bounds(&call, 1, 25, p).least, 8.0 / p * turn, "bound");
  }
}

/* By hand: A (1 s, 10 B), B (3 s, 30 B), C (2 s, no bytes) side by side on 10 B/s. A and B run at half their
 * speed until A ends at 2; B has done 1 s of 3 by then and ends at 4. C ends at 2. */
Test(simulate, rates_change_when_a_stream_ends) {
  const struct sim_machine machine = {.caller_works = true, .bandwidth = 10};
  const double s[] = {1, 3, 2}, b[] = {10, 30, 0};
  memcpy(seconds, s, sizeof s);
  memcpy(bytes, b, sizeof b);
  const struct sim_call call = {.n = 3, .seconds = seconds, .bytes = bytes};
  const struct sim_result r = simulate_call(&call, &machine, TUTTI_STATIC, 3, chunks);
  check_close(chunks[0].end, 2, "A");
  check_close(chunks[1].end, 4, "B");
  check_close(chunks[2].end, 2, "C");
  check_close(r.time[SIM_MEMORY], 1 + 1, "stretched");
  check_close(r.time[SIM_WAIT], 2 + 0 + 2, "waiting");
}

/* The bound of list scheduling holds in memory that limits, too. */
Test(simulate, a_bound_for_dynamic_with_little_memory) {
  uint64_t state = 11;
  for (int trial = 0; trial < 500; trial++) {
    const int workers = 1 + (int)(20 * draw(&state));
    struct sim_call call = random_chunks(1 + (size_t)(60 * draw(&state)), &state);
    for (size_t c = 0; c < call.n; c++) bytes[c] = draw(&state);
    call.bytes = bytes;
    const struct sim_machine machine = {.caller_works = true, .bandwidth = 0.1 + 10 * draw(&state)};
    const struct sim_bounds bounds = simulate_bounds(&call, 1, machine.bandwidth, workers);
    const double dynamic = simulate_call(&call, &machine, TUTTI_DYNAMIC, workers, NULL).seconds;
    cr_assert(dynamic >= bounds.least * (1 - 1e-12) && dynamic <= bounds.most * (1 + 1e-12),
              "%g, bounds %g and %g", dynamic, bounds.least, bounds.most);
  }
}

/* ---- nothing is lost ---- */

static int by_begin(const void *a, const void *b) {
  const struct sim_chunk *x = a, *y = b;
  if (x->worker != y->worker) return x->worker - y->worker;
  return x->begin != y->begin ? (x->begin > y->begin) - (x->begin < y->begin)
                              : (x->end > y->end) - (x->end < y->end);
}

static void check_conserved(const struct sim_call *call, const struct sim_machine *machine,
                            tutti_schedule schedule, int workers) {
  for (size_t c = 0; c < call->n; c++) chunks[c] = (struct sim_chunk){.worker = -1};
  const struct sim_result r = simulate_call(call, machine, schedule, workers, chunks);
  double all = 0;
  for (int k = 0; k < SIM_TIMES; k++) all += r.time[k];
  check_close(all, workers * r.seconds, "worker-seconds");
  double sum = call->before + call->after;
  size_t taken = 0;
  for (size_t c = 0; c < call->n; c++) {
    sum += call->seconds[c];
    taken += chunks[c].taken;
    cr_assert(chunks[c].worker >= 0 && chunks[c].worker < workers, "chunk %zu was not run", c);
    cr_assert(chunks[c].end - chunks[c].begin >= call->seconds[c] * (1 - 1e-9) - 1e-12);
    cr_assert(chunks[c].end <= r.seconds);
  }
  check_close(r.time[SIM_WORK], sum, "work");
  cr_assert(taken == call->n);
  qsort(chunks, call->n, sizeof *chunks, by_begin);
  for (size_t c = 1; c < call->n; c++)
    cr_assert(chunks[c].worker != chunks[c - 1].worker || chunks[c].begin >= chunks[c - 1].end,
              "worker %d does two chunks at once", chunks[c].worker);
}

Test(simulate, every_chunk_once_and_all_time_accounted_for) {
  uint64_t state = 7;
  for (int trial = 0; trial < 300; trial++) {
    const int workers = 1 + (int)(40 * draw(&state));
    struct sim_call call = random_chunks((size_t)(200 * draw(&state)), &state);
    for (size_t c = 0; c < call.n; c++) bytes[c] = draw(&state) < 0.3 ? 0 : draw(&state);
    call.bytes = trial % 2 ? bytes : NULL;
    call.before = draw(&state);
    call.after = draw(&state);
    const struct sim_machine machine = {.start = 0.01 * draw(&state),
                                        .caller_works = trial % 3,
                                        .short_chunks = trial % 5 ? 0 : 8,
                                        .dispatch = 0.02 * draw(&state),
                                        .bandwidth = 5 * draw(&state)};
    for (int s = 0; s < 3; s++) check_conserved(&call, &machine, schedules[s], workers);
  }
}

Test(simulate, thousands_of_workers_and_chunks) {
  uint64_t state = 3;
  struct sim_call call = random_chunks(4096, &state);
  for (size_t c = 0; c < 4096; c++) bytes[c] = seconds[c];
  call.bytes = bytes;
  const struct sim_machine machine = {
      .start = 1e-6, .dispatch = 1e-7, .caller_works = true, .bandwidth = 1000};
  for (int s = 0; s < 3; s++) {
    check_conserved(&call, &machine, schedules[s], 4095);
    check_conserved(&call, &machine, schedules[s], 4096);
  }
}

Test(simulate, calls_add_up) {
  const struct sim_call calls[] = {equal_chunks(8, 1), {.n = 3, .seconds = seconds, .before = 0.5}};
  const struct sim_result r = simulate_run(calls, 2, &free_machine, TUTTI_DYNAMIC, 4);
  check_close(r.seconds, 2 + 0.5 + 1, "time");
  check_close(r.time[SIM_WAIT], 1, "the fourth has no chunk of three");
  const struct sim_bounds bounds = simulate_bounds(calls, 2, INFINITY, 4);
  check_close(bounds.span, 1 + 0.5 + 1, "span");
  check_close(bounds.work, 8 + 0.5 + 3, "work");
}

/* ---- what the real engine hands out ---- */

/* Two workers take turns, so that neighbouring hand-outs never go to the same one: a chunk goes on when the
 * other worker has begun a later one. The last chunk, a hand-out of its own, waits for nobody. */
static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  size_t n, begun[2]; /* + 1: 0 is not begun */
  pthread_t who[2], ran[MOST];
  size_t known;
  bool in_turns;
} log_ = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, {0}, {0}, {0}, 0, false};

static size_t who_am_i(void) {
  for (size_t i = 0; i < log_.known; i++)
    if (pthread_equal(log_.who[i], pthread_self())) return i;
  log_.who[log_.known] = pthread_self();
  return log_.known++;
}

static int record(size_t begin, size_t end, void *args) {
  (void)args;
  if (end != begin + 1) return 1;
  pthread_mutex_lock(&log_.lock);
  log_.ran[begin] = pthread_self();
  if (log_.in_turns) {
    const size_t me = who_am_i();
    log_.begun[me] = begin + 1;
    pthread_cond_broadcast(&log_.changed);
    while (begin + 1 < log_.n && log_.begun[1 - me] <= begin + 1)
      pthread_cond_wait(&log_.changed, &log_.lock);
  }
  pthread_mutex_unlock(&log_.lock);
  return 0;
}

/* Sizes of the hand-outs of n chunks, as the simulation has them in `chunks`. */
static void check_hand_outs(tutti_schedule schedule, int workers, size_t n) {
  tutti_config config;
  tutti_ctx *ctx;
  tutti_config_default(&config);
  config.workers = workers;
  config.schedule = schedule;
  cr_assert(tutti_open(&config, &ctx) == TUTTI_OK);
  log_.n = n;
  log_.known = log_.begun[0] = log_.begun[1] = 0;
  log_.in_turns = schedule != TUTTI_STATIC;
  cr_assert(tutti_for(ctx, n, 1, record, NULL, NULL) == TUTTI_OK);
  tutti_close(ctx);
  const struct sim_call call = equal_chunks(n, 1);
  simulate_call(&call, &free_machine, schedule, workers, chunks);
  for (size_t c = 1; c < n; c++)
    cr_assert((chunks[c].taken > 0) == !pthread_equal(log_.ran[c], log_.ran[c - 1]),
              "chunk %zu of %zu on %d workers", c, n, workers);
}

Test(simulate, hands_out_as_the_engine_does, .timeout = 60) {
  static const size_t counts[] = {3, 4, 5, 7, 8, 9, 100, 1023, 4096};
  unsetenv("OMP_DYNAMIC");
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    check_hand_outs(TUTTI_GUIDED, 2, counts[i]);
    check_hand_outs(TUTTI_DYNAMIC, 2, counts[i]);
    for (int workers = 2; workers <= 5; workers++) check_hand_outs(TUTTI_STATIC, workers, counts[i]);
  }
}

/* ---- chunks seen from outside ---- */

/* The stamps of a run: two calls, of 4, 4 and 2 items and of one, and one without items between them. The
 * caller works 5 s, then 2 s, then 1 s; chunks take `slow` s an item; every stamp costs 0.5 s. */
static struct recording recorded(double slow, struct stamp stamps[5]) {
  static const size_t done[] = {4, 8, 10, 0, 1}, total[] = {10, 10, 10, 0, 1};
  const double gap[] = {5 + 4 * slow, 4 * slow, 2 * slow, 0, 2 + slow};
  double now = 100;
  for (int i = 0; i < 5; i++) {
    now += gap[i] + (i == 3 ? 0 : 0.5);
    stamps[i] = (struct stamp){now, done[i], total[i]};
  }
  return (struct recording){.begin = 100, .end = now + 1, .stamps = stamps, .count = 5};
}

Test(profile, chunks_from_stamps) {
  struct stamp stamps[3][5];
  const struct recording runs[] = {recorded(1, stamps[0]), recorded(7, stamps[1]), recorded(2, stamps[2])};
  struct sim_call *calls;
  size_t count;
  cr_assert(calls_from_recordings(runs, 3, 0.5, 1100, &calls, &count));
  cr_assert(count == 2 && calls[0].n == 3 && calls[1].n == 1);
  check_close(calls[0].before, 5, "before the first");
  check_close(calls[0].seconds[0], 8, "first chunk, in the median");
  check_close(calls[0].seconds[1], 8, "second");
  check_close(calls[0].seconds[2], 4, "third");
  check_close(calls[0].bytes[2], 200, "its bytes");
  check_close(calls[0].after, 0, "between the calls");
  check_close(calls[1].before + calls[1].seconds[0], 4, "a call of one chunk");
  check_close(calls[1].bytes[0], 100, "its bytes");
  check_close(calls[1].after, 1, "after the last");
  calls_free(calls, count);
}

Test(profile, runs_that_differ_and_runs_without_calls) {
  struct stamp stamps[2][5];
  struct recording runs[] = {recorded(1, stamps[0]), recorded(1, stamps[1])};
  struct sim_call *calls;
  size_t count;
  stamps[1][1].done = 7;
  cr_assert(!calls_from_recordings(runs, 2, 0, 0, &calls, &count));
  runs[1].count = 4;
  cr_assert(!calls_from_recordings(runs, 2, 0, 0, &calls, &count));
  runs[0].count = 0;
  cr_assert(calls_from_recordings(runs, 1, 0, 0, &calls, &count));
  cr_assert(count == 1 && calls[0].n == 0);
  check_close(calls[0].after, runs[0].end - runs[0].begin, "all of it is the caller's");
  calls_free(calls, count);
}

static int touch(size_t begin, size_t end, void *args) {
  (void)begin, (void)end, (void)args;
  return 0;
}

/* What the engine really reports: a stamp a chunk, of the sizes of the plan. */
Test(profile, the_engine_reports_every_chunk) {
  struct recording recording = {0};
  tutti_config config;
  tutti_ctx *ctx;
  tutti_config_default(&config);
  config.backend = TUTTI_SERIAL;
  config.progress = recording_stamp;
  config.progress_user = &recording;
  cr_assert(tutti_open(&config, &ctx) == TUTTI_OK);
  cr_assert(tutti_for(ctx, 103, 10, touch, NULL, NULL) == TUTTI_OK);
  cr_assert(tutti_for(ctx, 1, 10, touch, NULL, NULL) == TUTTI_OK);
  tutti_close(ctx);
  recording.end = INFINITY;
  struct sim_call *calls;
  size_t count;
  cr_assert(calls_from_recordings(&recording, 1, 0, 104, &calls, &count));
  cr_assert(count == 2 && calls[0].n == 11 && calls[1].n == 1);
  for (size_t c = 0; c < 11; c++) cr_assert(calls[0].bytes[c] == (c < 10 ? 10 : 3));
  calls_free(calls, count);
  recording_free(&recording);
}

/* ---- chunk times from a file ---- */

static char error[256];

static bool read_trace(const char *text, size_t length, double **times, size_t *n) {
  FILE *file = length ? fmemopen((void *)(uintptr_t)text, length, "r") : fopen("/dev/null", "r");
  cr_assert(file != NULL);
  const bool good = trace_read(file, "t.txt", times, n, error, sizeof error);
  fclose(file);
  return good;
}

static void refuse(const char *text, const char *why) {
  double *times;
  size_t n;
  cr_assert(!read_trace(text, strlen(text), &times, &n), "%s was taken", text);
  cr_assert(strcmp(error, why) == 0, "%s: %s", text, error);
  cr_assert(times == NULL && n == 0);
}

Test(trace, as_people_write_them) {
  double *times;
  size_t n;
  static const char text[] = "# measured in May\n0.5\r\n\n  1e-3 \n\t2\n0";
  cr_assert(read_trace(text, strlen(text), &times, &n), "%s", error);
  cr_assert(n == 4 && times[0] == 0.5 && times[1] == 1e-3 && times[2] == 2 && times[3] == 0);
  free(times);
}

Test(trace, what_is_wrong_is_named_with_its_line) {
  refuse("", "t.txt: there are no chunk times in it");
  refuse("# none\n\n", "t.txt: there are no chunk times in it");
  refuse("0\n0\n", "t.txt: no chunk takes any time");
  refuse("1\n\n-2\n", "t.txt:3: '-2' is no number of seconds from 0 to 1e9");
  refuse("1\n1 2\n", "t.txt:2: '1 2' is no number of seconds from 0 to 1e9");
  refuse("nan\n", "t.txt:1: 'nan' is no number of seconds from 0 to 1e9");
  refuse("1\n2e9\n", "t.txt:2: '2e9' is no number of seconds from 0 to 1e9");
  refuse("1e999\n", "t.txt:1: '1e999' is no number of seconds from 0 to 1e9");
  double *times;
  size_t n;
  cr_assert(!read_trace("1\n2\0\n3\n", 8, &times, &n));
  cr_assert(strncmp(error, "t.txt:2: ", 9) == 0, "%s", error);
}

Test(trace, as_many_as_the_engine_makes) {
  static char text[2 * 4097];
  double *times;
  size_t n;
  for (int i = 0; i < 4097; i++) {
    text[2 * i] = '1';
    text[2 * i + 1] = '\n';
  }
  cr_assert(read_trace(text, 2 * 4096, &times, &n) && n == 4096);
  free(times);
  cr_assert(!read_trace(text, 2 * 4097, &times, &n));
  cr_assert(strcmp(error, "t.txt:4097: more than 4096 chunks, which is all the engine makes") == 0, "%s",
            error);
}

/* Any bytes are read or refused. */
Test(trace, noise) {
  uint64_t state = 5;
  static const char letters[] = "0123456789.e+-#x\n\n \t\0n";
  for (int trial = 0; trial < 20000; trial++) {
    char text[32];
    const size_t length = 1 + (size_t)(31 * draw(&state));
    for (size_t i = 0; i < length; i++) text[i] = letters[(size_t)(draw(&state) * (sizeof letters - 1))];
    double *times, sum = 0;
    size_t n;
    *error = 0;
    if (!read_trace(text, length, &times, &n)) {
      cr_assert(strncmp(error, "t.txt:", 6) == 0);
      continue;
    }
    for (size_t i = 0; i < n; i++) {
      cr_assert(times[i] >= 0 && times[i] <= 1e9);
      sum += times[i];
    }
    cr_assert(sum > 0);
    free(times);
  }
}
