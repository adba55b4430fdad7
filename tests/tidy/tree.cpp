#include "tree.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace decima::tidy {
namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool skipped(const fs::path& folder) {
  static const std::set<std::string> names{".git", "build", "var", "node_modules", ".cache", ".svelte-kit"};
  return names.contains(folder.filename().string());
}

}  // namespace

Tree read_tree(const fs::path& root) {
  Tree tree;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    if (skipped(entry->path())) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file()) continue;
    const bool small = entry->file_size() <= 1 << 20;
    const bool executable = (entry->status().permissions() & fs::perms::owner_exec) != fs::perms::none;
    tree.push_back({entry->path().lexically_relative(root).generic_string(),
                    small ? read(entry->path()) : std::string(), executable});
  }
  std::ranges::sort(tree, {}, &File::path);
  return tree;
}

bool under(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

bool has_suffix(std::string_view path, std::string_view suffix) { return path.ends_with(suffix); }

bool is_code(const File& file) {
  return (has_suffix(file.path, ".cpp") || has_suffix(file.path, ".hpp") || has_suffix(file.path, ".def")) &&
         (under(file.path, "src") || under(file.path, "tests") || under(file.path, "bench") ||
          under(file.path, "fuzz"));
}

bool is_test_code(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return under(path, "src") && (has_suffix(name, "_test.cpp") || name.starts_with("test_"));
}

bool exists(const Tree& tree, std::string_view path) {
  const auto at =
      std::ranges::lower_bound(tree, path, {}, [](const File& file) { return std::string_view(file.path); });
  if (at != tree.end() && at->path == path) return true;
  return std::ranges::any_of(tree, [&](const File& file) { return under(file.path, path); });
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    all.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

}  // namespace decima::tidy
