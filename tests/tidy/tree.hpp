#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace decima::tidy {

/// One file of the repository: its path from the top, with '/', and what is in it.
struct File {
  std::string path;
  std::string text;
  bool executable = false;
};

/// All files, in order of their paths.
using Tree = std::vector<File>;

/// Everything below `root` but what is built, fetched or written by a running service. Files over 1 MiB, which nobody
/// wrote by hand, come without their text.
Tree read_tree(const std::filesystem::path& root);

bool under(std::string_view path, std::string_view folder);
bool has_suffix(std::string_view path, std::string_view suffix);
bool is_code(const File& file);            ///< C++ of ours
bool is_test_code(std::string_view path);  ///< below src: name_test.cpp and test_name.hpp

/// Whether there is a file, or a folder with files, of this path.
bool exists(const Tree& tree, std::string_view path);

std::vector<std::string_view> lines(std::string_view text);

}  // namespace decima::tidy
