/* Ctrl-C keeps what was measured: the first signal asks the measurement to stop, a second one kills. */
#ifndef BENCH_INTERRUPT_H
#define BENCH_INTERRUPT_H

void interrupt_catch(void); /* SIGINT, SIGTERM and SIGHUP from here on */
int interrupt_signal(void); /* the signal that asked to stop, or 0 */

#endif
