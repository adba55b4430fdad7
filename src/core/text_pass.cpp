#include "core/text_pass.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace decima::core {
namespace {

/// Some milliseconds of hashing: threads that wait for one another at its end lose little.
constexpr std::size_t batch_bytes = 8 * block_bytes;
/// Less than this takes less time than to wake another thread for it.
constexpr std::size_t shared_from_bytes = 128 << 10;

/// Not filled with anything first, which would cost more than a short text does.
struct Buffer {
  explicit Buffer(std::size_t size) : memory(std::make_unique_for_overwrite<char[]>(size)), span(memory.get(), size) {}
  std::unique_ptr<char[]> memory;
  std::span<char> span;
};

}  // namespace

/// What is found out about a block alone.
struct TextPass::Block {
  Sha256 hash;
  engine::TextReader reader;
};

TextPass::TextPass(const Wanted& wanted, engine::Executor& executor, TakeText take)
    : hash_blocks_(wanted.blocks),
      moduli_(wanted.moduli.begin(), wanted.moduli.end()),
      executor_(executor),
      take_(std::move(take)),
      reader_(wanted.moduli) {}

TextPass::Block TextPass::examine(std::string_view text) const {
  Block block{hash_blocks_ ? block_hash(text) : Sha256{}, engine::TextReader(moduli_)};
  if (!moduli_.empty()) block.reader.feed(text);
  return block;
}

void TextPass::append(Block block) {
  if (hash_blocks_) digest_.blocks.push_back(block.hash);
  reader_.append(block.reader);
}

/// A part begins where a block does, and only the last one may end within a block.
Result<> TextPass::work(std::string_view part, const std::function<void()>& beside) {
  const bool examined = hash_blocks_ || !moduli_.empty();
  std::vector<std::optional<Block>> blocks(examined ? (part.size() + block_bytes - 1) / block_bytes : 0);
  Result<> taken = Done{};
  constexpr std::size_t others = 3;
  const auto task = [&](std::size_t i) {
    if (i == 0) return whole_.update(part);
    if (i == 1) return beside();
    if (i == 2) return void(take_ && (taken = take_(part), true));
    blocks[i - others] = examine(part.substr((i - others) * block_bytes, block_bytes));
  };
  if (part.size() >= shared_from_bytes) {
    executor_.parallel(others + blocks.size(), task);
  } else {
    for (std::size_t i = 0; i < others + blocks.size(); i++) task(i);
  }
  for (auto& block : blocks) append(std::move(*block));
  digest_.bytes += part.size();
  return taken;
}

Result<> TextPass::feed(std::string_view piece) {
  const auto nothing = [] {};
  if (held_.empty() && piece.size() >= batch_bytes) {
    const std::size_t whole = piece.size() / block_bytes * block_bytes;
    if (auto worked = work(piece.substr(0, whole), nothing); !worked) return worked;
    piece.remove_prefix(whole);
  }
  while (!piece.empty()) {
    const std::size_t fits = std::min(piece.size(), batch_bytes - held_.size());
    held_.append(piece.substr(0, fits));
    piece.remove_prefix(fits);
    if (held_.size() < batch_bytes) continue;
    if (auto worked = work(held_, nothing); !worked) return worked;
    held_.clear();
  }
  return Done{};
}

Result<> TextPass::read(const NextText& next, const std::stop_token& stop) {
  // A text that is shorter than a block is the usual case, and needs no more than this.
  Buffer here(block_bytes), ahead(0);
  Result<std::size_t> got = next(here.span);
  while (got && *got == here.span.size()) {
    if (stop.stop_requested()) return Error{Code::stopped, "while reading the digits"};
    if (ahead.span.size() < batch_bytes) ahead = Buffer(batch_bytes);
    const auto worked = work({here.span.data(), *got}, [&] { got = next(ahead.span); });
    if (!worked) return worked;
    std::swap(here, ahead);
  }
  if (!got) return got.error();
  if (stop.stop_requested()) return Error{Code::stopped, "while reading the digits"};
  return work({here.span.data(), *got}, [] {});
}

Result<> TextPass::end() {
  if (!held_.empty())
    if (auto worked = work(std::exchange(held_, {}), [] {}); !worked) return worked;
  digest_.sha256 = whole_.finish();
  if (hash_blocks_) digest_.merkle_root = merkle_root(digest_.blocks);
  return Done{};
}

}  // namespace decima::core
