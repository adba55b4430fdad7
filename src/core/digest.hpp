#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/sha256.hpp"

namespace decima::core {

/// Results are hashed, stored and checked in blocks of this many bytes.
inline constexpr std::size_t block_bytes = 1 << 20;

/// What identifies a text and each of its blocks.
struct Digest {
  std::uint64_t bytes = 0;
  Sha256 sha256{};             ///< of the whole text: the checksum and the ETag
  Sha256 merkle_root{};        ///< of the block hashes
  std::vector<Sha256> blocks;  ///< each block_bytes long but the last

  bool operator==(const Digest&) const = default;
};

/// Hash of one block, as a leaf of the Merkle tree (RFC 6962: a 0 byte, then the block).
Sha256 block_hash(std::string_view block);
/// Root over leaves (RFC 6962: a 1 byte, then both children; an odd last one moves up). No leaves: SHA-256 of nothing.
Sha256 merkle_root(const std::vector<Sha256>& leaves);

}  // namespace decima::core
