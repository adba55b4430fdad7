#pragma once
#include <atomic>
#include <cstdint>

namespace decima::faults {

/// The page that a test shares with the shim (shim.cpp) in the program that it tries. All zero, it injects nothing.
struct ShimControl {
  std::atomic<std::uint64_t> calls;       ///< writing calls below the data folder so far
  std::atomic<std::uint64_t> fail_first;  ///< the first of them that fails, counted from 1; 0 for none
  std::atomic<std::uint64_t> fail_last;   ///< the last
  std::atomic<std::int32_t> error;        ///< what they say; 0: a write takes half of its bytes, others are left alone
  std::atomic<std::uint64_t> met;         ///< how many failed
};

/// What the shim writes down of each call, followed by `name_bytes` and `data_bytes` more.
struct ShimRecord {
  enum class Kind : std::uint32_t {
    create,       ///< object `a` gets `name` in folder `b`
    make_folder,  ///< the same
    write,        ///< `data` at offset `b` of object `a`
    truncate,     ///< object `a` to `b` bytes
    rename,       ///< `name` is "FROM/TO": from folder `a` to folder `b`
    remove,       ///< `name` from folder `a`
    sync_begin,   ///< of object `a`, or of all if that is 0; `b` tells this sync from others
    sync_end,     ///< the same
    mark,         ///< what the test saw of the program: `data`
  };
  Kind kind{};
  std::uint32_t name_bytes = 0;
  std::uint64_t a = 0, b = 0;
  std::uint64_t data_bytes = 0;
};

}  // namespace decima::faults
