/* Prints n!: an example of Decima's engine in a program of one's own.
 *
 *   cc digits.c $(pkg-config --cflags --libs decima) -o digits && ./digits 1000 */
#include <decima/decima.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int print(void* user, const char* piece, size_t length) {
  return fwrite(piece, 1, length, user) == length ? 0 : 1;
}

int main(int count, char** arguments) {
  char* end = NULL;
  errno = 0;
  const uint64_t n = count == 2 ? strtoull(arguments[1], &end, 10) : 0;
  if (count != 2 || *arguments[1] < '0' || *arguments[1] > '9' || *end || errno) {
    fprintf(stderr, "usage: digits N\n");
    return 64;
  }
  decima_engine* engine = decima_new(NULL);
  if (!engine) {
    fprintf(stderr, "digits: there is no memory or thread to be had\n");
    return 1;
  }
  decima_cost cost = {0, 0, 0};
  decima_status status = decima_estimate(engine, "factorial", &n, 1, &cost);
  if (status == DECIMA_OK) {
    fprintf(stderr, "%" PRIu64 " digits, at most %" PRIu64 " bytes of memory, %s\n", cost.digits, cost.bytes,
            decima_kernel());
    status = decima_compute(engine, "factorial", &n, 1, print, stdout);
  }
  decima_free(engine);
  if (status != DECIMA_OK) {
    fprintf(stderr, "digits: %s\n", decima_status_text(status));
    return 1;
  }
  return puts("") < 0;
}
