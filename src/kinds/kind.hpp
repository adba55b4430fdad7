#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/context.hpp"
#include "engine/decimal.hpp"
#include "engine/outcome.hpp"
#include "engine/residue.hpp"

namespace decima::kinds {

/// The arguments of one request, in the order of the kind's parameters, each within its range.
using Arguments = std::span<const std::uint64_t>;

struct Parameter {
  std::string_view name;         ///< "n": as it stands in JSON and in --help
  std::string_view description;  ///< a phrase, shown to users
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

/// A known answer. Either the whole text or, where that is long, its SHA-256 in hex.
struct Sample {
  std::span<const std::uint64_t> arguments;
  std::string_view text;
  std::string_view sha256;
};

/// What a computation will cost, known before it starts. A figure that does not fit 64 bits is the largest that does.
struct Estimate {
  std::uint64_t digits = 0;  ///< exact
  std::uint64_t bytes = 0;   ///< peak memory of compute, within 10 %
  std::uint64_t work = 0;    ///< in units that Progress counts; time is proportional within a factor of 2
};

/// One computation the service can do. All that a user sees of it is read off this record; to add one, write a file
/// beside the others that fills the record, and a line in registry.def.
struct Kind {
  std::string_view name;                  ///< stable: in URLs, queues, tables and blob keys
  std::string_view plural;                ///< the folder of its blobs: "factorials"
  std::string_view summary;               ///< one sentence, shown to users
  std::span<const Parameter> parameters;  ///< names and ranges: all the validation there is
  std::span<const Sample> samples;        ///< known answers, for tests and `decima selftest`

  /// Digits, bytes and work for these many threads: admission, before queueing.
  Estimate (*estimate)(Arguments, unsigned threads);
  /// The fast way. Begins a job: what an earlier one left in the arena is gone. Needs at most estimate().bytes of the
  /// arena and adds up to estimate().work to the progress.
  engine::Outcome<engine::Decimal> (*compute)(Arguments, engine::Context&);
  /// Another way, which checks compute: shares no formula with it. All moduli in one pass.
  engine::Status (*residues)(Arguments, std::span<const engine::Modulus>, std::span<engine::Residue> out,
                             engine::Context&);
  /// The exact number of zeros at the end, where a formula gives it.
  std::optional<std::uint64_t> (*trailing_zeros)(Arguments);
  /// Where different arguments have one answer by a symmetry of the kind: makes of them those that the job is named by.
  /// They are in range before and after. nullptr where arguments stand for themselves.
  void (*canonicalise)(std::span<std::uint64_t>) = nullptr;
};

}  // namespace decima::kinds
