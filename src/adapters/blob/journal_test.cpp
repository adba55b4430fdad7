// What a power cut leaves: the journal, and of the rest whatever the disk had. Here: nothing of it.
#include "adapters/blob/journal.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "adapters/blob/disk.hpp"
#include "adapters/blob/journal_text.hpp"
#include "base/test_temp_folder.hpp"

namespace decima::adapters {
namespace {

namespace fs = std::filesystem;

class Journals : public testing::Test {
 protected:
  core::BlobStore& store() { return *store_; }

  void put(const std::string& key, const std::string& bytes) {
    const core::Blob blob[] = {{key, bytes}};
    ASSERT_TRUE(store().put_many(blob));
  }

  /// A start over the disk as it is after the power came back: the files that nobody synced are gone, or have their
  /// names and no bytes.
  void lose_power(bool names_remain) {
    store_ = nullptr;
    for (const char* folder : {"staging", "factorials"}) {
      std::error_code none;
      for (const auto& entry : fs::directory_iterator(root_ / folder, none)) {
        if (names_remain)
          fs::resize_file(entry.path(), 0);
        else
          fs::remove(entry.path());
      }
    }
    store_ = std::move(*make_disk_blobs(root_));
  }

  std::string read(const std::string& key) {
    std::string into(1 << 16, '?');
    const auto got = store().read(key, 0, into);
    if (!got) return std::string(facts(got.error().code).name);
    return into.substr(0, *got);
  }

  std::vector<fs::path> files() const {
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator(root_ / ".journal")) all.push_back(entry.path());
    return all;
  }

  const TempFolder temp_;
  const fs::path root_ = temp_ / "blobs";
  std::unique_ptr<core::BlobStore> store_ = std::move(*make_disk_blobs(root_));
};

TEST_F(Journals, WhatWasPromotedIsThereWithItsBytes) {
  for (const bool names_remain : {false, true}) {
    put("staging/factorial-5/1", "120");
    put("staging/factorial-6/1", "720");
    const core::Move moves[] = {{"staging/factorial-5/1", "factorials/5.txt"},
                                {"staging/factorial-6/1", "factorials/6.txt"}};
    ASSERT_TRUE(store().promote_many(moves));
    lose_power(names_remain);
    EXPECT_EQ(read("factorials/5.txt"), "120");
    EXPECT_EQ(read("factorials/6.txt"), "720");
    EXPECT_EQ(read("staging/factorial-5/1"), "not_found");
  }
}

TEST_F(Journals, SecondPowerCutAfterTheStartLosesNothing) {
  put("staging/factorial-5/1", "120");
  ASSERT_TRUE(store().promote("staging/factorial-5/1", "factorials/5.txt"));
  lose_power(false);
  store_ = nullptr;
  EXPECT_TRUE(files().empty()) << "what it told was synced, so it is not told again";
  store_ = std::move(*make_disk_blobs(root_));
  EXPECT_EQ(read("factorials/5.txt"), "120");
}

TEST_F(Journals, RemovedBlobDoesNotComeBack) {
  put("staging/factorial-5/1", "120");
  ASSERT_TRUE(store().promote("staging/factorial-5/1", "factorials/5.txt"));
  ASSERT_TRUE(store().remove("factorials/5.txt"));
  lose_power(false);
  EXPECT_EQ(read("factorials/5.txt"), "not_found");
}

TEST_F(Journals, BlobThatGotOtherBytesWithoutANoteKeepsThose) {
  put("staging/factorial-5/1", "old");
  ASSERT_TRUE(store().promote("staging/factorial-5/1", "factorials/5.txt"));
  auto writer = store().create("factorials/5.txt");
  ASSERT_TRUE((*writer)->append("new"));
  ASSERT_TRUE((*writer)->commit());
  store_ = nullptr;
  store_ = std::move(*make_disk_blobs(root_));
  EXPECT_EQ(read("factorials/5.txt"), "new");
}

TEST_F(Journals, MoveOntoABlobThatIsHeldKeepsTheMoved) {
  put("staging/factorial-5/1", "old");
  ASSERT_TRUE(store().promote("staging/factorial-5/1", "factorials/5.txt"));
  auto writer = store().create("staging/factorial-5/2");
  ASSERT_TRUE((*writer)->append("new"));
  ASSERT_TRUE((*writer)->commit());
  ASSERT_TRUE(store().promote("staging/factorial-5/2", "factorials/5.txt"));
  store_ = nullptr;
  store_ = std::move(*make_disk_blobs(root_));
  EXPECT_EQ(read("factorials/5.txt"), "new");
}

TEST_F(Journals, TornEndIsNotBelieved) {
  put("staging/factorial-5/1", "120");
  ASSERT_TRUE(store().promote("staging/factorial-5/1", "factorials/5.txt"));
  put("staging/factorial-6/1", "720");
  store_ = nullptr;
  const auto all = files();
  ASSERT_EQ(all.size(), 1u);
  const std::string whole = [&] {
    std::ifstream file(all[0], std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  for (std::size_t cut = 1; cut < 60; cut++) {
    fs::remove_all(root_ / "staging");
    fs::remove_all(root_ / "factorials");
    for (const fs::path& old : files()) fs::remove(old);
    std::ofstream(all[0], std::ios::binary) << whole.substr(0, whole.size() - cut);
    store_ = std::move(*make_disk_blobs(root_));
    EXPECT_EQ(read("factorials/5.txt"), "120");
    EXPECT_EQ(read("staging/factorial-6/1"), "not_found");
    store_ = nullptr;
  }
}

TEST_F(Journals, FileOfALivingProcessIsLeftAlone) {
  put("staging/factorial-5/1", "120");
  const auto before = files();
  const auto other = std::move(*make_disk_blobs(root_));
  for (const fs::path& file : before) EXPECT_TRUE(fs::exists(file));
}

TEST_F(Journals, LongFileIsSettledAndGoes) {
  const std::string bytes(60'000, '7');
  const auto first = files();
  for (int i = 0; i < 300; i++) {
    const std::string staged = "staging/factorial-" + std::to_string(i) + "/1";
    put(staged, bytes);
    ASSERT_TRUE(store().promote(staged, "factorials/" + std::to_string(i) + ".txt"));
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (fs::exists(first[0]) && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_FALSE(fs::exists(first[0]));
  EXPECT_EQ(read("factorials/0.txt"), bytes);
}

TEST(JournalTexts, FlippedBitEndsTheReading) {
  std::string note;
  tell(note, Told::put, "a/1", "one");
  tell(note, Told::move, "a/1", "b/1");
  const std::string file = framed(note);
  const auto entries = [](std::string_view text) {
    std::size_t count = 0;
    EXPECT_TRUE(read_notes(text, [&](Told, std::string_view, std::string_view) -> Result<> {
      count++;
      return Done{};
    }));
    return count;
  };
  ASSERT_EQ(entries(file + file), 4u);
  for (std::size_t bit = 0; bit < 8 * file.size(); bit++) {
    std::string flipped = file;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    EXPECT_EQ(entries(flipped + file), 0u) << bit;
  }
}

}  // namespace
}  // namespace decima::adapters
