/* Names of CPUs, of Arm's by their numbers. */
#include "machine/cpu_name.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/proc_files.h"
#include "util/append.h"

/* MIDR_EL1's implementer and part number, as the reference manuals of the cores give them. */
static const struct {
  unsigned implementer, part;
  const char *name;
} arm_cores[] = {
    {0x41, 0xd03, "Arm Cortex-A53"},
    {0x41, 0xd04, "Arm Cortex-A35"},
    {0x41, 0xd05, "Arm Cortex-A55"},
    {0x41, 0xd07, "Arm Cortex-A57"},
    {0x41, 0xd08, "Arm Cortex-A72"},
    {0x41, 0xd09, "Arm Cortex-A73"},
    {0x41, 0xd0a, "Arm Cortex-A75"},
    {0x41, 0xd0b, "Arm Cortex-A76"},
    {0x41, 0xd0c, "Arm Neoverse N1"},
    {0x41, 0xd0d, "Arm Cortex-A77"},
    {0x41, 0xd40, "Arm Neoverse V1"},
    {0x41, 0xd41, "Arm Cortex-A78"},
    {0x41, 0xd44, "Arm Cortex-X1"},
    {0x41, 0xd49, "Arm Neoverse N2"},
    {0x41, 0xd4f, "Arm Neoverse V2"},
    {0x46, 0x001, "Fujitsu A64FX"},
    {0x48, 0xd01, "HiSilicon TSV110"},
    {0x43, 0x0af, "Cavium ThunderX2"},
    {0x61, 0x022, "Apple M1 (Icestorm)"},
    {0x61, 0x023, "Apple M1 (Firestorm)"},
    {0xc0, 0xac3, "Ampere-1"},
};

static bool hexadecimal(const char *text, unsigned *value) {
  char *end;
  if (strncmp(text, "0x", 2) != 0 || strlen(text) > 8) return false;
  *value = (unsigned)strtoul(text, &end, 16);
  return end > text + 2 && !*end;
}

/* A machine may have cores of several kinds: "Arm Cortex-A55, Arm Cortex-A76". */
static bool arm_name(const char *root, const char *architecture, char *text, size_t size) {
  char line[1024], name[96];
  unsigned implementer = 0, part;
  FILE *file = file_open(root, "/proc/cpuinfo");
  *text = '\0';
  while (file && fgets(line, sizeof line, file)) {
    char *colon = strchr(line, ':');
    if (!colon || !line_clean(colon + 1)) continue;
    if (strncmp(line, "CPU implementer", 15) == 0 && !hexadecimal(colon + 1, &implementer)) implementer = 0;
    if (strncmp(line, "CPU part", 8) != 0 || !implementer || !hexadecimal(colon + 1, &part)) continue;
    snprintf(name, sizeof name, "unknown %.32s CPU (implementer 0x%02x part 0x%03x)", architecture,
             implementer, part);
    for (size_t i = 0; i < sizeof arm_cores / sizeof *arm_cores; i++)
      if (arm_cores[i].implementer == implementer && arm_cores[i].part == part)
        snprintf(name, sizeof name, "%s", arm_cores[i].name);
    if (!strstr(text, name)) append(text, size, "%s%s", *text ? ", " : "", name);
  }
  if (file) fclose(file);
  return *text;
}

void cpu_name(const char *root, const char *architecture, char *text, size_t size) {
  static const char *const keys[] = {"model name", "cpu", "uarch", "Model"}; /* x86; POWER; RISC-V; boards */
  if (file_field(root, "/proc/cpuinfo", keys[0], text, size) || arm_name(root, architecture, text, size))
    return;
  for (size_t i = 1; i < sizeof keys / sizeof *keys; i++)
    if (file_field(root, "/proc/cpuinfo", keys[i], text, size)) return;
  snprintf(text, size, "unknown %s CPU", architecture);
}
