/* Recorded machines: what of each is found to disturb, to be fine, and to be unknown. */
#include <criterion/criterion.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/cpu_name.h"
#include "machine/findings.h"
#include "machine/machine_json.h"

enum { FINE = FINDING_FINE, DISTURBS = FINDING_DISTURBS, UNKNOWN = FINDING_UNKNOWN, TOPICS = 28 };

/* What must be found about a topic, and what its sentence must say. */
struct expected {
  const char *topic;
  int state;
  const char *says;
};

/* What calls told of a recorded machine, beside its tree. */
struct recorded {
  const char *name, *architecture, *allowed;
  int usable, workers;
  double resolution, cost;
  bool slow_build;
  char *const *environment;
};

static struct host host;
static struct machine machine;
static struct findings findings;

static void examine_tree(const char *root, const struct recorded *r) {
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

static void examine(const struct recorded *r) {
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

static void expect(const char *topic, int state, const char *says) {
  const struct finding *f = find(topic);
  cr_assert_eq((int)f->state, state, "%s %s: %s", topic, finding_state_name(f->state), f->text);
  cr_assert(strstr(f->text, says), "%s: '%s' does not say '%s'", topic, f->text, says);
}

static void expect_all(const struct expected *expected, size_t count) {
  cr_assert_eq(count, TOPICS);
  for (size_t i = 0; i < count; i++) expect(expected[i].topic, expected[i].state, expected[i].says);
  findings_free(&findings);
}
#define EXPECT_ALL(list) expect_all(list, sizeof(list) / sizeof *(list))

/* -- the machines -- */

static char *laptop_environment[] = {"HOME=/root", "OMP_DYNAMIC=true", "OMP_NUM_THREADS=4", NULL};
static const struct recorded laptop = {"laptop", "x86_64",          "0-7", 8, 0, 2e-8, 2.5e-8,
                                       false,    laptop_environment};
static const struct recorded container = {"container", "x86_64", "0-3", 2, 3, NAN, NAN, false, NULL};
static const struct recorded server = {"server", "x86_64", "0-7", 8, 8, 1.2e-6, 1.1e-6, true, NULL};
static const struct recorded aarch64 = {"aarch64", "aarch64", "0-3", 4, 4, 2.1e-8, 3e-8, false, NULL};

/* Four cores of two threads, powersave, on battery. */
Test(doctor, laptop) {
  static const struct expected expected[] = {
      {"workers", FINE,
       "8 workers on 8 usable cores (--workers N judges other plans); OMP_NUM_THREADS=4 limits the default "
       "of the library to 4 workers"},
      {"SMT", DISTURBS, "8 workers share 4 physical cores"},
      {"kinds of cores", FINE, "one kind"},
      {"affinity", FINE, "CPUs 0-7 of 0-7"},
      {"isolated CPUs", FINE, "isolated: none; without a timer tick: none"},
      {"CPU quota", FINE, "none"},
      {"throttling", FINE, "without a quota"},
      {"NUMA", FINE, "one node"},
      {"governor", DISTURBS, "'powersave' on CPUs 0-7"},
      {"energy preference", DISTURBS, "'balance_power' on CPUs 0-7"},
      {"turbo", DISTURBS, "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"},
      {"frequency limit", FINE, "4.20 GHz"},
      {"heat", DISTURBS, "44 times"}, /* 2 (12 + 3 + 0 + 7) */
      {"power", DISTURBS, "battery"},
      {"load", FINE, "0.12 tasks"},
      {"CPU pressure", FINE, "0.61 %"},
      {"memory pressure", FINE, "0 %"},
      {"I/O pressure", FINE, "0.15 %"},
      {"steal", FINE, " 0 %"},
      {"hypervisor", FINE, "LENOVO 20L8S02D00"},
      {"container", FINE, "no sign"},
      {"room", FINE, "8.8 of 15.4 GiB"},
      {"swap", FINE, "0.23 of 8 GiB"},
      {"huge pages", FINE, "transparent ones: madvise; in shared memory: never; reserved: 0"},
      {"build", FINE, "release"},
      {"thread settings", DISTURBS, "OMP_DYNAMIC=true lets the runtime take fewer threads"},
      {"clock source", FINE, "tsc (there are: tsc hpet acpi_pm)"},
      {"timer", FINE, "steps of 20 ns, and reading it takes 25 ns"},
  };
  examine(&laptop);
  expect("SMT", DISTURBS, "--workers 4 under taskset -c 0-3");
  EXPECT_ALL(expected);
  cr_assert_str_eq(machine.cpu, "Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz");
  cr_assert_str_eq(machine.topology, "1 package, 1 NUMA node, 4 cores, 2 threads a core");
  cr_assert_eq(machine.cache_count, 4);
  cr_assert_str_eq(machine.caches[3].size, "8192K");
  cr_assert_eq(machine.memory, 16163008 * 1024.0);
  cr_assert_str_eq(machine.governor, "powersave");
}

/* A virtual machine's container with a quota of 1.5 of 4 CPUs. */
Test(doctor, container) {
  static const struct expected expected[] = {
      {"workers", DISTURBS, "3 workers take turns on 2 usable cores"},
      {"SMT", DISTURBS, "3 workers share 2 physical cores"},
      {"kinds of cores", FINE, "one kind"},
      {"affinity", FINE, "CPUs 0-3 of 0-3"},
      {"isolated CPUs", FINE, "isolated: none"},
      {"CPU quota", DISTURBS, "1.5 cores; 3 workers"},
      {"throttling", DISTURBS, "in 1234 periods so far, and its tasks stood still for 56.8 s"},
      {"NUMA", FINE, "one node"},
      {"governor", UNKNOWN, "scaling_governor"},
      {"energy preference", UNKNOWN, "energy_performance_preference"},
      {"turbo", UNKNOWN, "no_turbo"},
      {"frequency limit", UNKNOWN, "scaling_max_freq"},
      {"heat", UNKNOWN, "core_throttle_count"},
      {"power", FINE, "no battery"},
      {"load", DISTURBS, "3.52 tasks"},
      {"CPU pressure", DISTURBS, "34.2 %"},
      {"memory pressure", FINE, "0 %"},
      {"I/O pressure", FINE, "0 %"},
      {"steal", DISTURBS, "1.5 %"}, /* 60 000 of 4 000 000 ticks */
      {"hypervisor", DISTURBS, "Google Compute Engine"},
      {"container", FINE, "/.dockerenv"},
      {"room", DISTURBS, "1.2 of 15.6 GiB"},
      {"swap", FINE, "none is set up"},
      {"huge pages", FINE, "transparent ones: always"},
      {"build", FINE, "release"},
      {"thread settings", FINE, "no variable"},
      {"clock source", FINE, "kvm-clock"},
      {"timer", UNKNOWN, "not measured"},
  };
  examine(&container);
  EXPECT_ALL(expected);
  cr_assert(machine.group.known && machine.group.cpus == 1.5);
  cr_assert_float_eq(machine.group.throttled_seconds, 56.789012, 1e-9);
  cr_assert(machine.hypervisor);
  cr_assert_str_eq(machine.one_per_core, "0,2");
}

/* Two sockets; the mask has one thread of each core; an old kernel without pressure and a group of version 1.
 */
Test(doctor, server) {
  static const struct expected expected[] = {
      {"workers", FINE, "8 workers on 8 usable cores"},
      {"SMT", FINE, "0-7 has one thread of each of 8 cores"},
      {"kinds of cores", FINE, "one kind"},
      {"affinity", FINE, "CPUs 0-7 of 0-15"},
      {"isolated CPUs", FINE, "isolated: 6-7,14-15; without a timer tick: 6-7,14-15"},
      {"CPU quota", FINE, "none"},
      {"throttling", FINE, "without a quota"},
      {"NUMA", DISTURBS, "2 nodes"},
      {"governor", FINE, "'performance' on CPUs 0-15"},
      {"energy preference", UNKNOWN, "energy_performance_preference"},
      {"turbo", FINE, "off"},
      {"frequency limit", DISTURBS, "CPUs 4-7,12-15 are held to 3.00 GHz where the hardware has 3.70 GHz"},
      {"heat", FINE, "no CPU"},
      {"power", FINE, "no battery"},
      {"load", FINE, "0.50 tasks"}, /* of 16 CPUs */
      {"CPU pressure", UNKNOWN, "/proc/pressure/cpu"},
      {"memory pressure", UNKNOWN, "/proc/pressure/memory"},
      {"I/O pressure", UNKNOWN, "/proc/pressure/io"},
      {"steal", FINE, " 0 %"},
      {"hypervisor", FINE, "Dell Inc. PowerEdge R730"},
      {"container", FINE, "no sign"},
      {"room", FINE, "95.6 of 125.0 GiB"},
      {"swap", DISTURBS, "14 of 16 GiB"},
      {"huge pages", DISTURBS, "never; in shared memory: never; reserved: 512"},
      {"build", DISTURBS, "--buildtype=release"},
      {"thread settings", FINE, "no variable"},
      {"clock source", DISTURBS, "hpet"},
      {"timer", DISTURBS, "steps of 1.2e+03 ns, and reading it takes 1.1e+03 ns"},
  };
  examine(&server);
  expect("NUMA", DISTURBS, "sudo sysctl kernel.numa_balancing=0");
  EXPECT_ALL(expected);
  cr_assert_eq(machine.packages, 2);
  cr_assert_eq(machine.numa_nodes, 2);
  cr_assert_eq(machine.physical_cores, 8);
  cr_assert_eq(machine.threads_per_core, 2);
}

/* A board: cores of two kinds without SMT, no NUMA, no firmware tables, governors that differ. */
Test(doctor, aarch64) {
  static const struct expected expected[] = {
      {"workers", FINE, "4 workers on 4 usable cores"},
      {"SMT", FINE, "each of 6 cores runs one thread"},
      {"kinds of cores", DISTURBS, "from 485 to 1024"},
      {"affinity", DISTURBS, "CPUs 0-3 of 0-5 only"},
      {"isolated CPUs", FINE, "isolated: none"},
      {"CPU quota", FINE, "none"},
      {"throttling", FINE, "without a quota"},
      {"NUMA", UNKNOWN, "/sys/devices/system/node"},
      {"governor", DISTURBS, "'schedutil' on CPUs 0-3, 'performance' on CPUs 4-5"},
      {"energy preference", UNKNOWN, "energy_performance_preference"},
      {"turbo", FINE, "off (/sys/devices/system/cpu/cpufreq/boost is 0)"},
      {"frequency limit", FINE, "1.80 GHz"},
      {"heat", UNKNOWN, "core_throttle_count"},
      {"power", FINE, "no battery"},
      {"load", FINE, "0.05 tasks"},
      {"CPU pressure", UNKNOWN, "/proc/pressure/cpu"},
      {"memory pressure", UNKNOWN, "/proc/pressure/memory"},
      {"I/O pressure", UNKNOWN, "/proc/pressure/io"},
      {"steal", FINE, " 0 %"},
      {"hypervisor", UNKNOWN, "neither"},
      {"container", FINE, "no sign"},
      {"room", FINE, "3.3 of 3.7 GiB"},
      {"swap", FINE, "none is set up"},
      {"huge pages", FINE, "transparent ones: madvise"},
      {"build", FINE, "release"},
      {"thread settings", FINE, "no variable"},
      {"clock source", FINE, "arch_sys_counter"},
      {"timer", FINE, "steps of 21 ns"},
  };
  examine(&aarch64);
  EXPECT_ALL(expected);
  cr_assert_str_eq(machine.cpu, "Arm Cortex-A53, Arm Cortex-A72");
  cr_assert_str_eq(machine.governor, "schedutil, performance");
}

/* -- the same machines, changed: a copy in a temporary folder -- */

static char copy[256], original[4096];
static int files;
static char *file_list[512];

static int copy_entry(const char *path, const struct stat *info, int type, struct FTW *ftw) {
  char to[5000], text[65536];
  (void)info, (void)ftw;
  snprintf(to, sizeof to, "%s%s", copy, path + strlen(original));
  if (type == FTW_D) return mkdir(to, 0700) && strcmp(to, copy) != 0;
  FILE *in = fopen(path, "r"), *out = fopen(to, "w");
  cr_assert(in && out && files < 512, "%s", to);
  const size_t size = fread(text, 1, sizeof text, in);
  cr_assert(size < sizeof text && fwrite(text, 1, size, out) == size);
  fclose(in);
  fclose(out);
  file_list[files++] = strdup(to + strlen(copy));
  return 0;
}

static void copy_machine(const char *name) {
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

static void remove_copy(void) {
  while (files) free(file_list[--files]);
  if (*copy) nftw(copy, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *path, const char *text, size_t size) {
  char file[5000];
  snprintf(file, sizeof file, "%s%s", copy, path);
  FILE *f = fopen(file, "w");
  cr_assert(f != NULL, "%s", file);
  fwrite(text, 1, size, f);
  fclose(f);
}

/* Every topic that files tell of, and that no call does. */
static bool told_by_files(const char *topic) {
  static const char *const calls[] = {"workers", "build", "thread settings", "timer", "container", "turbo"};
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (strcmp(topic, calls[i]) == 0) return false;
  return true;
}

#define TEXT(text)                                                                                           \
  { text, sizeof(text) - 1 }
static const struct {
  const char *text;
  size_t size;
} spoilt[] = {
    TEXT(""),
    TEXT("\n"),
    TEXT("nonsense here: [ ] , - 0:: /\n"),
    TEXT("99999999999999999999999999999999\n"),
    TEXT("-1\n"),
    TEXT("1e400 nan inf\n"),
    TEXT("\0\377\1\2binary\0\n\0\200"),
    TEXT("some avg10=999.00 avg60=0.00 avg300=0.00 total=0\n"),
    TEXT("18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615\n"),
};
enum { SPOILT = sizeof spoilt / sizeof *spoilt };

/* One file spoilt: what depends on it is unknown, or is known from elsewhere; nothing else changes. */
static void spoil_each(const struct recorded *r) {
  char text[65536], file[5000];
  int before[TOPICS];
  examine(r);
  for (int i = 0; i < TOPICS; i++) before[i] = (int)findings.list[i].state;
  findings_free(&findings);
  copy_machine(r->name);
  for (int k = 0; k < files; k++) {
    snprintf(file, sizeof file, "%s%s", copy, file_list[k]);
    FILE *f = fopen(file, "r");
    cr_assert(f != NULL);
    const size_t size = fread(text, 1, sizeof text, f);
    fclose(f);
    for (int s = 0; s < SPOILT; s++) {
      const bool empty_list = s == 1 && strstr(file_list[k], "/isolated");
      put(file_list[k], spoilt[s].text, spoilt[s].size);
      examine_tree(copy, r);
      for (int i = 0; i < TOPICS && !empty_list; i++)
        cr_assert((int)findings.list[i].state == before[i] || findings.list[i].state == FINDING_UNKNOWN,
                  "%s spoilt (%d): %s %s: %s", file_list[k], s, findings.list[i].topic,
                  finding_state_name(findings.list[i].state), findings.list[i].text);
      findings_free(&findings);
    }
    put(file_list[k], text, size);
  }
}

Test(doctor, one_spoilt_file_laptop, .fini = remove_copy) { spoil_each(&laptop); }
Test(doctor, one_spoilt_file_container, .fini = remove_copy) { spoil_each(&container); }
Test(doctor, one_spoilt_file_server, .fini = remove_copy) { spoil_each(&server); }
Test(doctor, one_spoilt_file_aarch64, .fini = remove_copy) { spoil_each(&aarch64); }

/* All files spoilt, or none there: nothing is known, and the JSON is still whole. */
static void expect_nothing_known(const struct recorded *r, const char *root, int how) {
  examine_tree(root, r);
  for (int i = 0; i < TOPICS; i++)
    cr_assert(findings.list[i].state == FINDING_UNKNOWN || !told_by_files(findings.list[i].topic),
              "all spoilt (%d): %s %s: %s", how, findings.list[i].topic,
              finding_state_name(findings.list[i].state), findings.list[i].text);
  cr_assert_eq(machine.packages + machine.physical_cores + machine.numa_nodes + machine.cache_count, 0);
  cr_assert(machine.memory == 0 && machine.load < 0 && !machine.group.known && !machine.hypervisor);
  json_t *json = findings_json(&findings), *object = machine_json(&machine);
  cr_assert_eq(json_array_size(json), TOPICS);
  cr_assert(json_is_null(json_object_get(object, "memory_bytes")));
  cr_assert(json_is_null(json_object_get(object, "physical_cores")));
  json_decref(json);
  json_decref(object);
  findings_free(&findings);
}

Test(doctor, every_file_spoilt, .fini = remove_copy) {
  copy_machine("laptop");
  for (int s = 0; s < SPOILT; s++) {
    for (int k = 0; k < files; k++) put(file_list[k], spoilt[s].text, spoilt[s].size);
    if (s == 1) put("/sys/devices/system/cpu/isolated", "x\n", 2); /* an empty list is a good one */
    expect_nothing_known(&laptop, copy, s);
  }
}

Test(doctor, no_files) { expect_nothing_known(&laptop, "/nonexistent", -1); }

static void change(const char *path, const char *text) { put(path, text, strlen(text)); }

Test(doctor, changed_laptop, .fini = remove_copy) {
  copy_machine("laptop");
  change("/sys/class/power_supply/AC/online", "1\n");
  change("/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
  change("/sys/devices/system/cpu/cpu3/cpufreq/scaling_governor", "performance\n");
  change("/proc/loadavg", "0.41 0.31 0.28 1/1103 81233\n");
  change("/proc/pressure/cpu", "some avg10=5.01 avg60=0.00 avg300=0.00 total=12\n");
  change("/sys/devices/system/cpu/isolated", "2-3\n");
  examine_tree(copy, &laptop);
  expect("power", FINE, "plugged in");
  expect("turbo", FINE, "off");
  expect("governor", DISTURBS, "'powersave' on CPUs 0-2,4-7, 'performance' on CPUs 3");
  expect("load", DISTURBS, "0.41 tasks"); /* above 5 % of 8 CPUs */
  expect("CPU pressure", DISTURBS, "5.01 %");
  expect("isolated CPUs", FINE, "isolated: 2-3");
  findings_free(&findings);
}

/* Quotas of ancestors count, and the files of version 1 have other names and units. */
Test(doctor, quotas, .fini = remove_copy) {
  copy_machine("laptop");
  change("/sys/fs/cgroup/user.slice/cpu.max", "250000 100000\n");
  change("/sys/fs/cgroup/user.slice/cpu.stat", "nr_periods 10\nnr_throttled 0\nthrottled_usec 0\n");
  examine_tree(copy, &laptop);
  expect("CPU quota", DISTURBS, "2.5 cores; 8 workers");
  expect("throttling", FINE, "never");
  findings_free(&findings);
  remove_copy();
  copy_machine("server");
  change("/sys/fs/cgroup/cpu,cpuacct/user.slice/cpu.cfs_quota_us", "50000\n");
  change("/sys/fs/cgroup/cpu,cpuacct/user.slice/cpu.stat",
         "nr_periods 10\nnr_throttled 3\nthrottled_time 250000000\n");
  examine_tree(copy, &server);
  expect("CPU quota", DISTURBS, "0.5 cores; 8 workers");
  expect("throttling", DISTURBS, "in 3 periods so far, and its tasks stood still for 0.25 s");
  findings_free(&findings);
}

Test(doctor, thread_settings) {
  static const struct {
    const char *setting;
    int state;
  } settings[] = {
      {"OMP_DYNAMIC=TRUE", DISTURBS},
      {"OMP_DYNAMIC=false", FINE},
      {"OMP_THREAD_LIMIT=7", DISTURBS},
      {"OMP_THREAD_LIMIT=8", FINE},
      {"OMP_THREAD_LIMIT=x", DISTURBS},
      {"OMP_PROC_BIND=close", DISTURBS},
      {"OMP_PROC_BIND=false", FINE},
      {"OMP_WAIT_POLICY=active", DISTURBS},
      {"OMP_WAIT_POLICY=passive", FINE},
      {"GOMP_CPU_AFFINITY=0", DISTURBS},
      {"KMP_BLOCKTIME=infinite", DISTURBS},
      {"GOMP_SPINCOUNT=0", FINE},
      {"OPENBLAS_NUM_THREADS=2", FINE},
      {"MKL_DYNAMIC=1", DISTURBS},
      {"OMP_NUM_THREADS", FINE},
  };
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    char setting[64];
    char *environment[] = {"PATH=/bin", setting, NULL};
    snprintf(setting, sizeof setting, "%s", settings[i].setting);
    struct recorded r = laptop;
    r.environment = environment;
    examine(&r);
    expect("thread settings", settings[i].state, settings[i].state == DISTURBS ? setting : "");
    findings_free(&findings);
  }
  /* bytes that are no text neither harm the sentence nor the JSON */
  char *environment[] = {"OMP_DYNAMIC=\377\n", NULL};
  struct recorded r = laptop;
  r.environment = environment;
  examine(&r);
  expect("thread settings", FINE, "OMP_DYNAMIC=??");
  findings_free(&findings);
}

/* What may have made the mask narrow, and how many workers a program gets that does not ask for a number. */
Test(doctor, variables_that_leave_fewer_cores) {
  static const struct {
    const char *setting, *topic;
    int state;
    const char *says;
  } settings[] = {
      {"GOMP_CPU_AFFINITY=0-3", "affinity", DISTURBS,
       "(taskset, cpuset or mpirun, or GOMP_CPU_AFFINITY=0-3)"},
      {"OMP_PLACES={0},{1}", "affinity", DISTURBS, "or OMP_PLACES={0},{1})"},
      {"OMP_PROC_BIND=primary", "affinity", DISTURBS, "or OMP_PROC_BIND=primary)"},
      {"OMP_PROC_BIND=false", "affinity", DISTURBS, "(taskset, cpuset or mpirun)"},
      {"OMP_NUM_THREADS=1", "workers", FINE,
       "OMP_NUM_THREADS=1 limits the default of the library to 1 worker"},
      {"OMP_NUM_THREADS=3,2", "workers", FINE,
       "OMP_NUM_THREADS=3,2 limits the default of the library to 3 workers"},
      {"OMP_THREAD_LIMIT=2", "workers", FINE,
       "OMP_THREAD_LIMIT=2 limits the default of the library to 2 workers"},
      {"OMP_NUM_THREADS=4", "workers", FINE, "4 workers on 4 usable cores"},
      {"OMP_NUM_THREADS=x", "workers", FINE, "4 workers on 4 usable cores"},
  };
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    char setting[64];
    char *environment[] = {"PATH=/bin", setting, NULL};
    snprintf(setting, sizeof setting, "%s", settings[i].setting);
    struct recorded r = aarch64; /* CPUs 0-3 of 0-5 */
    r.environment = environment;
    examine(&r);
    expect(settings[i].topic, settings[i].state, settings[i].says);
    for (size_t k = 0; k < findings.count; k++)
      cr_assert(strstr(settings[i].says, "limits") || !strstr(findings.list[k].text, "limits the default"),
                "%s", setting);
    findings_free(&findings);
  }
}

Test(doctor, names_of_arm_cores, .fini = remove_copy) {
  static const struct {
    const char *implementer, *part, *name;
  } cores[] = {
      {"0x41", "0xd0c", "Arm Neoverse N1"},
      {"0x41", "0xd40", "Arm Neoverse V1"},
      {"0x41", "0xd49", "Arm Neoverse N2"},
      {"0x41", "0xd4f", "Arm Neoverse V2"},
      {"0x41", "0xd0b", "Arm Cortex-A76"},
      {"0x61", "0x023", "Apple M1 (Firestorm)"},
      {"0x41", "0x999", "unknown aarch64 CPU (implementer 0x41 part 0x999)"},
      {"garbage", "0xd0c", "unknown aarch64 CPU"},
      {"0x41", "0x", "unknown aarch64 CPU"},
  };
  copy_machine("aarch64");
  for (size_t i = 0; i < sizeof cores / sizeof *cores; i++) {
    char text[256], name[128];
    snprintf(text, sizeof text, "processor\t: 0\nCPU implementer\t: %s\nCPU part\t: %s\n",
             cores[i].implementer, cores[i].part);
    change("/proc/cpuinfo", text);
    cpu_name(copy, "aarch64", name, sizeof name);
    cr_assert_str_eq(name, cores[i].name);
  }
}

Test(doctor, sets_of_cpus) {
  static const struct {
    const char *text;
    int count;
    const char *again;
  } good[] = {
      {"", 0, ""}, {"0", 1, "0"}, {"0-3,8", 5, "0-3,8"}, {"1,2,3,5", 4, "1-3,5"}, {"8191", 1, "8191"}};
  static const char *const bad[] = {
      "-", "3-1", "8192", "0-", "a", "0,,1", "0;1", "0-99999999999999999999", "(null)"};
  struct cpus cpus;
  char text[64], brief[12];
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    cr_assert(cpus_parse(good[i].text, &cpus), "%s", good[i].text);
    cr_assert_eq(cpus.count, good[i].count);
    cpus_text(&cpus, text, sizeof text);
    cr_assert_str_eq(text, good[i].again);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) cr_assert(!cpus_parse(bad[i], &cpus), "%s", bad[i]);
  cr_assert(cpus_parse("0,2,4,6,8,10,12", &cpus));
  cpus_text(&cpus, brief, sizeof brief);
  cr_assert_str_eq(brief, "0,2,4,6,..."); /* 12 bytes with the end */
}
