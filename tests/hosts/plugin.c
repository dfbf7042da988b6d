/* A host that loads the library as it would a plug-in's, and unloads it: plugin LIBRARY TIMES
 * [LOADED_BEFORE]. Prints how often it went well. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 300000 };
static double x[N];

typedef int (*sum_fn)(void *ctx, const double *x, size_t n, double *result);

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  if (argc > 3 && !dlopen(argv[3], RTLD_NOW | RTLD_LOCAL)) {
    puts(dlerror());
    return 1;
  }
  for (int i = 0; i < N; i++) x[i] = i + 1;
  const int times = atoi(argv[2]);
  for (int i = 0; i < times; i++) {
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, "tutti_sum") : NULL;
    if (!symbol) {
      puts(dlerror());
      return 1;
    }
    sum_fn sum;
    memcpy(&sum, &symbol, sizeof sum);
    double result = 0;
    if (sum(NULL, x, N, &result) || result != N * (N + 1.) / 2) {
      printf("wrong: %g\n", result);
      return 1;
    }
    dlclose(library);
  }
  printf("%d\n", times);
  return 0;
}
