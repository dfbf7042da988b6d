/* Where it was until all tests include it from there. */
#include "support/testing.h"
