/* The Gantt chart of a simulation: what each worker does when. A row a worker, a panel a schedule, all on the
 * same scale of time. */
#include <math.h>
#include <stdlib.h>

#include "commands/simulate/simulate_output.h"
#include "output/pictures/plot_script.h"
#include "output/units.h"
#include "util/xalloc.h"

enum { MOST_ROWS = 64 };

/* Each has a colour in the script. Neighbouring chunks have two shades in turn. */
enum kind { ALONE, START, DISPATCH, CHUNK, OTHER_CHUNK, MEMORY };

struct chart {
  FILE *stream;
  const struct study *study;
  int workers, rows;
  double unit;  /* seconds */
  double begin; /* of the call, in seconds since the run began */
  double least; /* seconds: what is shorter cannot be seen, and is joined with its neighbours */
};

static void put_box(const struct chart *c, int row, double begin, double end, enum kind kind) {
  if (row >= c->rows || end <= begin) return;
  fprintf(c->stream, "%.7g %.7g %d %d\n", (c->begin + begin) / c->unit, (c->begin + end) / c->unit, row + 1,
          kind);
}

/* Neighbouring chunks of a worker, drawn as one. */
struct joined {
  double begin, end, dispatch, work;
  bool other;
};

static void put_joined(const struct chart *c, int row, struct joined *j) {
  const double work = j->begin + j->dispatch, memory = work + j->work;
  put_box(c, row, j->begin, work, DISPATCH);
  put_box(c, row, work, memory, j->other ? OTHER_CHUNK : CHUNK);
  put_box(c, row, memory, j->end, MEMORY);
  *j = (struct joined){.begin = j->end, .end = j->end, .other = !j->other};
}

struct item {
  struct sim_chunk chunk;
  double seconds; /* alone */
};

static int by_worker(const void *a, const void *b) {
  const struct sim_chunk *x = &((const struct item *)a)->chunk, *y = &((const struct item *)b)->chunk;
  if (x->worker != y->worker) return x->worker - y->worker;
  return (x->begin > y->begin) - (x->begin < y->begin);
}

/* items: the chunks of one worker, [n], as it ran them. */
static void put_worker(const struct chart *c, const struct item *items, size_t n) {
  const int row = items->chunk.worker;
  struct joined j = {.begin = items->chunk.requested, .end = items->chunk.requested};
  put_box(c, row, 0, items->chunk.requested, START);
  for (size_t i = 0; i < n; i++) {
    const struct sim_chunk *chunk = &items[i].chunk;
    j.dispatch += chunk->begin - chunk->requested;
    j.work += items[i].seconds;
    j.end = chunk->end;
    if (j.end - j.begin >= c->least) put_joined(c, row, &j);
  }
  put_joined(c, row, &j);
}

static void put_chunks(const struct chart *c, const struct sim_call *call, const struct sim_chunk *chunks) {
  struct item *items = xcalloc(call->n, sizeof *items);
  for (size_t k = 0; k < call->n; k++) items[k] = (struct item){chunks[k], call->seconds[k]};
  qsort(items, call->n, sizeof *items, by_worker);
  for (size_t first = 0, next; first < call->n; first = next) {
    next = first + 1;
    while (next < call->n && items[next].chunk.worker == items[first].chunk.worker) next++;
    put_worker(c, items + first, next - first);
  }
  free(items);
}

/* Returns the seconds of the run. */
static double put_run(struct chart *c, tutti_schedule schedule) {
  c->begin = 0;
  for (size_t i = 0; i < c->study->count; i++) {
    const struct sim_call *call = &c->study->calls[i];
    struct sim_chunk *chunks = xcalloc(call->n, sizeof *chunks);
    const struct sim_result r = simulate_call(call, &c->study->machine, schedule, c->workers, chunks);
    put_box(c, 0, 0, call->before, ALONE);
    put_box(c, 0, r.seconds - call->after, r.seconds, ALONE);
    c->begin += call->before;
    put_chunks(c, call, chunks);
    c->begin += r.seconds - call->before;
    free(chunks);
  }
  return c->begin;
}

static double seconds_of(const struct study *study, const struct view *view, int schedule) {
  return simulate_run(study->calls, study->count, &study->machine, view->sweep.schedules[schedule],
                      view->gantt)
      .seconds;
}

/* The slowest schedule's run. */
static double longest_run(const struct study *study, const struct view *view) {
  double longest = 0;
  for (int i = 0; i < view->sweep.schedule_count; i++) longest = fmax(longest, seconds_of(study, view, i));
  return longest;
}

