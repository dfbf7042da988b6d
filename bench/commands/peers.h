#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

/* `bench_amdahl peers`: reads the command line, then becomes the program that measures the library beside its
 * peers, which lies in the build folder beside this one. Returns the exit status only if there is none. */
int peers_main(int argc, char **argv);

#endif
