#pragma once
#include <cstdint>
#include <stop_token>

#include "core/ports.hpp"
#include "engine/context.hpp"

namespace decima::core {

/// What was copied, and what could not be.
struct BackupCount {
  std::uint64_t results = 0;
  std::uint64_t bytes = 0;
  std::uint64_t gone = 0;     ///< evicted since, or lost
  std::uint64_t damaged = 0;  ///< not what was stored
};

/// Copies the digits of every result that `ports.jobs` has from `ports.blobs` into `to`, each checked on its way.
/// `ports.jobs` is a copy of the rows as they once were, which nobody else has open; the blobs may be in use, and are
/// only read. `progress` counts bytes.
///
/// The rows come first, then the blobs: a row that says done was written after its blob got its name, so whatever the
/// rows name was there before this began. The other way round, the rows would name results that came after the blobs
/// were copied. A blob never changes its bytes, so all that may happen to it meanwhile is that it goes. Then the row in
/// the copy says so: evicted if it is gone, queued if it is damaged, and either way it is computed again from there and
/// must come to the same.
Result<BackupCount> copy_results(const Ports& ports, BlobStore& to, engine::Progress& progress,
                                 const std::stop_token& stop);

}  // namespace decima::core
