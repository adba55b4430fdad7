// What the conformance suite cannot see: where the bytes lie, what is left behind, and what a failing disk does.
#include "adapters/blob/disk.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "base/test_file_size_limit.hpp"
#include "base/test_temp_folder.hpp"

namespace decima::adapters {
namespace {

namespace fs = std::filesystem;

class DiskBlobs : public testing::Test {
 protected:
  std::unique_ptr<core::BlobStore> open() {
    auto store = make_disk_blobs(root_);
    if (!store) throw std::runtime_error(store.error().message());
    return std::move(*store);
  }

  static void write_blob(core::BlobStore& store, std::string_view key, std::string_view bytes) {
    auto writer = store.create(key);
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->append(bytes));
    ASSERT_TRUE((*writer)->commit());
  }

  /// All plain files below the root, by their paths from there; but for the one that short blobs share.
  std::vector<std::string> files() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(root_))
      if (entry.is_regular_file() && !entry.path().filename().string().starts_with("short.db"))
        found.push_back(entry.path().lexically_relative(root_).string());
    return found;
  }

  const TempFolder temp_;
  const fs::path root_ = temp_ / "deep" / "blobs";
};

TEST_F(DiskBlobs, LieWhereTheirKeysSay) {
  const auto store = open();
  write_blob(*store, "factorials/10.txt", "3628800");
  write_blob(*store, "staging/factorial-10/1", "x");
  std::ifstream file(root_ / "factorials" / "10.txt");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "3628800");
  EXPECT_TRUE(fs::exists(root_ / "staging" / "factorial-10~1"));
  EXPECT_EQ(store->url("factorials/10.txt"), "file://" + (root_ / "factorials" / "10.txt").string());
}

TEST_F(DiskBlobs, UrlIsWrittenInPercent) {
  const auto store = make_disk_blobs(temp_ / "a b%ü");
  ASSERT_TRUE(store);
  write_blob(**store, "a/1", "x");
  EXPECT_EQ((*store)->url("a/1"), "file://" + temp_.path().string() + "/a%20b%25%C3%BC/a/1");
}

TEST_F(DiskBlobs, OutliveTheStore) {
  { ASSERT_TRUE(open()->put_many(std::vector<core::Blob>{{"a/1", "x"}})); }
  EXPECT_EQ(*open()->size("a/1"), 1u);
}

TEST_F(DiskBlobs, KilledWriterLeavesNothingOnceTheNextOneOpens) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = open();
    const auto writer = store->create("a/1");
    const bool wrote = writer && (*writer)->append("half");
    ::_exit(wrote ? 0 : 1);  // without any destructor, as killed
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(files().size(), 1u) << "what the child had begun";
  const auto store = open();
  EXPECT_TRUE(files().empty());
  EXPECT_TRUE(store->list("", "", 10)->empty());
}

TEST_F(DiskBlobs, LiveWriterIsNotSwept) {
  const auto first = open();
  auto writer = first->create("a/1");
  ASSERT_TRUE((*writer)->append("12"));
  const auto second = open();
  ASSERT_TRUE((*writer)->append("0"));
  ASSERT_TRUE((*writer)->commit());
  EXPECT_EQ(*second->size("a/1"), 3u);
}

TEST_F(DiskBlobs, ShortWriteThenRefusalLeavesNothing) {
  const auto store = open();
  {
    const FileSizeLimit limit(1000);
    auto writer = store->create("a/1");
    const auto written = (*writer)->append(std::string(3000, 'x'));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Code::io_error);
    EXPECT_NE(written.error().detail.find("File too large"), std::string::npos);
    EXPECT_FALSE((*writer)->append("y")) << "the file has a hole now";
    EXPECT_FALSE((*writer)->commit());
    EXPECT_FALSE(store->put_many(std::vector<core::Blob>{{"a/3", std::string(3000, 'x')}, {"a/2", "fits"}}));
  }
  EXPECT_TRUE(files().empty());
  EXPECT_TRUE(store->put_many(std::vector<core::Blob>{{"a/1", std::string(3000, 'x')}})) << "room again";
}

TEST_F(DiskBlobs, FolderThatCannotBeMadeIsAnError) {
  const auto store = open();
  std::ofstream(root_ / "factorials") << "in the way";
  auto writer = store->create("factorials/1.txt");
  ASSERT_TRUE((*writer)->append("1"));
  EXPECT_FALSE((*writer)->commit());
  writer = Error{Code::internal, "done with it"};
  EXPECT_EQ(files(), std::vector<std::string>{"factorials"});
}

TEST_F(DiskBlobs, CommitsOnce) {
  const auto store = open();
  auto writer = store->create("a/1");
  ASSERT_TRUE((*writer)->append("1"));
  ASSERT_TRUE((*writer)->commit());
  EXPECT_FALSE((*writer)->append("2"));
  EXPECT_FALSE((*writer)->commit());
  EXPECT_EQ(*store->size("a/1"), 1u);
}

TEST_F(DiskBlobs, FilesOfOthersAreLeftAlone) {
  const auto store = open();
  ASSERT_TRUE(store->put_many(std::vector<core::Blob>{{"a/1", "x"}}));
  std::ofstream(root_ / "a" / "Not Ours") << "x";
  std::ofstream(root_ / "plain") << "x";
  fs::create_directory(root_ / "Folder");
  std::ofstream(root_ / "Folder" / "1") << "x";
  EXPECT_EQ(*store->list("", "", 10), std::vector<std::string>{"a/1"});
}

TEST_F(DiskBlobs, ReadOfMoreThanAMebibyteIsRefused) {
  const auto store = open();
  ASSERT_TRUE(store->put_many(std::vector<core::Blob>{{"a/1", "x"}}));
  std::string into((1 << 20) + 1, '?');
  EXPECT_EQ(store->read("a/1", 0, into).error().code, Code::invalid_argument);
}

TEST_F(DiskBlobs, PingNoticesThatTheRootIsGone) {
  const auto store = open();
  EXPECT_TRUE(store->ping());
  fs::remove_all(root_);
  const auto answer = store->ping();
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().detail.find(root_.string()), std::string::npos);
}

}  // namespace
}  // namespace decima::adapters
