#include "engine/arena.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cassert>
#include <limits>

namespace decima::engine {
namespace {

constexpr std::size_t line = 64;
constexpr std::size_t huge_page = std::size_t{2} << 20;
// Held memory grows in steps, so that a job of many small takes does not make a system call for each.
constexpr std::size_t hold_step = 4 * huge_page;

constexpr std::size_t round_up(std::size_t bytes, std::size_t unit) { return (bytes + unit - 1) / unit * unit; }

/// Bytes from there to the next huge page's start.
std::size_t to_huge_page(const void* address) {
  return (huge_page - reinterpret_cast<std::uintptr_t>(address) % huge_page) % huge_page;
}

}  // namespace

// Address space is reserved without access and made accessible step by step: what is not accessible is not counted
// against the machine's commit limit, and where the machine promises no more than it has, `hold` fails in time.
Arena::Arena(std::size_t ceiling_bytes) : ceiling_(ceiling_bytes) {
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max() / 4;
  const std::size_t wanted = round_up(std::min(ceiling_bytes, most), huge_page) + huge_page;
  void* reserved = mmap(nullptr, wanted, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return;  // an arena that can give nothing
  const std::size_t skipped = to_huge_page(reserved);
  if (skipped != 0) munmap(reserved, skipped);
  base_ = static_cast<std::byte*>(reserved) + skipped;
  reserved_ = wanted - skipped;
  madvise(base_, reserved_, MADV_HUGEPAGE);  // a wish: without it the arena is only slower
}

Arena::Arena(std::span<std::uint64_t> lent)
    : base_(reinterpret_cast<std::byte*>(lent.data())),
      ceiling_(lent.size_bytes()),
      held_(lent.size_bytes()),
      touched_(lent.size_bytes()) {
  assert(reinterpret_cast<std::uintptr_t>(base_) % line == 0);
}

Arena::~Arena() {
  if (reserved_ != 0) munmap(base_, reserved_);
}

std::span<std::uint64_t> Arena::take(std::size_t count) {
  if (count == 0 || count > (ceiling_ - std::min(top_, ceiling_)) / sizeof(std::uint64_t)) return {};
  const std::size_t end = top_ + round_up(count * sizeof(std::uint64_t), line);
  if (end > held_ && !hold(end)) return {};
  auto* first = reinterpret_cast<std::uint64_t*>(base_ + top_);
  top_ = end;
  peak_ = std::max(peak_, top_);
  return {first, count};
}

void Arena::rewind(Mark to) {
  assert(to <= top_);
  top_ = to;
}

std::span<std::byte> Arena::untouched() const {
  const std::size_t from = std::min(touched_, top_);
  return {base_ + from, top_ - from};
}

void Arena::all_touched() { touched_ = std::max(touched_, top_); }

void Arena::trim() {
  top_ = 0;
  release_from(0);
}

void Arena::trim_behind(std::span<const std::uint64_t> kept) {
  const auto* const end = reinterpret_cast<const std::byte*>(kept.data() + kept.size());
  rewind(round_up(static_cast<std::size_t>(end - base_), line));
  release_from(round_up(top_, huge_page));
}

void Arena::release_from(std::size_t offset) {
  if (reserved_ == 0 || held_ <= offset) return;
  madvise(base_ + offset, held_ - offset, MADV_DONTNEED);
  mprotect(base_ + offset, held_ - offset, PROT_NONE);
  held_ = offset;
  touched_ = std::min(touched_, offset);
}

bool Arena::hold(std::size_t bytes) {
  if (reserved_ == 0 || bytes > round_up(ceiling_, line)) return false;
  const std::size_t wanted = std::min(round_up(bytes, hold_step), round_up(ceiling_, huge_page));
  if (mprotect(base_ + held_, wanted - held_, PROT_READ | PROT_WRITE) != 0) return false;
  held_ = wanted;
  return true;
}

}  // namespace decima::engine
