#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace decima::app {

/// A list is a text of several, with commas between them; its flag may be given once for each.
enum class Type { text, list, number, bytes, bytes_by_name, duration, yes_no, choice };

/// One setting. Its flag (--http-threads), its variable (DECIMA_HTTP_THREADS), its validation, its line in --help, in
/// docs/configuration.md and in .env.example are all made from this row. To add one, add a row; the tests then tell
/// which generated files to renew.
struct Setting {
  std::string_view name;   ///< snake_case
  std::string_view group;  ///< the heading it stands under
  Type type;
  std::string_view preset;  ///< the default, as a user would write it
  std::string_view summary;
  std::uint64_t least = 0;  ///< numbers, bytes, durations in milliseconds
  std::uint64_t most = UINT64_MAX;
  std::string_view choices = {};  ///< of a choice: "a|b|c"
  bool automatic = false;         ///< "auto" is a value too: the program finds one that suits the machine
  bool secret = false;            ///< never shown
  std::string_view alias = {};    ///< another service's variable that means the same
};

// clang-format off
inline constexpr Setting settings_table[] = {
  {"listen", "Serving", Type::list, "127.0.0.1:8080",
   "Address to serve on: HOST:PORT, https://HOST:PORT for TLS, or unix:PATH; port 0 takes a free one. Several are "
   "separated by commas, or have a flag each."},
  {"tls_certificate", "Serving", Type::text, "none",
   "PEM file with the certificate, and its chain, for addresses that begin with https://. Read anew on SIGHUP."},
  {"tls_key", "Serving", Type::text, "none",
   "PEM file with the certificate's private key."},
  {"http_threads", "Serving", Type::number, "auto",
   "Threads that serve connections; auto is one for each processor, at most 4.", 1, 256, {}, true},
  {"http_pool_threads", "Serving", Type::number, "8",
   "Threads for requests that have to ask a store.", 1, 256},
  {"http_pool_line", "Serving", Type::number, "1024",
   "Requests that may wait for one of those threads; more are answered 503.", 1, 1000000},
  {"http_max_connections", "Serving", Type::number, "4096",
   "Connections open at once; one more is answered 503 and closed.", 1, 1000000},
  {"http_max_connections_per_client", "Serving", Type::number, "auto",
   "The same for each client but trusted proxies; auto is 256 when others can reach an address of this server, and as "
   "many as there are when not.", 1, 1000000, {}, true},
  {"http_max_header", "Serving", Type::bytes, "16KiB",
   "Longest request header.", 1024, 1 << 20},
  {"http_max_body", "Serving", Type::bytes, "1MiB",
   "Longest request body.", 64, 1 << 30},
  {"http_header_timeout", "Serving", Type::duration, "10s",
   "Time for a request's header to arrive.", 100, 3600000},
  {"http_body_timeout", "Serving", Type::duration, "30s",
   "Time for a request's body to arrive.", 100, 3600000},
  {"http_idle_timeout", "Serving", Type::duration, "60s",
   "Time a connection may rest between requests.", 100, 3600000},
  {"http_write_timeout", "Serving", Type::duration, "30s",
   "Time that a client may go without taking a byte of an answer.", 100, 3600000},

  {"http_max_requests", "Serving", Type::number, "1000000",
   "Requests on one connection, which is then closed.", 1, UINT64_MAX},
  {"http_inline_bytes", "Serving", Type::bytes, "64KiB",
   "Longest result that an answer holds in memory; a longer one is sent block by block.", 1024, 1 << 30},
  {"http_max_wait", "Serving", Type::duration, "60s",
   "Longest time that Prefer: wait may ask for.", 0, 3600000},
  {"access_log_rate", "Serving", Type::number, "100",
   "Requests a second that each serving thread writes to the log; errors of the server are always written.",
   0, 1000000},

  {"auth", "Access", Type::choice, "auto",
   "Whether requests need an API key or a token. auto: when keys or tokens are set, or others can reach an address of "
   "this server. off serves whoever can reach it.", 0, 0, "required|off", true},
  {"api_keys_file", "Access", Type::text, "none",
   "File of the API keys that open this server, one a line: NAME SCOPE SHA-256 [EXPIRY]. decima key new adds one. Read "
   "anew on SIGHUP."},
  {"jwt_keys", "Access", Type::text, "none",
   "JSON Web Key Set, a file or an http(s) URL, of the keys that sign JSON Web Tokens (RS256, ES256)."},
  {"jwt_issuer", "Access", Type::text, "none",
   "The iss that tokens must have."},
  {"jwt_audience", "Access", Type::text, "none",
   "The aud that tokens must have, or have among theirs."},
  {"rate_limit_writes", "Access", Type::text, "auto",
   "Requests that ask for work or give it up, for each client: 100/15m, or none. A batch counts as many as it has jobs. auto "
   "is 100/15m when others can reach an address of this server, and none when not."},
  {"rate_limit_reads", "Access", Type::text, "auto",
   "All other requests, for each client, but those for /health, /ready and /metrics. auto is 6000/1m, or none likewise."},
  {"trusted_proxies", "Access", Type::list, "none",
   "Networks such as 10.0.0.0/8, separated by commas, and unix for Unix sockets, whose word is taken for whom they ask."},
  {"forwarded_header", "Access", Type::choice, "x-forwarded-for",
   "The field in which they say so. The other is not read.", 0, 0, "x-forwarded-for|forwarded"},
  {"host_names", "Access", Type::list, "auto",
   "Names under which this server may be asked, example.org, separated by commas, beside localhost and addresses; any is "
   "all. auto is any too, but where only this machine reaches the server and it needs no credentials, pages of other names "
   "may not write.", 0, UINT64_MAX, {}, true},
  {"cors_origins", "Access", Type::list, "none",
   "Origins, https://example.org, separated by commas, whose pages may use this server; * is all."},

  {"factorial_max", "Requests", Type::number, "20000",
   "Largest n on the factorial routes. The jobs API and the command line are bound by memory and disk instead.",
   0, UINT64_MAX, {}, false, false, "MAX_FACTORIAL"},
  {"memory_limit", "Requests", Type::bytes, "auto",
   "Memory that computations may use in all; auto is half of what this machine or container has.", 1 << 20, UINT64_MAX,
   {}, true},
  {"result_limit", "Requests", Type::bytes, "10GiB",
   "Longest result that is computed and stored.", 1, UINT64_MAX},

  {"data", "Storage", Type::text, "./var",
   "Folder of the embedded database and the results."},
  {"migrate", "Storage", Type::yes_no, "yes",
   "Bring the database's schema up to date at the start."},
  {"stored_limit", "Storage", Type::bytes, "0",
   "Bytes of results, stored and under way, above which new jobs are refused; 0 is no limit.", 0, UINT64_MAX},
  {"stored_limit_kinds", "Storage", Type::bytes_by_name, "none",
   "The same for single kinds: factorial=1GiB,fibonacci=10GiB; or none."},
  {"retention", "Storage", Type::bytes, "0",
   "Bytes of stored results above which the digits of those that were read the longest ago are removed; what is known "
   "of them stays, and they are computed again when asked for. 0 keeps all.", 0, UINT64_MAX},
  {"scrub_rate", "Storage", Type::bytes, "8MiB",
   "Bytes a second at which stored results are read again and compared with their hashes; 0 turns that off.",
   0, UINT64_MAX},
  {"scrub_rest", "Storage", Type::duration, "24h",
   "Time between the end of one such pass and the next.", 0, 366ull * 86400000},
  {"bucket", "Storage", Type::text, "factorial-results",
   "The bucket's name, as the metadata routes show it.", 0, UINT64_MAX, {}, false, false, "S3_BUCKET_NAME"},
  {"cache_below", "Storage", Type::number, "10000",
   "Results are cached when their first argument is below this.", 0, UINT64_MAX, {}, false, false, "REDIS_THRESHOLD"},
  {"cache_bytes", "Storage", Type::bytes, "16MiB",
   "Memory for cached results.", 0, UINT64_MAX},
  {"cache_longest", "Storage", Type::bytes, "64KiB",
   "Longest result that is cached.", 0, UINT64_MAX},
  {"cache_ttl", "Storage", Type::duration, "24h",
   "How long a result stays in the cache.", 1000, 366ull * 86400000},

  {"worker_lanes", "Working", Type::number, "2",
   "Threads for small jobs, which go in batches, beside the one for large jobs, which run one at a time. With two, one "
   "computes while the other waits for the disk.", 1, 64},
  {"worker_threads", "Working", Type::number, "auto",
   "Threads of each large computation; auto is one for each processor.", 1, 64, {}, true},
  {"kernel", "Working", Type::choice, "auto",
   "Instruction set of the engine's transforms; auto is the fastest this machine has.", 0, 0,
   "avx512ifma|avx2|generic", true},
  {"lease", "Working", Type::duration, "30s",
   "How long a job stays with a worker that shows no sign of life.", 1000, 3600000},
  {"grace", "Working", Type::duration, "10s",
   "How long jobs under way may go on when the program is asked to end.", 0, 3600000},
  {"max_failures", "Working", Type::number, "5",
   "A job has failed for good after so many attempts that ended in an error.", 1, 1000},
  {"max_crashes", "Working", Type::number, "12",
   "A job has failed for good after so many attempts whose worker vanished; after two it runs alone.", 3, 1000},
  {"calculator", "Working", Type::yes_no, "no",
   "Fill in all factorials up to the largest one asked for, in their order."},
  {"calculator_max", "Working", Type::number, "20000",
   "Largest n that the calculator fills in.", 0, UINT64_MAX},
  {"calculator_bytes", "Working", Type::bytes, "1GiB",
   "Most that the factorials up to calculator_max may take; with more the calculator does not start.", 1, UINT64_MAX},

  {"server", "Asking", Type::text, "http://127.0.0.1:8080",
   "Server that submit, get and jobs ask: http://HOST:PORT, https://HOST:PORT or unix:PATH."},
  {"api_key", "Asking", Type::text, "none",
   "Key that they show it; others on this machine can read flags, so name a file with key_file instead, or use the "
   "variable.", 0, UINT64_MAX, {}, false, true},
  {"key_file", "Asking", Type::text, "none",
   "File that holds that key."},
  {"server_ca", "Asking", Type::text, "system",
   "PEM file of the authorities that may vouch for an https server; system is what this machine trusts."},

  {"log_level", "Watching", Type::choice, "info",
   "Least important events to log.", 0, 0, "debug|info|warn|error|off"},
};
// clang-format on

}  // namespace decima::app
