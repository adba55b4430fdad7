/* That decima.h is a header of C, and how a program in C uses it. */
#include <string.h>

#include "library/decima.h"

struct text {
  char bytes[200];
  size_t length;
};

static int append(void* user, const char* piece, size_t length) {
  struct text* text = user;
  if (text->length + length >= sizeof text->bytes) return 1;
  memcpy(text->bytes + text->length, piece, length);
  text->length += length;
  return 0;
}

/* 100! as text, or what went wrong in words. */
const char* factorial_from_c(void);
const char* factorial_from_c(void) {
  static struct text text;
  const uint64_t n = 100;
  decima_engine* engine = decima_new(NULL);
  if (!engine) return "no engine";
  const decima_status status = decima_compute(engine, "factorial", &n, 1, append, &text);
  decima_free(engine);
  return status == DECIMA_OK ? text.bytes : decima_status_text(status);
}
