// The rules, held against this repository.
#include <gtest/gtest.h>

#include "rules.hpp"

namespace decima::tidy {
namespace {

const Tree& our_tree() {
  static const Tree tree = read_tree(DECIMA_SOURCE_DIR);
  return tree;
}

void expect_none(const Findings& findings) {
  for (const std::string& finding : findings) ADD_FAILURE() << finding;
}

TEST(tidy, reads_the_repository) {
  EXPECT_TRUE(exists(our_tree(), "src/base/error.def"));
  EXPECT_TRUE(exists(our_tree(), "scripts"));
  EXPECT_FALSE(exists(our_tree(), "build"));
}

TEST(tidy, includes_follow_the_layers) { expect_none(includes_follow_the_layers(our_tree())); }
TEST(tidy, libraries_stay_in_their_files) { expect_none(libraries_stay_in_their_files(our_tree())); }
TEST(tidy, engine_is_pure) { expect_none(engine_is_pure(our_tree())); }
TEST(tidy, no_dead_files) { expect_none(no_dead_files(our_tree())); }
TEST(tidy, headers_are_guarded) { expect_none(headers_are_guarded(our_tree())); }
TEST(tidy, files_are_short) { expect_none(files_are_short(our_tree())); }
TEST(tidy, text_is_clean) { expect_none(text_is_clean(our_tree())); }
TEST(tidy, scripts_are_safe) { expect_none(scripts_are_safe(our_tree())); }
TEST(tidy, migrations_come_in_pairs) { expect_none(migrations_come_in_pairs(our_tree())); }
TEST(tidy, license_is_there) { expect_none(license_is_there(our_tree())); }
TEST(tidy, links_lead_somewhere) { expect_none(links_lead_somewhere(our_tree())); }
TEST(tidy, named_paths_exist) { expect_none(named_paths_exist(our_tree())); }
TEST(tidy, no_private_paths) { expect_none(no_private_paths(our_tree())); }

}  // namespace
}  // namespace decima::tidy
