#include "adapters/blob/data_folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/test_temp_folder.hpp"

namespace decima::adapters {
namespace {

TEST(DataFolder, IsMadeAndHeldForOne) {
  const TempFolder temp;
  const auto path = temp / "a" / "b";
  {
    const auto first = lock_data_folder(path);
    ASSERT_TRUE(first);
    const auto second = lock_data_folder(path);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::bad_setting);
    EXPECT_EQ(second.error().detail, "the data folder " + path.string() + " is in use by another decima (process " +
                                         std::to_string(::getpid()) + "); stop it, or choose another folder");
  }
  EXPECT_TRUE(lock_data_folder(path)) << "free again with its holder's end";
}

TEST(DataFolder, PathThatIsNoFolderIsRefusedInWords) {
  const auto refused = lock_data_folder("/dev/null/data");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("/dev/null"), std::string::npos) << refused.error().detail;
}

}  // namespace
}  // namespace decima::adapters
