/* Writes a random stream to standard output, endlessly or as many bytes as asked for: food for test
 * batteries. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tutti/tutti.h>

enum { STREAMS = 8, PIECE = 1 << 16 }; /* elements at once */

typedef struct {
  tutti_rng rng;
  uint64_t words; /* of 64 bits */
  const char *mode;
} options;

static bool parse_number(const char *text, uint64_t *value) {
  char *end;
  errno = 0;
  *value = strtoull(text, &end, 0);
  return *text && *text != '-' && !*end && !errno;
}

static error_t parse(int key, char *text, struct argp_state *state) {
  options *o = state->input;
  uint64_t *number = key == 's' ? &o->rng.seed : key == 'k' ? &o->rng.stream : key == 'w' ? &o->words : NULL;
  if (number && !parse_number(text, number)) argp_error(state, "'%s' is no whole number", text);
  if (number) return 0;
  if (key != ARGP_KEY_ARG) return ARGP_ERR_UNKNOWN;
  static const char *const modes[] = {"plain", "reversed", "interleaved", "children"};
  size_t mode = 0;
  while (mode < 4 && strcmp(text, modes[mode]) != 0) mode++;
  if (mode == 4) argp_error(state, "mode '%s': plain, reversed, interleaved or children", text);
  o->mode = text;
  return 0;
}

static uint64_t reversed(uint64_t x) {
  x = (x >> 1 & 0x5555555555555555) | (x & 0x5555555555555555) << 1;
  x = (x >> 2 & 0x3333333333333333) | (x & 0x3333333333333333) << 2;
  x = (x >> 4 & 0x0f0f0f0f0f0f0f0f) | (x & 0x0f0f0f0f0f0f0f0f) << 4;
  return __builtin_bswap64(x);
}

static void check(tutti_status status) {
  if (!status) return;
  fprintf(stderr, "stream: %s: %s\n", tutti_strerror(status), tutti_error_detail(NULL));
  exit(1);
}

/* The next PIECE words, of which `first` were written before. */
static void fill(const options *o, uint64_t first, uint64_t *out) {
  static uint64_t part[PIECE / STREAMS];
  const bool children = strcmp(o->mode, "children") == 0;
  if (!children && strcmp(o->mode, "interleaved") != 0) {
    check(tutti_bits(NULL, o->rng, first, out, PIECE));
    for (size_t i = 0; *o->mode == 'r' && i < PIECE; i++) out[i] = reversed(out[i]);
    return;
  }
  for (uint64_t s = 0; s < STREAMS; s++) {
    const tutti_rng rng = children ? tutti_rng_split(o->rng, s) : (tutti_rng){o->rng.seed, o->rng.stream + s};
    check(tutti_bits(NULL, rng, first / STREAMS, part, PIECE / STREAMS));
    for (size_t i = 0; i < PIECE / STREAMS; i++) out[STREAMS * i + s] = part[i];
  }
}

int main(int argc, char **argv) {
  static const struct argp_option described[] = {
      {"seed", 's', "N", 0, "the seed (default 1)", 0},
      {"stream", 'k', "N", 0, "the stream (default 0)", 0},
      {"words", 'w', "N", 0, "how many words of 64 bits (default: without end)", 0},
      {0}};
  static const struct argp parser = {
      described,
      parse,
      "[MODE]",
      "Writes random words of 64 bits, as they lie in memory.\vMODE: plain, a stream in order (the default); "
      "reversed, the bits of every word in reverse; interleaved, eight neighbouring streams in turns; "
      "children, "
      "eight streams split from one in turns.",
      NULL,
      NULL,
      NULL};
  static uint64_t words[PIECE];
  options o = {{1, 0}, UINT64_MAX, "plain"};
  argp_parse(&parser, argc, argv, 0, NULL, &o);
  for (uint64_t done = 0; done < o.words; done += PIECE) {
    fill(&o, done, words);
    const size_t wanted = o.words - done < PIECE ? (size_t)(o.words - done) : PIECE;
    if (fwrite(words, sizeof *words, wanted, stdout) < wanted) break; /* the reader has had enough */
  }
  return fflush(stdout) && errno != EPIPE;
}
