#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "rules.hpp"

namespace decima::tidy {
namespace {

bool is_document(const File& file) { return has_suffix(file.path, ".md"); }

/// Calls look(line, "path:line: ") for each line of the documents that is not inside a ``` block.
void for_each_line(const Tree& tree,
                   const std::function<void(const File&, std::string_view, const std::string&)>& look) {
  for (const File& file : tree) {
    if (!is_document(file)) continue;
    std::size_t number = 0;
    bool fenced = false;
    for (const std::string_view line : lines(file.text)) {
      ++number;
      if (line.find("```") != std::string_view::npos) fenced = !fenced;
      if (!fenced) look(file, line, file.path + ":" + std::to_string(number) + ": ");
    }
  }
}

/// The line's parts outside (or inside) `code spans`.
std::vector<std::string_view> parts(std::string_view line, bool code) {
  std::vector<std::string_view> found;
  bool inside = false;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find('`'), line.size());
    if (inside == code) found.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
    inside = !inside;
  }
  return found;
}

/// Where a link on `from`'s page leads within the tree; empty for other sites and for anchors of the same page.
std::string local_target(const File& from, std::string_view link) {
  link = link.substr(0, link.find_first_of("# "));
  if (link.empty() || link.find("://") != std::string_view::npos || link.starts_with("mailto:")) return {};
  const auto folder = std::filesystem::path(from.path).parent_path();
  std::string target = (folder / link).lexically_normal().generic_string();
  if (target.ends_with('/')) target.pop_back();
  return target;
}

constexpr std::string_view top_folders[] = {"src",   "scripts", "tests", "docs",       "cmake", ".ci",
                                            "bench", "fuzz",    "web",   "migrations", "api",   "deploy"};
constexpr std::string_view source_folders[] = {"base", "engine", "kinds", "core", "adapters", "http", "app"};

bool looks_like_path(std::string_view text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./";
  return text.find('/') != std::string_view::npos && text.find_first_not_of(letters) == std::string_view::npos;
}

/// Documents may shorten src/core/execute.cpp to core/execute.
bool known(const Tree& tree, std::string_view path) {
  const std::string_view first = path.substr(0, path.find('/'));
  const std::string name(path);
  if (std::ranges::find(top_folders, first) != std::end(top_folders)) return exists(tree, name);
  if (std::ranges::find(source_folders, first) == std::end(source_folders)) return true;  // no path of ours
  return exists(tree, "src/" + name) || exists(tree, "src/" + name + ".cpp") || exists(tree, "src/" + name + ".hpp");
}

}  // namespace

Findings links_lead_somewhere(const Tree& tree) {
  Findings findings;
  for_each_line(tree, [&](const File& file, std::string_view line, const std::string& where) {
    for (const std::string_view part : parts(line, false)) {
      for (std::size_t at = part.find("]("); at != std::string_view::npos; at = part.find("](", at + 1)) {
        const std::string_view link = part.substr(at + 2, part.find(')', at) - at - 2);
        const std::string target = local_target(file, link);
        if (!target.empty() && target != "." && !exists(tree, target))
          findings.push_back(where + "(" + std::string(link) + ") leads nowhere");
      }
    }
  });
  return findings;
}

Findings named_paths_exist(const Tree& tree) {
  Findings findings;
  for_each_line(tree, [&](const File&, std::string_view line, const std::string& where) {
    for (std::string_view code : parts(line, true)) {
      code = code.substr(0, code.find(' '));
      while (code.ends_with('/')) code.remove_suffix(1);
      if (looks_like_path(code) && !known(tree, code))
        findings.push_back(where + "there is no `" + std::string(code) + "`");
    }
  });
  return findings;
}

Findings no_private_paths(const Tree& tree) {
  Findings findings;
  for (const File& file : tree) {
    if (!is_document(file) && !under(file.path, "scripts") && file.path != ".ci/run" &&
        !has_suffix(file.path, ".cmake") && !has_suffix(file.path, "CMakeLists.txt") && !has_suffix(file.path, ".json"))
      continue;
    std::size_t number = 0;
    for (const std::string_view line : lines(file.text)) {
      ++number;
      if (line.find("/home/") != std::string_view::npos || line.find("/root/") != std::string_view::npos)
        findings.push_back(file.path + ":" + std::to_string(number) + ": a path of one machine");
    }
  }
  return findings;
}

}  // namespace decima::tidy
