#pragma once
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/digest.hpp"
#include "engine/executor.hpp"
#include "engine/residue.hpp"

namespace decima::core {

/// Where digits go, piece by piece.
using TakeText = std::function<Result<>(std::string_view piece)>;

/// Where digits come from: each call fills the span with what comes next; less only at the end.
using NextText = std::function<Result<std::size_t>(std::span<char> into)>;

/// What to find out about a text on the way through it, beside the hash of the whole.
struct Wanted {
  bool blocks = false;                        ///< the hashes of its blocks
  std::span<const engine::Modulus> moduli{};  ///< what it is as a number
};

/// Goes through a text once, on all threads. Of each batch of blocks the hash of the whole is one task, every block is
/// another, and so are giving the batch to who takes it and reading the next.
class TextPass {
 public:
  TextPass(const Wanted& wanted, engine::Executor& executor, TakeText take = {});

  /// The text in pieces of any size.
  Result<> feed(std::string_view piece);
  /// The text from where it comes, read ahead.
  Result<> read(const NextText& next, const std::stop_token& stop);
  /// Call it when all was fed or read.
  Result<> end();

  /// Of the whole text, after its end; without blocks only its length and its hash.
  const Digest& digest() const { return digest_; }
  const engine::TextReader& reader() const { return reader_; }

 private:
  struct Block;
  Result<> work(std::string_view part, const std::function<void()>& beside);
  Block examine(std::string_view text) const;
  void append(Block block);

  bool hash_blocks_;
  std::vector<engine::Modulus> moduli_;
  engine::Executor& executor_;
  TakeText take_;
  std::string held_;  ///< fed, but no whole batch
  Sha256Stream whole_;
  Digest digest_;
  engine::TextReader reader_;
};

/// Gives a pass a whole text, from its first byte to its last, each time it is called.
using GiveText = std::function<Result<>(TextPass& pass)>;

}  // namespace decima::core
