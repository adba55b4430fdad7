#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace decima::adapters {

/// What a note of the journal tells. The numbers are in files: never change one.
enum class Told : std::uint8_t { put = 1, move = 2, drop = 3 };

/// Adds one entry to a note.
void tell(std::string& note, Told what, std::string_view key, std::string_view other);

/// The note as it lies in the file: its length, its SHA-256, and itself.
std::string framed(std::string_view note);

/// Takes the entry that `see` is given: what, the key, and the bytes or the other key.
using SeeEntry = std::function<Result<>(Told what, std::string_view key, std::string_view other)>;

/// All entries of all notes that are whole, in order. The first that is not ends it: what comes after was never synced.
Result<> read_notes(std::string_view file, const SeeEntry& see);

}  // namespace decima::adapters
