/* Remembers the first signal; the second one kills. */
#include "util/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t caught;

static void remember(int number) { caught = number; }

void interrupt_catch(void) {
  /* SA_RESETHAND: the next one has its default effect. Forked workers get the terminal's signal, too, and
   * finish their chunk thanks to this handler. */
  struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
}

int interrupt_signal(void) { return caught; }
