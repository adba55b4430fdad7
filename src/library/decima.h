/* Decima's engine for programs in C, and in whatever can call C: exact integers in radix 10^18, so that results are
 * decimal text without conversion.
 *
 *   decima_engine *engine = decima_new(NULL);
 *   uint64_t n = 1000;
 *   decima_compute(engine, "factorial", &n, 1, write_piece, file);
 *   decima_free(engine);
 *
 * Nothing here aborts the program, prints, or keeps global state that a caller could see. An engine serves one
 * computation at a time; several engines may compute at once, each on its own threads. decima_stop and decima_progress
 * may be called from any thread meanwhile.
 *
 * Version 0 promises that a program built against 0.x runs with every later 0.x of the same x. */
#ifndef DECIMA_H
#define DECIMA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(DECIMA_BUILD)
#define DECIMA_API __attribute__((visibility("default")))
#else
#define DECIMA_API
#endif

typedef enum decima_status {
  DECIMA_OK = 0,
  DECIMA_STOPPED = 1,       /* decima_stop was called, or the sink wanted no more */
  DECIMA_OUT_OF_MEMORY = 2, /* more than the engine may use, or than the machine has */
  DECIMA_NO_SUCH_KIND = 3,
  DECIMA_BAD_ARGUMENT = 4 /* wrong number of arguments, one out of its range, or a text that is no number */
} decima_status;

/* A sentence for people. Lives as long as the program. */
DECIMA_API const char* decima_status_text(decima_status status);

/* "0.1.0": of the library that is loaded, which may be newer than this header. */
DECIMA_API const char* decima_version(void);
/* The instruction set in use: "avx512ifma", "avx2" or "generic". DECIMA_KERNEL in the environment forces one. */
DECIMA_API const char* decima_kernel(void);

/* What can be computed: the name of the index-th kind, or NULL after the last; and how many arguments it takes. */
DECIMA_API const char* decima_kind(size_t index);
DECIMA_API size_t decima_kind_arguments(const char* kind);

typedef struct decima_options {
  uint64_t memory_bytes; /* ceiling of one engine; 0: half of the machine's memory */
  unsigned threads;      /* of one computation; 0: one for each processor */
} decima_options;

/* Memory that stays warm and threads that stay ready between computations. `options` may be NULL. NULL when even the
 * threads could not be had. */
typedef struct decima_engine decima_engine;
DECIMA_API decima_engine* decima_new(const decima_options* options);
DECIMA_API void decima_free(decima_engine* engine); /* NULL is fine */
/* Gives the memory back to the system. Between computations. */
DECIMA_API void decima_trim(decima_engine* engine);

/* What a computation will take on this engine. A figure that does not fit is the largest that does. */
typedef struct decima_cost {
  uint64_t digits; /* exact */
  uint64_t bytes;  /* at most, within 10 % */
  uint64_t work;   /* in the units of decima_progress; time is proportional within a factor of 2 */
} decima_cost;
DECIMA_API decima_status decima_estimate(const decima_engine* engine, const char* kind, const uint64_t* arguments,
                                         size_t count, decima_cost* cost);

/* Takes decimal text piece by piece, from its first digit to its last, without a terminating NUL. Returns 0 to go on;
 * anything else ends the computation as DECIMA_STOPPED. */
typedef int (*decima_sink)(void* user, const char* piece, size_t length);

/* Computes, and hands the digits to the sink. Nothing is handed over unless the whole number has been computed. */
DECIMA_API decima_status decima_compute(decima_engine* engine, const char* kind, const uint64_t* arguments,
                                        size_t count, decima_sink sink, void* user);

/* The product of two decimal texts: digits only, leading zeros allowed. */
DECIMA_API decima_status decima_multiply(decima_engine* engine, const char* a, size_t a_length, const char* b,
                                         size_t b_length, decima_sink sink, void* user);

/* Asks the computation under way, or else the next one, to end soon; it then returns DECIMA_STOPPED. */
DECIMA_API void decima_stop(decima_engine* engine);
/* Work done by the present computation so far. */
DECIMA_API uint64_t decima_progress(const decima_engine* engine);

#ifdef __cplusplus
}
#endif

#endif
