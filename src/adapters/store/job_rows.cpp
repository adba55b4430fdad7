#include "adapters/store/job_rows.hpp"

#include <algorithm>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace decima::adapters {
namespace {

constexpr std::size_t hash_digits = 2 * sizeof(Sha256);

[[noreturn]] void throw_corrupt(std::string detail) { throw SqlFailure({Code::corrupt, std::move(detail)}); }

std::optional<Time> optional_time(const Row& row, std::size_t column) {
  return row.null(column) ? std::nullopt : std::optional(row.time(column));
}

std::optional<core::Stored> read_stored(const Row& row) {
  if (row.null(13)) return std::nullopt;
  return core::Stored{row.count(11), row.count(12), read_hash(row.text(13)), read_hash(row.text(14)), row.text(15)};
}

std::optional<Error> read_error(const Row& row) {
  if (row.null(16)) return std::nullopt;
  const auto code = code_named(row.text(16));
  if (!code) throw_corrupt("a row's error is \"" + row.text(16) + "\"");
  return Error{*code, row.text(17)};
}

}  // namespace

Sha256 read_hash(std::string_view text) {
  const auto bytes = from_hex(text);
  Sha256 hash{};
  if (!bytes || bytes->size() != hash.size() || to_hex(*bytes) != text) return sha256(text);
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

core::Identity read_identity(const std::string& text) {
  auto identity = core::Identity::parse(text);
  if (!identity) throw_corrupt("a row's identity is \"" + text + "\"");
  return *identity;
}

core::State read_state(const std::string& text) {
  const auto state = core::state_named(text);
  if (!state) throw_corrupt("a row's state is \"" + text + "\"");
  return *state;
}

core::Job read_job(const Row& row) {
  return core::Job{.number = row.count(0),
                   .identity = read_identity(row.text(1)),
                   .state = read_state(row.text(2)),
                   .fence = row.count(3),
                   .failures = row.count(4),
                   .crashes = row.count(5),
                   .created_at = row.time(6),
                   .updated_at = row.time(7),
                   .not_before = row.time(8),
                   .started_at = optional_time(row, 9),
                   .finished_at = optional_time(row, 10),
                   .stored = read_stored(row),
                   .error = read_error(row),
                   .evicted_at = optional_time(row, 19),
                   .former_sha256 = row.null(20) ? std::nullopt : std::optional(read_hash(row.text(20))),
                   .trace = row.text(18)};
}

std::string join_hashes(std::span<const Sha256> hashes) {
  std::string text;
  text.reserve(hashes.size() * hash_digits);
  for (const Sha256& hash : hashes) text += hex(hash);
  return text;
}

std::vector<Sha256> split_hashes(std::string_view text) {
  std::vector<Sha256> hashes;
  for (; !text.empty(); text.remove_prefix(std::min(hash_digits, text.size())))
    hashes.push_back(read_hash(text.substr(0, hash_digits)));
  return hashes;
}

}  // namespace decima::adapters
