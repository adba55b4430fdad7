// What every blob store must do, wherever the bytes lie.
#include <atomic>
#include <functional>
#include <memory>
#include <ostream>

#include "adapters/blob/disk.hpp"
#include "adapters/blob/memory.hpp"
#include "base/test_temp_folder.hpp"
#include "base/test_threads.hpp"
#include "check.hpp"
#include "core/blob_store.hpp"

namespace decima::conformance {
namespace {

using core::Blob;
using Keys = std::vector<std::string>;

/// A fresh, empty store with whatever it stands on.
class BlobHome {
 public:
  virtual ~BlobHome() = default;
  virtual core::BlobStore& store() = 0;
};

struct BlobAdapter {
  std::string name;
  std::function<std::unique_ptr<BlobHome>()> make;
};
void PrintTo(const BlobAdapter& adapter, std::ostream* out) { *out << adapter.name; }

class BlobStoreConformance : public testing::TestWithParam<BlobAdapter> {
 protected:
  core::BlobStore& store() { return home_->store(); }

  void put(std::string_view key, std::string_view bytes) {
    auto writer = store().create(key);
    if (!writer || !(*writer)->append(bytes) || !(*writer)->commit()) throw std::runtime_error("put failed");
  }

  /// The blob's bytes from `offset` on, at most `most`; "absent" when there is no blob.
  std::string read(std::string_view key, std::uint64_t offset = 0, std::size_t most = 1 << 20) {
    std::string into(most, '?');
    const auto got = store().read(key, offset, into);
    if (!got && got.error().code == Code::not_found) return "absent";
    if (!got) throw std::runtime_error(got.error().message());
    into.resize(*got);
    return into;
  }

  Keys list(std::string_view prefix, std::string_view after = "", std::size_t limit = 1000) {
    auto keys = store().list(prefix, after, limit);
    if (!keys) throw std::runtime_error(keys.error().message());
    return *keys;
  }

