#pragma once
#include <filesystem>
#include <memory>

#include "core/blob_store.hpp"

namespace decima::adapters {

/// Blobs as files below `root`, which is made when it is missing. A key's first part is a folder and the rest the
/// file's name, with '~' for each further '/': "factorials/10.txt" lies at that very path, "staging/factorial-10/1" at
/// "staging/factorial-10~1". So there are few folders, and each is made durable once.
///
/// Short ones that come together, by put_many, are rows of one SQLite file instead, `short.db`. Where there are both,
/// the file is the blob; who takes a file away takes the row with it.
///
/// Several processes may use one root. What a killed one had not finished is removed when the next one opens it.
Result<std::unique_ptr<core::BlobStore>> make_disk_blobs(const std::filesystem::path& root);

}  // namespace decima::adapters
