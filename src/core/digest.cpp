#include "core/digest.hpp"

#include <utility>

namespace decima::core {
namespace {

constexpr std::string_view leaf_mark("\0", 1);
constexpr std::string_view node_mark("\1", 1);

std::string_view view(const Sha256& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

Sha256 node_hash(const Sha256& left, const Sha256& right) {
  Sha256Stream stream;
  stream.update(node_mark);
  stream.update(view(left));
  stream.update(view(right));
  return stream.finish();
}

}  // namespace

Sha256 block_hash(std::string_view block) {
  Sha256Stream stream;
  stream.update(leaf_mark);
  stream.update(block);
  return stream.finish();
}

Sha256 merkle_root(const std::vector<Sha256>& leaves) {
  if (leaves.empty()) return sha256("");
  std::vector<Sha256> level = leaves;
  while (level.size() > 1) {
    std::vector<Sha256> above;
    for (std::size_t i = 0; i + 1 < level.size(); i += 2) above.push_back(node_hash(level[i], level[i + 1]));
    if (level.size() % 2 != 0) above.push_back(level.back());
    level = std::move(above);
  }
  return level.front();
}

}  // namespace decima::core