  std::unique_ptr<BlobHome> home_ = GetParam().make();
};

TEST_P(BlobStoreConformance, WritesPieceByPieceAndShowsItWhole) {
  auto writer = store().create("factorials/5.txt");
  ASSERT_TRUE(writer);
  EXPECT_OK((*writer)->append("1"));
  EXPECT_OK((*writer)->append(""));
  EXPECT_OK((*writer)->append("20"));
  EXPECT_EQ(read("factorials/5.txt"), "absent") << "nothing is visible before commit";
  EXPECT_TRUE(list("").empty());
  EXPECT_OK((*writer)->commit());
  EXPECT_EQ(read("factorials/5.txt"), "120");
  EXPECT_EQ(*store().size("factorials/5.txt"), 3u);
}

TEST_P(BlobStoreConformance, WithoutCommitNothingRemains) {
  { EXPECT_OK((*store().create("factorials/5.txt"))->append("12")); }
  EXPECT_EQ(read("factorials/5.txt"), "absent");
  EXPECT_TRUE(list("").empty());
}

TEST_P(BlobStoreConformance, AbandonedWriteLeavesTheOldBlob) {
  put("factorials/5.txt", "120");
  { EXPECT_OK((*store().create("factorials/5.txt"))->append("no")); }
  EXPECT_EQ(read("factorials/5.txt"), "120");
}

TEST_P(BlobStoreConformance, CommitReplaces) {
  put("factorials/5.txt", "a longer one than the next");
  put("factorials/5.txt", "120");
  EXPECT_EQ(read("factorials/5.txt"), "120");
}

TEST_P(BlobStoreConformance, EmptyBlobIsABlob) {
  put("a/empty", "");
  EXPECT_EQ(read("a/empty"), "");
  EXPECT_EQ(*store().size("a/empty"), 0u);
  EXPECT_EQ(list("a/"), Keys{"a/empty"});
}

TEST_P(BlobStoreConformance, ReadsFromAnyOffsetAndLessOnlyAtTheEnd) {
  std::string bytes;
  while (bytes.size() < (3u << 20) + 17) bytes += std::to_string(bytes.size());
  put("a/large", bytes);
  constexpr std::size_t mebi = 1 << 20;
  EXPECT_EQ(read("a/large", 0), bytes.substr(0, mebi));
  EXPECT_EQ(read("a/large", mebi + 5), bytes.substr(mebi + 5, mebi));
  EXPECT_EQ(read("a/large", 7, 3), bytes.substr(7, 3));
  EXPECT_EQ(read("a/large", bytes.size() - 4), bytes.substr(bytes.size() - 4));
  EXPECT_EQ(read("a/large", 5, 0), "");
  for (const std::uint64_t beyond : {std::uint64_t{bytes.size()}, std::uint64_t{bytes.size() + 1}, UINT64_MAX})
    EXPECT_EQ(read("a/large", beyond), "") << beyond;
  EXPECT_EQ(*store().size("a/large"), bytes.size());
}

TEST_P(BlobStoreConformance, EveryByteComesBack) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  put("a/bytes", bytes);
  EXPECT_EQ(read("a/bytes"), bytes);
}

TEST_P(BlobStoreConformance, WhatIsNotThereIsNotFound) {
  char into[1];
  EXPECT_CODE(store().read("a/none", 0, into), Code::not_found);
  EXPECT_CODE(store().size("a/none"), Code::not_found);
  EXPECT_CODE(store().promote("a/none", "a/other"), Code::not_found);
  EXPECT_OK(store().remove("a/none"));
}

TEST_P(BlobStoreConformance, PutManyWritesAll) {
  std::vector<Blob> blobs;
  for (int i = 0; i < 300; ++i) blobs.push_back({"many/" + std::to_string(i), "value " + std::to_string(i)});
  blobs.push_back({"other/empty", ""});
  EXPECT_OK(store().put_many(blobs));
  for (const Blob& blob : blobs) EXPECT_EQ(read(blob.key), blob.bytes);
  EXPECT_EQ(list("many/").size(), 300u);
  EXPECT_OK(store().put_many({}));
}

TEST_P(BlobStoreConformance, PutManyReplacesAndTheLastOfAKeyWins) {
  put("a/1", "old");
  const Blob blobs[] = {{"a/1", "first"}, {"a/1", "second"}};
  EXPECT_OK(store().put_many(blobs));
  EXPECT_EQ(read("a/1"), "second");
}

TEST_P(BlobStoreConformance, PutManyWithABadKeyWritesNothing) {
  const Blob blobs[] = {{"a/1", "x"}, {"../a", "y"}};
  EXPECT_CODE(store().put_many(blobs), Code::invalid_argument);
  EXPECT_TRUE(list("").empty());
}

TEST_P(BlobStoreConformance, PromoteMovesAndReplaces) {
  put("factorials/5.txt", "damaged");
  put("staging/factorial-5/1", "120");
  EXPECT_OK(store().promote("staging/factorial-5/1", "factorials/5.txt"));
  EXPECT_EQ(read("factorials/5.txt"), "120");
  EXPECT_EQ(read("staging/factorial-5/1"), "absent");
  EXPECT_EQ(list(""), Keys{"factorials/5.txt"});
}

TEST_P(BlobStoreConformance, PromoteAgainIsFine) {
  put("staging/factorial-5/1", "120");
  for (int i = 0; i < 3; ++i) EXPECT_OK(store().promote("staging/factorial-5/1", "factorials/5.txt"));
  EXPECT_EQ(read("factorials/5.txt"), "120");
}

TEST_P(BlobStoreConformance, PromoteToItselfChangesNothing) {
  put("a/1", "x");
  EXPECT_OK(store().promote("a/1", "a/1"));
  EXPECT_EQ(read("a/1"), "x");
}

TEST_P(BlobStoreConformance, RemoveRemoves) {
  put("a/1", "x");
  EXPECT_OK(store().remove("a/1"));
  EXPECT_OK(store().remove("a/1"));
  EXPECT_EQ(read("a/1"), "absent");
}

TEST_P(BlobStoreConformance, ListIsInOrderByPrefixAfterAndLimit) {
  const Keys all = {"a-b/1", "a/1", "a/10", "a/2", "a/b/1", "a/b/c", "ab/1", "b/1"};
  for (auto key = all.rbegin(); key != all.rend(); ++key) put(*key, "x");
  EXPECT_EQ(list(""), all);
  EXPECT_EQ(list("a/"), (Keys{"a/1", "a/10", "a/2", "a/b/1", "a/b/c"}));
  EXPECT_EQ(list("a"), (Keys{"a-b/1", "a/1", "a/10", "a/2", "a/b/1", "a/b/c", "ab/1"}));
  EXPECT_EQ(list("a/b/"), (Keys{"a/b/1", "a/b/c"}));
  EXPECT_EQ(list("a/1"), (Keys{"a/1", "a/10"}));
  EXPECT_EQ(list("a/", "a/10"), (Keys{"a/2", "a/b/1", "a/b/c"}));
  EXPECT_EQ(list("a/", "a/11"), (Keys{"a/2", "a/b/1", "a/b/c"})) << "`after` need not be there";
  EXPECT_EQ(list("a/", "", 2), (Keys{"a/1", "a/10"}));
  EXPECT_TRUE(list("a/", "a/b/c").empty());
  EXPECT_TRUE(list("zzz").empty());
  EXPECT_TRUE(list("", "", 0).empty());
}

TEST_P(BlobStoreConformance, PagesCoverAllOnce) {
  Keys all, paged;
  for (int i = 0; i < 25; ++i) {
    all.push_back("p/" + std::to_string(1000 + i));
    put(all.back(), "x");
  }
  for (Keys page = list("p/", "", 4); !page.empty(); page = list("p/", page.back(), 4))
    paged.insert(paged.end(), page.begin(), page.end());
  EXPECT_EQ(paged, all);
}

TEST_P(BlobStoreConformance, BadKeysAreRefusedEverywhere) {
  const std::string longest = "a/" + std::string(238, 'b');
  char into[1];
  for (const std::string& key : {std::string(""),           std::string("a"),         std::string("/"),
                                 std::string("a/"),         std::string("/a"),        std::string("/a/b"),
                                 std::string("a//b"),       std::string("../b"),      std::string("a/.."),
                                 std::string("a/../b"),     std::string("./a"),       std::string("a/./b"),
                                 std::string("a/.hidden"),  std::string(".hidden/a"), std::string("A/b"),
                                 std::string("a/b c"),      std::string("a/b~c"),     std::string("a\\b/c"),
                                 std::string("a/\xc3\xbc"), std::string("a/b\0c", 5), longest + "b"}) {
    EXPECT_CODE(store().create(key), Code::invalid_argument) << key;
    EXPECT_CODE(store().read(key, 0, into), Code::invalid_argument) << key;
    EXPECT_CODE(store().size(key), Code::invalid_argument) << key;
    EXPECT_CODE(store().remove(key), Code::invalid_argument) << key;
    EXPECT_CODE(store().promote(key, "a/b"), Code::invalid_argument) << key;
    EXPECT_CODE(store().promote("a/b", key), Code::invalid_argument) << key;
    EXPECT_EQ(store().url(key), "") << key;
  }
  put(longest, "x");
  put("a/b..c-d_e.f/0", "x");
  EXPECT_EQ(read(longest), "x");
}

TEST_P(BlobStoreConformance, KeysThatLookAlikeAreDifferentBlobs) {
  const Keys keys = {"a/b-c", "a/b/c", "a/b.c", "a/b_c", "a-b/c"};
  for (const std::string& key : keys) put(key, "at " + key);
  for (const std::string& key : keys) EXPECT_EQ(read(key), "at " + key);
}

TEST_P(BlobStoreConformance, ReadersSeeOneWholeBlobWhileWritersReplaceIt) {
  constexpr std::size_t length = 100'000;
  put("a/1", std::string(length, '0'));
  std::atomic<bool> ending = false;
  at_once(4, [&](std::size_t thread) {
    if (thread < 2) {
      for (char fill = '1'; fill < '5'; ++fill) put("a/1", std::string(length, fill));
      ending = true;
      return;
    }
    while (!ending) {
      const std::string seen = read("a/1");
      ASSERT_EQ(seen, std::string(length, seen.empty() ? '?' : seen[0]));
    }
  });
}

TEST_P(BlobStoreConformance, ManyThreadsMakeTheSameFolderAtOnce) {
  at_once(8, [&](std::size_t thread) {
    const std::string staged = "staging/job-" + std::to_string(thread) + "/1", name = "fresh/" + std::to_string(thread);
    put(staged, "x");
    EXPECT_OK(store().promote(staged, name));
  });
  EXPECT_EQ(list("fresh/").size(), 8u);
  EXPECT_TRUE(list("staging/").empty());
}

TEST_P(BlobStoreConformance, PingAnswers) { EXPECT_OK(store().ping()); }

class MemoryHome final : public BlobHome {
 public:
  core::BlobStore& store() override { return *store_; }

 private:
  std::unique_ptr<core::BlobStore> store_ = adapters::make_memory_blobs();
};

class DiskHome final : public BlobHome {
 public:
  core::BlobStore& store() override { return **store_; }

 private:
  TempFolder folder_;
  Result<std::unique_ptr<core::BlobStore>> store_ = adapters::make_disk_blobs(folder_ / "blobs");
};

INSTANTIATE_TEST_SUITE_P(Adapters, BlobStoreConformance,
                         testing::Values(BlobAdapter{"memory", [] { return std::make_unique<MemoryHome>(); }},
                                         BlobAdapter{"disk", [] { return std::make_unique<DiskHome>(); }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace decima::conformance
