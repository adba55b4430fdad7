#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/store/connection.hpp"
#include "core/job.hpp"

namespace decima::adapters {

/// The columns of `jobs` that make a core::Job, as a select lists them.
inline constexpr std::string_view job_columns =
    "id, identity, state, fence, failures, crashes, created_at, updated_at, not_before, started_at, finished_at, "
    "digits, bytes, sha256, merkle_root, residues, error_code, error_detail, trace, "
    "evicted_at, former_sha256";
inline constexpr std::size_t job_column_count = 21;

/// These and the next throw SqlFailure with Code::corrupt when a row says what no job is.
core::Job read_job(const Row& row);
core::Identity read_identity(const std::string& text);
core::State read_state(const std::string& text);

/// What is no hash was one until a byte of it decayed. It reads as the text's own, which no digits have: whoever
/// compares them with it finds them damaged, and so the row is mended, which one that cannot be read would never be.
Sha256 read_hash(std::string_view text);

/// Hashes as one text of hexadecimal, and back.
std::string join_hashes(std::span<const Sha256> hashes);
std::vector<Sha256> split_hashes(std::string_view text);

}  // namespace decima::adapters
