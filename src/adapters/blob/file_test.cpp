#include "adapters/blob/file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <thread>

#include "base/test_temp_folder.hpp"

namespace decima::adapters {
namespace {

TEST(SystemError, TellsNoRoomFromTheRest) {
  EXPECT_EQ(system_error("writing x", ENOSPC).code, Code::storage_full);
  EXPECT_EQ(system_error("writing x", EDQUOT).code, Code::storage_full);
  EXPECT_EQ(system_error("writing x", EIO).code, Code::io_error);
  EXPECT_EQ(system_error("writing x", EROFS).detail, "writing x: Read-only file system");
}

TEST(File, FullDiskIsStorageFull) {
  const File full(::open("/dev/full", O_WRONLY | O_CLOEXEC), "/dev/full");
  const auto written = full.write("120");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::storage_full);
}

TEST(File, PipeThatTakesLittleAtATimeGetsAll) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const File reader(ends[0], "reader"), writer(ends[1], "writer");
  const std::string bytes(1 << 20, 'x');  // many times what a pipe holds
  std::size_t got = 0;
  std::jthread drain([&] {
    char piece[1000];
    for (ssize_t n = 1; got < bytes.size() && n > 0; got += static_cast<std::size_t>(n))
      n = ::read(reader.descriptor(), piece, sizeof piece);
  });
  EXPECT_TRUE(writer.write(bytes));
  drain.join();
  EXPECT_EQ(got, bytes.size());
}

TEST(File, IsMadeOnceAndNotForTheWorld) {
  const TempFolder temp;
  const auto folder = open_folder(temp.path());
  ASSERT_TRUE(folder);
  ASSERT_TRUE(create_file(*folder, "a"));
  EXPECT_FALSE(create_file(*folder, "a")) << "it must be new";
  struct stat facts {};
  ASSERT_EQ(::stat((temp / "a").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07, 0u);
}

TEST(File, LinksAreNotFollowed) {
  const TempFolder temp;
  std::filesystem::create_symlink("/etc/passwd", temp / "link");
  const auto folder = open_folder(temp.path());
  EXPECT_FALSE(open_file(*folder, "link"));
}

TEST(Folders, AreMadeAsDeepAsNeeded) {
  const TempFolder temp;
  EXPECT_TRUE(make_folders(temp / "a" / "b" / "c"));
  EXPECT_TRUE(make_folders(temp / "a" / "b" / "c" / ""));
  EXPECT_TRUE(std::filesystem::is_directory(temp / "a" / "b" / "c"));
}

TEST(Folders, FileInTheWayIsNamed) {
  const TempFolder temp;
  std::ofstream(temp / "a") << "x";
  const auto refused = make_folders(temp / "a" / "b");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find((temp / "a").string()), std::string::npos) << refused.error().detail;
}

TEST(Folders, FilesAndFoldersAreListedApart) {
  const TempFolder temp;
  std::filesystem::create_directory(temp / "folder");
  std::ofstream(temp / "file") << "x";
  std::filesystem::create_symlink("file", temp / "link");
  const auto folder = open_folder(temp.path());
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(*files_in(*folder), std::vector<std::string>{"file"});
    EXPECT_EQ(*folders_in(*folder), std::vector<std::string>{"folder"});
  }
}

}  // namespace
}  // namespace decima::adapters
