// Each rule finds what it is for, in a small broken tree, and leaves a right one alone.
#include "rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace decima::tidy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A tree of these files, in order as read_tree gives them.
Tree tree_of(std::vector<File> files) {
  std::ranges::sort(files, {}, &File::path);
  return files;
}

Findings layers_in(const std::string& path, const std::string& include) {
  return includes_follow_the_layers({{path, "#include \"" + include + "\"\n"}});
}

TEST(tidy_rule, an_include_goes_down_the_layers) {
  EXPECT_THAT(layers_in("src/http/server.cpp", "core/lookup.hpp"), IsEmpty());
  EXPECT_THAT(layers_in("src/adapters/blob/disk.cpp", "adapters/blob/keys.hpp"), IsEmpty());
  EXPECT_THAT(layers_in("src/app/services.cpp", "adapters/queue/memory.hpp"), IsEmpty());
  EXPECT_THAT(layers_in("src/engine/natural.cpp", "base/log.hpp"),
              ElementsAre("src/engine/natural.cpp:1: engine may not include \"base/log.hpp\""));
  EXPECT_THAT(layers_in("src/core/worker.cpp", "adapters/queue/memory.hpp"), ElementsAre(HasSubstr("core may not")));
  EXPECT_THAT(layers_in("src/adapters/blob/disk.cpp", "adapters/store/sql.hpp"), ElementsAre(HasSubstr("may not")));
  EXPECT_THAT(layers_in("src/http/server.cpp", "adapters/cache/lru.hpp"), ElementsAre(HasSubstr("http may not")));
}

TEST(tidy_rule, an_include_names_its_folder) {
  EXPECT_THAT(layers_in("src/core/worker.cpp", "../engine/natural.hpp"), ElementsAre(HasSubstr("folder of src")));
  EXPECT_THAT(layers_in("src/core/worker.cpp", "job.hpp"), ElementsAre(HasSubstr("folder of src")));
  EXPECT_THAT(layers_in("src/new/thing.cpp", "base/log.hpp"), ElementsAre(HasSubstr("belongs to no layer")));
}

TEST(tidy_rule, a_unit_test_may_include_any_layer) {
  EXPECT_THAT(layers_in("src/core/worker_test.cpp", "adapters/queue/memory.hpp"), IsEmpty());
  EXPECT_THAT(layers_in("src/core/worker_test.cpp", "support/threads.hpp"), IsEmpty());
  EXPECT_THAT(layers_in("src/core/worker.cpp", "support/threads.hpp"), ElementsAre(HasSubstr("folder of src")));
}

TEST(tidy_rule, a_library_stays_where_it_is_used) {
  EXPECT_THAT(libraries_stay_in_their_files({{"src/base/log.cpp", "#include <spdlog/spdlog.h>\n"}}), IsEmpty());
  EXPECT_THAT(libraries_stay_in_their_files({{"src/base/text.cpp", "#include <spdlog/spdlog.h>\n"}}),
              ElementsAre(HasSubstr("src/base/text.cpp:1: <spdlog/spdlog.h> belongs in")));
  EXPECT_THAT(libraries_stay_in_their_files({{"src/core/worker.cpp", "#include <soci/soci.h>\n"}}),
              ElementsAre(HasSubstr("soci")));
}

TEST(tidy_rule, the_engine_has_no_clock) {
  EXPECT_THAT(engine_is_pure({{"src/engine/swing.cpp", "#include <vector>\n#include <chrono>\n"}}),
              ElementsAre("src/engine/swing.cpp:2: the engine has no use for <chrono>"));
  EXPECT_THAT(engine_is_pure({{"src/core/worker.cpp", "#include <chrono>\n"}}), IsEmpty());
}

TEST(tidy_rule, a_file_that_nobody_builds_is_dead) {
  const File list{"src/base/CMakeLists.txt", "decima_library(base SOURCES text.cpp log.cpp)\n"};
  EXPECT_THAT(no_dead_files(tree_of({list, {"src/base/text.cpp", ""}})), IsEmpty());
  EXPECT_THAT(no_dead_files(tree_of({list, {"src/base/ext.cpp", ""}})), ElementsAre(HasSubstr("src/base/ext.cpp")));
  EXPECT_THAT(no_dead_files(tree_of({list, {"src/base/text.hpp", ""}})), ElementsAre(HasSubstr("nobody includes")));
  EXPECT_THAT(
      no_dead_files(tree_of(
          {list, {"src/base/text.cpp", "#include \"base/text.hpp\"\n"}, {"src/base/text.hpp", "#pragma once\n"}})),
      IsEmpty());
}

TEST(tidy_rule, a_header_is_guarded) {
  EXPECT_THAT(headers_are_guarded({{"src/base/a.hpp", "#pragma once\n"}}), IsEmpty());
  EXPECT_THAT(headers_are_guarded({{"src/base/a.hpp", "int a;\n"}}), ElementsAre(HasSubstr("src/base/a.hpp")));
}

TEST(tidy_rule, a_file_has_at_most_500_lines) {
  EXPECT_THAT(files_are_short({{"src/base/a.cpp", std::string(500, '\n')}}), IsEmpty());
  EXPECT_THAT(files_are_short({{"src/base/a.cpp", std::string(501, '\n')}}), ElementsAre(HasSubstr("501 lines")));
}

