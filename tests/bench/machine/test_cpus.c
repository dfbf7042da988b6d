/* Names of cores and sets of CPUs, read from text. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "machine/cpu_name.h"
#include "recorded.h"

Test(cpus, names_of_arm_cores, .fini = remove_copy) {
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

Test(cpus, sets_of_cpus) {
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
