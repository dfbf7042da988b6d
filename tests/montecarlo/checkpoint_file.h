/* A checkpoint's path in a folder of the test's own. */
#ifndef TUTTI_TESTS_CHECKPOINT_FILE_H
#define TUTTI_TESTS_CHECKPOINT_FILE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/tutti-checkpoint-XXXXXX", path[64];

static void enter(void) {
  cr_assert(mkdtemp(folder) != NULL);
  snprintf(path, sizeof path, "%s/run", folder);
}

/* Nothing but the checkpoint may be left. */
static void leave(void) {
  unlink(path);
  cr_assert(rmdir(folder) == 0, "files are left in %s", folder);
}

#endif
