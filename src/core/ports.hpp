#pragma once
#include "base/clock.hpp"
#include "core/blob_store.hpp"
#include "core/cache.hpp"
#include "core/job_store.hpp"
#include "core/queue.hpp"

namespace decima::core {

/// The outside world as the core sees it. Whoever makes one of these keeps all parts alive.
struct Ports {
  JobStore& jobs;
  Queue& queue;
  BlobStore& blobs;
  Cache& cache;
  const Clock& clock;
};

}  // namespace decima::core
