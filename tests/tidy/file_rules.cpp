#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "rules.hpp"

namespace decima::tidy {
namespace {

constexpr std::size_t most_lines = 500;

/// Files that may be longer, each with its reason.
const std::map<std::string_view, std::string_view> long_for_a_reason{};

std::string_view folder_of(std::string_view path) { return path.substr(0, path.rfind('/')); }

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

/// Whether `name` stands in `text` as a file name of its own: "text.cpp" is not in "http/context.cpp".
bool names_file(std::string_view text, std::string_view name) {
  const auto part_of_name = [](char c) { return is_word(c) || c == '-' || c == '/'; };
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1))
    if (at == 0 || !part_of_name(text[at - 1])) return true;
  return false;
}

/// Whether the CMakeLists.txt of the file's folder, or of one above it, names it.
bool built(const Tree& tree, const File& file) {
  for (std::string_view folder = folder_of(file.path); under(folder, "src"); folder = folder_of(folder)) {
    const std::string list = std::string(folder) + "/CMakeLists.txt";
    const auto at = std::ranges::find(tree, list, &File::path);
    if (at != tree.end() && names_file(at->text, std::string_view(file.path).substr(folder.size() + 1))) return true;
  }
  return false;
}

/// Whether another file includes this one, below src by its path from there.
bool included(const Tree& tree, const File& file) {
  const std::string line = "#include \"" + file.path.substr(4) + "\"";
  return std::ranges::any_of(tree, [&](const File& other) {
    return is_code(other) && other.path != file.path && other.text.find(line) != std::string::npos;
  });
}

bool written_by_hand(const File& file) {
  return is_code(file) || has_suffix(file.path, "CMakeLists.txt") || has_suffix(file.path, ".cmake") ||
         has_suffix(file.path, ".sql") || under(file.path, "scripts") || file.path == ".ci/run";
}

bool is_script(const File& file) { return under(file.path, "scripts") || file.path == ".ci/run"; }

}  // namespace

Findings no_dead_files(const Tree& tree) {
  Findings findings;
  for (const File& file : tree) {
    if (!under(file.path, "src") || !is_code(file)) continue;
    if (has_suffix(file.path, ".cpp")) {
      if (!built(tree, file)) findings.push_back(file.path + ": no CMakeLists.txt names it");
    } else if (!included(tree, file)) {
      findings.push_back(file.path + ": nobody includes it");
    }
  }
  return findings;
}

Findings headers_are_guarded(const Tree& tree) {
  Findings findings;
  for (const File& file : tree)
    if (is_code(file) && has_suffix(file.path, ".hpp") && file.text.find("#pragma once\n") == std::string::npos)
      findings.push_back(file.path + ": no #pragma once");
  return findings;
}

Findings files_are_short(const Tree& tree) {
  Findings findings;
  for (const File& file : tree) {
    if (!is_code(file)) continue;
    const std::size_t count = lines(file.text).size();
    const bool excused = long_for_a_reason.contains(file.path);
    if (count > most_lines && !excused)
      findings.push_back(file.path + ": " + std::to_string(count) + " lines; " + std::to_string(most_lines) +
                         " are the most");
    if (count <= most_lines && excused) findings.push_back(file.path + ": short again; take it off the list");
  }
  return findings;
}

Findings text_is_clean(const Tree& tree) {
  // In two halves, so that this file does not hold them.
  static const std::string unfinished[] = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                           std::string("XX") + "X"};
  Findings findings;
  for (const File& file : tree) {
    if (!written_by_hand(file)) continue;
    std::size_t number = 0;
    for (const std::string_view line : lines(file.text)) {
      const std::string where = file.path + ":" + std::to_string(++number) + ": ";
      if (line.find('\t') != std::string_view::npos) findings.push_back(where + "a tab");
      if (line.ends_with('\r')) findings.push_back(where + "a carriage return");
      if (line.ends_with(' ')) findings.push_back(where + "blanks at the end");
      for (const std::string& word : unfinished)
        if (has_word(line, word)) findings.push_back(where + word + ": finish it, or write it down as an issue");
    }
    if (!file.text.empty() && !file.text.ends_with('\n')) findings.push_back(file.path + ": no newline at the end");
  }
  return findings;
}

Findings scripts_are_safe(const Tree& tree) {
  Findings findings;
  for (const File& file : tree) {
    if (!is_script(file) || file.path.starts_with("scripts/common")) continue;  // sourced
    if (!file.executable) findings.push_back(file.path + ": not executable");
    if (file.text.starts_with("#!/usr/bin/env bash\n") && file.text.find("\nset -euo pipefail\n") == std::string::npos)
      findings.push_back(file.path + ": no set -euo pipefail");
  }
  return findings;
}

Findings migrations_come_in_pairs(const Tree& tree) {
  Findings findings;
  std::map<std::string, std::set<std::string>> numbers;  // by dialect
  for (const File& file : tree) {
    if (!under(file.path, "migrations") || !has_suffix(file.path, ".sql")) continue;
    const bool up = has_suffix(file.path, ".up.sql");
    const bool down = has_suffix(file.path, ".down.sql");
    if (!up && !down) {
      findings.push_back(file.path + ": neither .up.sql nor .down.sql");
      continue;
    }
    const std::string stem = file.path.substr(0, file.path.size() - (up ? 7 : 9));
    const std::string partner = stem + (up ? ".down.sql" : ".up.sql");
    if (!exists(tree, partner)) findings.push_back(file.path + ": " + partner + " is missing");
    const std::string name = stem.substr(stem.rfind('/') + 1);
    if (up && !numbers[std::string(folder_of(file.path))].insert(name.substr(0, 4)).second)
      findings.push_back(file.path + ": its number is taken");
  }
  for (const auto& [folder, used] : numbers) {
    std::size_t expected = 0;
    for (const std::string& number : used) {
      const std::string text = std::to_string(++expected);
      if (number != std::string(text.size() < 4 ? 4 - text.size() : 0, '0') + text) {
        findings.push_back(folder + ": numbers are not 0001, 0002, ... without a gap");
        break;
      }
    }
  }
  return findings;
}

Findings license_is_there(const Tree& tree) {
  const auto license = std::ranges::find(tree, "LICENSE", &File::path);
  if (license == tree.end()) return {"LICENSE: missing"};
  if (license->text.find("Apache License") == std::string::npos) return {"LICENSE: not the Apache License"};
  return {};
}

}  // namespace decima::tidy