void gantt_data(FILE *stream, const struct study *study, const struct view *view) {
  const double longest = longest_run(study, view);
  struct chart chart = {.stream = stream,
                        .study = study,
                        .workers = view->gantt,
                        .rows = view->gantt < MOST_ROWS ? view->gantt : MOST_ROWS,
                        .unit = time_unit(longest).seconds,
                        .least = longest / 500};
  for (int i = 0; i < view->sweep.schedule_count; i++) {
    const tutti_schedule schedule = view->sweep.schedules[i];
    fprintf(stream, "# %s: begin, end, worker, kind\n", schedule_names[schedule]);
    const double seconds = put_run(&chart, schedule);
    fprintf(stream, "\n\n# end\n%.7g\n\n\n", seconds / chart.unit);
  }
}

// clang-format off
static const char drawing[] =
    "  array colors[6] = [0xE69F00, 0x777777, 0xD55E00, 0x56B4E9, 0x8FD0F5, 0xCC79A7]\n"
    "  array kinds[5] = [\"the caller alone: serial part and merging\", \"starting\", \"handing out\", \"chunks, in two shades\", \"held up by memory\"]\n"
    "  array shade[5] = [1, 2, 3, 4, 6]\n"
    "  set lmargin at screen 0.065; set rmargin at screen 0.935\n"
    "  set xrange [0:longest]; set yrange [rows + 0.5:0.5]\n"
    "  unset key\n"
    "  if (rows <= 16) { set ytics 1 } else { set ytics 8, 8 }\n"
    "  do for [i = 1:schedules] {\n"
    "    set tmargin at screen 1 - (112.0 + (i - 1) * (panel + 44)) / height\n"
    "    set bmargin at screen 1 - (112.0 + (i - 1) * (panel + 44) + panel) / height\n"
    "    set label 7 name[i] at graph 0, graph 1.0 + 14.0 / panel left font middle\n"
    "    set label 8 done[i] at first finish[i], graph 0.5 left offset 0.6,0\n"
    "    set arrow 1 from first finish[i], graph 0 to first finish[i], graph 1 nohead linecolor rgb \"#000000\" dashtype 2\n"
    "    if (i < schedules) { set format x \"\" } else {\n"
    "      set format x\n"
    "      set xlabel \"time (\" . unit . \")\" offset 0,0.4\n"
    "      set key at screen 0.06, 10.0 / height left bottom Left reverse maxrows 2 width 1 samplen 1.5\n"
    "    }\n"
    "    plot stem . \".dat\" index 2 * (i - 1) using 1:3:1:2:($3 - 0.4):($3 + 0.4):(colors[int($4) + 1]) notitle \\\n"
    "        with boxxyerror fillstyle solid noborder linecolor rgb variable, \\\n"
    "      for [k = 1:5] (i == schedules ? -1 : NaN) title (i == schedules ? kinds[k] : \"\") with boxes fillstyle solid noborder linecolor rgb sprintf(\"#%06X\", colors[shade[k]])\n"
    "    unset label 1; unset label 2; unset label 3\n"
    "  }\n"
    "  unset multiplot\n"
    "  reset\n"
    "}\n";
// clang-format on

void gantt_script(FILE *stream, const struct study *study, const struct view *view) {
  const double longest = longest_run(study, view);
  const struct time_unit unit = time_unit(longest);
  const int rows = view->gantt < MOST_ROWS ? view->gantt : MOST_ROWS, count = view->sweep.schedule_count;
  const int panel = rows <= 8 ? 20 * rows + 20 : rows <= 16 ? 14 * rows : 5 * rows;
  char title[256], first[64] = "";
  snprintf(title, sizeof title, "%s: who does what on %d workers, simulated", study->name, view->gantt);
  if (rows < view->gantt) snprintf(first, sizeof first, "The first %d of %d workers.", rows, view->gantt);
  picture_begin(
      stream, study, "gantt", 112 + count * (panel + 44) + 100, title,
      "A row is a worker, the first one the caller's, too; white is waiting; chunks too short to be "
      "seen are drawn together.",
      first);
  fputs("array name[3]; array finish[3]; array done[3]\n", stream);
  for (int i = 0; i < count; i++) {
    const double seconds = seconds_of(study, view, i);
    char digits[32];
    format_digits(seconds / unit.seconds, digits, sizeof digits);
    fprintf(stream, "name[%d] = \"%s\"; finish[%d] = %.7g; done[%d] = \"%s %s\"\n", i + 1,
            schedule_names[view->sweep.schedules[i]], i + 1, seconds / unit.seconds, i + 1, digits,
            unit.name);
  }
  fprintf(stream, "schedules = %d; rows = %d; panel = %d; longest = %.7g; unit = \"%s\"\n", count, rows,
          panel, longest / unit.seconds, unit.name);
  fputs(drawing_begin, stream);
  fputs(drawing_header, stream);
  fputs(drawing, stream);
}
