/* Recorded machines, examined as they are or in a copy that a test changes. */
#include "recorded.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *laptop_environment[] = {"HOME=/root", "OMP_DYNAMIC=true", "OMP_NUM_THREADS=4", NULL};
const struct recorded laptop = {"laptop", "x86_64", "0-7", 8, 0, 2e-8, 2.5e-8, false, laptop_environment};
const struct recorded container = {"container", "x86_64", "0-3", 2, 3, NAN, NAN, false, NULL};
const struct recorded server = {"server", "x86_64", "0-7", 8, 8, 1.2e-6, 1.1e-6, true, NULL};
const struct recorded aarch64 = {"aarch64", "aarch64", "0-3", 4, 4, 2.1e-8, 3e-8, false, NULL};

static struct host host;
struct machine machine;
struct findings findings;

void examine_tree(const char *root, const struct recorded *r) {
  static const char *const nothing[] = {NULL};
  host = (struct host){.system = "Linux",
                       .release = "6.1.0",
                       .name = "name",
                       .usable = r->usable,
                       .environment = r->environment ? r->environment : (char *const *)nothing,
                       .build = "release optimization=3",
                       .slow_build = r->slow_build};
  snprintf(host.architecture, sizeof host.architecture, "%s", r->architecture);
  cr_assert(cpus_parse(r->allowed, &host.allowed));
  machine_read(root, &host, &machine);
  findings = findings_examine(&(struct examination){.root = root,
                                                    .host = &host,
                                                    .machine = &machine,
                                                    .workers = r->workers,
                                                    .clock_resolution = r->resolution,
                                                    .clock_cost = r->cost});
  cr_assert_eq(findings.count, TOPICS);
}

void examine(const struct recorded *r) {
  char root[4096];
  snprintf(root, sizeof root, "%s/%s", TESTS_MACHINES, r->name);
  examine_tree(root, r);
}

static const struct finding *find(const char *topic) {
  for (size_t i = 0; i < findings.count; i++)
    if (strcmp(findings.list[i].topic, topic) == 0) return &findings.list[i];
  cr_assert(false, "no finding about %s", topic);
  return NULL;
}

void expect(const char *topic, int state, const char *says) {
  const struct finding *f = find(topic);
  cr_assert_eq((int)f->state, state, "%s %s: %s", topic, finding_state_name(f->state), f->text);
  cr_assert(strstr(f->text, says), "%s: '%s' does not say '%s'", topic, f->text, says);
}

/* -- the same machines, changed: a copy in a temporary folder -- */

char copy[256];
int copied_files;
char *copied_file[512];
static char original[4096];

static int copy_entry(const char *path, const struct stat *info, int type, struct FTW *ftw) {
  char to[5000], text[65536];
  (void)info, (void)ftw;
  snprintf(to, sizeof to, "%s%s", copy, path + strlen(original));
  if (type == FTW_D) return mkdir(to, 0700) && strcmp(to, copy) != 0;
  FILE *in = fopen(path, "r"), *out = fopen(to, "w");
  cr_assert(in && out && copied_files < 512, "%s", to);
  const size_t size = fread(text, 1, sizeof text, in);
  cr_assert(size < sizeof text && fwrite(text, 1, size, out) == size);
  fclose(in);
  fclose(out);
  copied_file[copied_files++] = strdup(to + strlen(copy));
  return 0;
}

void copy_machine(const char *name) {
  const char *folder = getenv("TMPDIR");
  snprintf(copy, sizeof copy, "%s/tutti-doctor-XXXXXX", folder && *folder ? folder : "/tmp");
  cr_assert(mkdtemp(copy) != NULL, "%s", copy);
  snprintf(original, sizeof original, "%s/%s", TESTS_MACHINES, name);
  cr_assert_eq(nftw(original, copy_entry, 16, FTW_PHYS), 0);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *ftw) {
  (void)info, (void)type, (void)ftw;
  return remove(path);
}

void remove_copy(void) {
  while (copied_files) free(copied_file[--copied_files]);
  if (*copy) nftw(copy, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void put(const char *path, const char *text, size_t size) {
  char file[5000];
  snprintf(file, sizeof file, "%s%s", copy, path);
  FILE *f = fopen(file, "w");
  cr_assert(f != NULL, "%s", file);
  fwrite(text, 1, size, f);
  fclose(f);
}

void change(const char *path, const char *text) { put(path, text, strlen(text)); }
