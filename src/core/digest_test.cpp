#include "core/digest.hpp"

#include <gtest/gtest.h>

#include "core/text_pass.hpp"

namespace decima::core {
namespace {

Digest digest_of_all(const std::string& text) {
  engine::Executor executor(1);
  TextPass pass({.blocks = true}, executor);
  EXPECT_TRUE(pass.feed(text));
  EXPECT_TRUE(pass.end());
  return pass.digest();
}

TEST(Digest, OfNothing) {
  const Digest digest = digest_of_all("");
  EXPECT_EQ(digest.bytes, 0u);
  EXPECT_TRUE(digest.blocks.empty());
  EXPECT_EQ(digest.sha256, sha256(""));
  EXPECT_EQ(digest.merkle_root, sha256(""));
}

TEST(Digest, RootOfOneBlockIsItsHash) {
  const Digest digest = digest_of_all("3628800");
  ASSERT_EQ(digest.blocks.size(), 1u);
  EXPECT_EQ(digest.merkle_root, block_hash("3628800"));
}

TEST(Digest, BlocksEndWhereTheySay) {
  for (const std::size_t size : {block_bytes - 1, block_bytes, block_bytes + 1, 3 * block_bytes}) {
    const std::string text(size, '7');
    const Digest digest = digest_of_all(text);
    ASSERT_EQ(digest.blocks.size(), (size + block_bytes - 1) / block_bytes);
    EXPECT_EQ(digest.blocks.front(), block_hash(text.substr(0, block_bytes)));
    EXPECT_EQ(digest.blocks.back(), block_hash(text.substr((digest.blocks.size() - 1) * block_bytes)));
  }
}

/// The roots that RFC 6962's definition gives for 0, 1, 2 … as one-byte leaves, from Certificate Transparency's own
/// reference tests.
TEST(Digest, RootsAreThoseOfRfc6962) {
  const std::string leaves[] = {"", std::string("\0", 1), "\x10", "\x20\x21"};
  std::vector<Sha256> hashes;
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
  for (std::size_t i = 0; i < 4; i++) {
    hashes.push_back(block_hash(leaves[i]));
    EXPECT_EQ(hex(merkle_root(hashes)), roots[i]) << i + 1 << " leaves";
  }
}

}  // namespace
}  // namespace decima::core
