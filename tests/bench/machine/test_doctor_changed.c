/* Recorded machines with files that are spoilt, missing or changed. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "recorded.h"

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
  for (int k = 0; k < copied_files; k++) {
    snprintf(file, sizeof file, "%s%s", copy, copied_file[k]);
    FILE *f = fopen(file, "r");
    cr_assert(f != NULL);
    const size_t size = fread(text, 1, sizeof text, f);
    fclose(f);
    for (int s = 0; s < SPOILT; s++) {
      const bool empty_list = s == 1 && strstr(copied_file[k], "/isolated");
      put(copied_file[k], spoilt[s].text, spoilt[s].size);
      examine_tree(copy, r);
      for (int i = 0; i < TOPICS && !empty_list; i++)
        cr_assert((int)findings.list[i].state == before[i] || findings.list[i].state == FINDING_UNKNOWN,
                  "%s spoilt (%d): %s %s: %s", copied_file[k], s, findings.list[i].topic,
                  finding_state_name(findings.list[i].state), findings.list[i].text);
      findings_free(&findings);
    }
    put(copied_file[k], text, size);
  }
}

Test(doctor_changed, one_spoilt_file_laptop, .fini = remove_copy) { spoil_each(&laptop); }
Test(doctor_changed, one_spoilt_file_container, .fini = remove_copy) { spoil_each(&container); }
Test(doctor_changed, one_spoilt_file_server, .fini = remove_copy) { spoil_each(&server); }
Test(doctor_changed, one_spoilt_file_aarch64, .fini = remove_copy) { spoil_each(&aarch64); }

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

Test(doctor_changed, every_file_spoilt, .fini = remove_copy) {
  copy_machine("laptop");
  for (int s = 0; s < SPOILT; s++) {
    for (int k = 0; k < copied_files; k++) put(copied_file[k], spoilt[s].text, spoilt[s].size);
    if (s == 1) put("/sys/devices/system/cpu/isolated", "x\n", 2); /* an empty list is a good one */
    expect_nothing_known(&laptop, copy, s);
  }
}

Test(doctor_changed, no_files) { expect_nothing_known(&laptop, "/nonexistent", -1); }

Test(doctor_changed, changed_laptop, .fini = remove_copy) {
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
Test(doctor_changed, quotas, .fini = remove_copy) {
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
