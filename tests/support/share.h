/* How much tests do. An emulator (qemu-user) takes 20 times as long as the machine it stands for: there,
 * tests that ask much of the same kind take a share of it, and scripts/test tries the whole everywhere else.
 */
#ifndef TUTTI_TESTS_SUPPORT_SHARE_H
#define TUTTI_TESTS_SUPPORT_SHARE_H

/* tests/meson.build says so. */
#ifndef TESTS_EMULATED
#define TESTS_EMULATED 0
#endif

/* Of a count of cases, samples or rounds: all of them, or under emulation an eighth; a 64th of what takes
 * minutes even so. Constants where `whole` is one. */
#define TESTING_SHARE(whole) (TESTS_EMULATED ? (whole) / 8 : (whole))
#define TESTING_FEW(whole)   (TESTS_EMULATED ? (whole) / 64 : (whole))

#endif
