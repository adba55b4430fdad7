#include "engine/touch.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"

namespace decima::engine {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t piece = std::size_t{2} << 20;  // a huge page, or 512 small ones: about a millisecond
constexpr std::size_t worth_it = 4 * piece;          // less is touched in a few milliseconds whenever it is used

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/// Keeps what is written there already. Systems from before Linux 5.14 do not know the request; there each page is
/// written with what it holds.
void touch(std::span<std::byte> memory) {
  stretch::did(memory.size() / sizeof(std::uint64_t));
  const std::size_t before = reinterpret_cast<std::uintptr_t>(memory.data()) % page;
  if (madvise(memory.data() - before, before + memory.size(), MADV_POPULATE_WRITE) == 0) return;
  for (std::size_t at = 0; at < memory.size(); at += page) {
    volatile std::byte& byte = memory[at];
    byte = byte;
  }
}

}  // namespace

Status touch_taken(Context& context) {
  const std::span<std::byte> memory = context.arena.untouched();
  if (memory.size() < worth_it) return Status::ok;
  context.executor.parallel((memory.size() + piece - 1) / piece, [&](std::size_t i) {
    if (!context.stopping()) touch(memory.subspan(i * piece, std::min(piece, memory.size() - i * piece)));
  });
  if (context.stopping()) return Status::stopped;
  context.arena.all_touched();
  return Status::ok;
}

}  // namespace decima::engine
