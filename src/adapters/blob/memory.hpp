#pragma once
#include <memory>

#include "core/blob_store.hpp"

namespace decima::adapters {

/// Blobs in this process's memory, for tests and trials. Differs by necessity: nothing is durable, and no client can
/// reach a blob from outside.
std::unique_ptr<core::BlobStore> make_memory_blobs();

}  // namespace decima::adapters
