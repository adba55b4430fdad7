// Short blobs in one file: what the conformance suite of the whole store cannot see.
#include "adapters/blob/short_blobs.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>

#include "adapters/blob/disk.hpp"
#include "base/log.hpp"
#include "base/test_temp_folder.hpp"

namespace decima::adapters {
namespace {

namespace fs = std::filesystem;
using core::Blob;
using core::Move;

class ShortBlobsFile : public testing::Test {
 protected:
  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override { log::set_level(log::Level::info); }

  std::unique_ptr<ShortBlobs> open() {
    auto store = ShortBlobs::open(path_);
    if (!store) throw std::runtime_error(store.error().message());
    return std::move(*store);
  }

  static std::string read(ShortBlobs& store, std::string_view key) {
    std::string into(1 << 20, '?');
    const auto got = store.read(key, 0, into);
    return got ? into.substr(0, *got) : std::string(facts(got.error().code).name);
  }

  void write_over(std::uint64_t offset, std::string_view bytes) const {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(offset));
    file << bytes;
  }

  std::uint64_t bytes_on_disk() const { return fs::file_size(path_); }

  const TempFolder temp_;
  const fs::path path_ = temp_ / "short.db";
};

TEST_F(ShortBlobsFile, OutlivesItsProcess) {
  const Blob blobs[] = {{"a/1", "one"}, {"a/2", std::string("\0\1\2", 3)}, {"a/3", ""}};
  ASSERT_TRUE(open()->put(blobs));
  const auto again = open();
  for (const Blob& blob : blobs) EXPECT_EQ(read(*again, blob.key), blob.bytes);
}

TEST_F(ShortBlobsFile, MovesAllThatAreThere) {
  const auto store = open();
  ASSERT_TRUE(store->put(std::vector<Blob>{{"a/1", "one"}, {"a/2", "two"}, {"b/2", "old"}}));
  const Move moves[] = {{"a/1", "b/1"}, {"a/2", "b/2"}, {"a/3", "b/3"}};
  EXPECT_EQ(*store->move(moves), 2u);
  EXPECT_EQ(read(*store, "b/1") + read(*store, "b/2"), "onetwo");
  EXPECT_EQ(read(*store, "a/1"), "not_found");
}

TEST_F(ShortBlobsFile, GivesTheRoomOfRemovedBlobsBackToTheDisk) {
  const auto store = open();
  std::vector<Blob> blobs;
  for (int i = 0; i < 400; ++i) blobs.push_back({"a/" + std::to_string(i), std::string(20'000, 'x')});
  ASSERT_TRUE(store->put(blobs));
  for (const Blob& blob : blobs) ASSERT_TRUE(store->remove(blob.key));
  blobs.resize(1);
  ASSERT_TRUE(store->put(blobs));
  EXPECT_LT(bytes_on_disk(), 4u << 20) << "of 8 MB that were removed";
}

TEST_F(ShortBlobsFile, ThatIsNoDatabaseIsSetAsideAndBegunAnew) {
  { ASSERT_TRUE(open()->put(std::vector<Blob>{{"a/1", "one"}})); }
  write_over(0, "not what it was: ");
  const auto store = open();
  EXPECT_EQ(read(*store, "a/1"), "not_found");
  EXPECT_TRUE(fs::exists(path_.string() + ".damaged"));
  EXPECT_TRUE(store->put(std::vector<Blob>{{"a/1", "two"}}));
}

/// A whole store whose file of short blobs has lost its pages, all but the one that SQLite needs to open it.
class DamagedShortBlobs : public ShortBlobsFile {
 protected:
  void SetUp() override {
    ShortBlobsFile::SetUp();
    for (int i = 0; i < 2000; ++i) blobs_.push_back({"a/" + std::to_string(i), std::string(100, 'x')});
    ASSERT_TRUE((*make_disk_blobs(temp_.path()))->put_many(blobs_));
    const std::uint64_t bytes = bytes_on_disk();
    for (std::uint64_t page = 2; page * 4096 < bytes; ++page) write_over(page * 4096, std::string(64, '\x55'));
    store_ = std::move(*make_disk_blobs(temp_.path()));
  }

  std::string read(std::string_view key) {
    std::string into(1000, '?');
    const auto got = store_->read(key, 0, into);
    return got ? into.substr(0, *got) : std::string(facts(got.error().code).name);
  }

  std::vector<Blob> blobs_;
  std::unique_ptr<core::BlobStore> store_;
};

TEST_F(DamagedShortBlobs, AreCorruptUntilTheyArePutAgain) {
  EXPECT_EQ(read("a/7"), "corrupt");
  EXPECT_TRUE(store_->put_many(blobs_));
  for (const Blob& blob : blobs_) ASSERT_EQ(read(blob.key), blob.bytes);
}

TEST_F(DamagedShortBlobs, HideNoFilesFromAList) {
  auto writer = store_->create("staging/factorial-5/1");
  ASSERT_TRUE((*writer)->append("120"));
  ASSERT_TRUE((*writer)->commit());
  const auto keys = store_->list("staging/", "", 10);
  ASSERT_TRUE(keys);
  EXPECT_EQ(*keys, std::vector<std::string>{"staging/factorial-5/1"});
  EXPECT_TRUE(store_->list("", "", 10));
}

TEST_F(DamagedShortBlobs, CanBeRemoved) {
  EXPECT_TRUE(store_->remove("a/7"));
  EXPECT_NE(read("a/7"), blobs_[7].bytes);
}

/// A store in which some blobs are files and some rows.
class MixedBlobs : public testing::Test {
 protected:
  void put_file(const std::string& key, std::string_view bytes) {
    auto writer = store_->create(key);
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->append(bytes));
    ASSERT_TRUE((*writer)->commit());
  }
  void put_row(const std::string& key, const std::string& bytes) {
    ASSERT_TRUE(store_->put_many(std::vector<Blob>{{key, bytes}}));
  }
  std::string read(std::string_view key) {
    std::string into(100, '?');
    const auto got = store_->read(key, 0, into);
    return got ? into.substr(0, *got) : std::string(facts(got.error().code).name);
  }

  const TempFolder temp_;
  std::unique_ptr<core::BlobStore> store_ = std::move(*make_disk_blobs(temp_.path()));
};

TEST_F(MixedBlobs, WhatWasPutLastIsRead) {
  put_row("a/1", "row");
  put_file("a/1", "file");
  EXPECT_EQ(read("a/1"), "file");
  EXPECT_EQ(*store_->list("", "", 9), std::vector<std::string>{"a/1"});
  put_row("a/1", "row again");
  EXPECT_EQ(read("a/1"), "row again");
}

TEST_F(MixedBlobs, WhatIsTakenAwayDoesNotComeBackAsWhatItWasBefore) {
  put_row("a/1", "row");
  put_file("a/1", "file");
  ASSERT_TRUE(store_->promote("a/1", "a/2"));
  EXPECT_EQ(read("a/1"), "not_found");
  EXPECT_EQ(read("a/2"), "file");
  put_row("a/3", "row");
  put_file("a/3", "file");
  ASSERT_TRUE(store_->remove("a/3"));
  EXPECT_EQ(read("a/3"), "not_found");
}

TEST_F(MixedBlobs, ARowReplacesTheFileThatHasItsNewName) {
  put_file("a/1", "file");
  put_row("a/2", "row");
  ASSERT_TRUE(store_->promote("a/2", "a/1"));
  EXPECT_EQ(read("a/1"), "row");
  put_file("a/3", "file");
  ASSERT_TRUE(store_->promote("a/3", "a/1"));
  EXPECT_EQ(read("a/1"), "file");
  ASSERT_TRUE(store_->remove("a/1"));
  EXPECT_EQ(read("a/1"), "not_found");
}

TEST_F(MixedBlobs, LongOnesAmongManyAreFiles) {
  const std::vector<Blob> blobs = {{"a/1", "short"}, {"a/2", std::string(70'000, 'x')}};
  ASSERT_TRUE(store_->put_many(blobs));
  EXPECT_FALSE(fs::exists(temp_ / "a" / "1"));
  EXPECT_EQ(store_->url("a/1"), "") << "no file to be found by itself";
  EXPECT_EQ(fs::file_size(temp_ / "a" / "2"), 70'000u);
  EXPECT_EQ(*store_->list("a/", "", 9), (std::vector<std::string>{"a/1", "a/2"}));
}

}  // namespace
}  // namespace decima::adapters
