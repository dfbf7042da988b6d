/* `bench_amdahl doctor`: what on this machine would disturb a measurement. */
#ifndef BENCH_DOCTOR_H
#define BENCH_DOCTOR_H

int doctor_main(int argc, char **argv);

#endif
