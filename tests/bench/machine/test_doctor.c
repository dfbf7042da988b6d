/* Recorded machines: what of each is found to disturb, to be fine, and to be unknown. */
#include <criterion/criterion.h>
#include <math.h>

#include "recorded.h"

static void expect_all(const struct expected *expected, size_t count) {
  cr_assert_eq(count, TOPICS);
  for (size_t i = 0; i < count; i++) expect(expected[i].topic, expected[i].state, expected[i].says);
  findings_free(&findings);
}
#define EXPECT_ALL(list) expect_all(list, sizeof(list) / sizeof *(list))

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