TEST(tidy_rule, text_has_no_tabs_and_nothing_unfinished) {
  EXPECT_THAT(text_is_clean({{"src/base/a.cpp", "int a;\n"}}), IsEmpty());
  EXPECT_THAT(text_is_clean({{"src/base/a.cpp", "\tint a;\n"}}), ElementsAre("src/base/a.cpp:1: a tab"));
  EXPECT_THAT(text_is_clean({{"src/base/a.cpp", "int a; \n"}}), ElementsAre(HasSubstr("blanks")));
  EXPECT_THAT(text_is_clean({{"src/base/a.cpp", "int a;\r\n"}}), ElementsAre(HasSubstr("carriage return")));
  EXPECT_THAT(text_is_clean({{"src/base/a.cpp", "int a;"}}), ElementsAre(HasSubstr("no newline")));
  EXPECT_THAT(text_is_clean({{"src/base/a.cpp", std::string("// TO") + "DO later\n"}}), ElementsAre(HasSubstr(":1: ")));
  EXPECT_THAT(text_is_clean({{"src/base/a.cpp", std::string("mkdtemp(\"XX") + "XXXX\");\n"}}), IsEmpty());
}

TEST(tidy_rule, a_script_is_executable_and_stops_at_errors) {
  const std::string good = "#!/usr/bin/env bash\nset -euo pipefail\n";
  EXPECT_THAT(scripts_are_safe({{"scripts/a", good, true}}), IsEmpty());
  EXPECT_THAT(scripts_are_safe({{"scripts/a", good, false}}), ElementsAre("scripts/a: not executable"));
  EXPECT_THAT(scripts_are_safe({{"scripts/a", "#!/usr/bin/env bash\ntrue\n", true}}), ElementsAre(HasSubstr("set -e")));
}

TEST(tidy_rule, a_migration_can_be_undone) {
  const File up{"migrations/sqlite/0001_jobs.up.sql", ""};
  const File down{"migrations/sqlite/0001_jobs.down.sql", ""};
  EXPECT_THAT(migrations_come_in_pairs(tree_of({up, down})), IsEmpty());
  EXPECT_THAT(migrations_come_in_pairs({up}), ElementsAre(HasSubstr("0001_jobs.down.sql is missing")));
  EXPECT_THAT(migrations_come_in_pairs({down}), ElementsAre(HasSubstr("0001_jobs.up.sql is missing")));
  EXPECT_THAT(migrations_come_in_pairs({{"migrations/sqlite/0001_jobs.sql", ""}}), ElementsAre(HasSubstr("neither")));
  EXPECT_THAT(migrations_come_in_pairs(
                  tree_of({{"migrations/sqlite/0002_more.up.sql", ""}, {"migrations/sqlite/0002_more.down.sql", ""}})),
              ElementsAre(HasSubstr("without a gap")));
}

TEST(tidy_rule, the_license_is_there) {
  EXPECT_THAT(license_is_there({{"LICENSE", "Apache License\n"}}), IsEmpty());
  EXPECT_THAT(license_is_there({{"LICENSE", "All rights reserved\n"}}), ElementsAre(HasSubstr("not the Apache")));
  EXPECT_THAT(license_is_there({}), ElementsAre(HasSubstr("missing")));
}

TEST(tidy_rule, a_link_leads_somewhere) {
  const auto findings = [](const std::string& text) {
    return links_lead_somewhere(tree_of({{"docs/a.md", text}, {"docs/b.md", ""}, {"src/base/log.cpp", ""}}));
  };
  EXPECT_THAT(findings("[b](b.md), [there](b.md#part), [`up`](../src/base), [out](https://x.y/z), [here](#top)\n"),
              IsEmpty());
  EXPECT_THAT(findings("first\nsee [c](c.md)\n"), ElementsAre("docs/a.md:2: (c.md) leads nowhere"));
  EXPECT_THAT(findings("```\n[c](c.md)\n```\n"), IsEmpty());
}

TEST(tidy_rule, a_path_named_in_a_document_exists) {
  const auto findings = [](const std::string& text) {
    return named_paths_exist(tree_of({{"docs/a.md", text}, {"src/core/execute.cpp", ""}, {"scripts/run", ""}}));
  };
  EXPECT_THAT(findings("`src/core/execute.cpp`, `core/execute`, `scripts/run --listen X`, `src/`, `/health`\n"),
              IsEmpty());
  EXPECT_THAT(findings("`application/json`, `kinds/<name>.cpp`, `factorials/10.txt`\n"), IsEmpty());
  EXPECT_THAT(findings("see `core/executor`\n"), ElementsAre("docs/a.md:1: there is no `core/executor`"));
  EXPECT_THAT(findings("`scripts/walk`\n"), ElementsAre(HasSubstr("scripts/walk")));
}

TEST(tidy_rule, a_document_names_no_private_folder) {
  EXPECT_THAT(no_private_paths({{"README.md", "unpack it anywhere\n"}}), IsEmpty());
  EXPECT_THAT(no_private_paths({{"README.md", std::string("cd /home") + "/ann/decima\n"}}),
              ElementsAre("README.md:1: a path of one machine"));
}

}  // namespace
}  // namespace decima::tidy
