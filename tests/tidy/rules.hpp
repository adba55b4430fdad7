#pragma once
#include <string>
#include <vector>

#include "tree.hpp"

/// What a compiler does not see: rules about the source as text. A rule takes the tree and gives its findings,
/// "path:line: what is wrong", so that rules_test.cpp can show on a small broken tree that each one works.
namespace decima::tidy {

using Findings = std::vector<std::string>;

// Who may include what (include_rules.cpp).
Findings includes_follow_the_layers(const Tree& tree);     ///< layers.def; every include names its folder
Findings libraries_stay_in_their_files(const Tree& tree);  ///< a client library's headers, where they are used
Findings engine_is_pure(const Tree& tree);                 ///< no clock, no log, no input or output

// Files (file_rules.cpp).
Findings no_dead_files(const Tree& tree);  ///< a .cpp that no CMakeLists.txt names, a header that nobody includes
Findings headers_are_guarded(const Tree& tree);
Findings files_are_short(const Tree& tree);
Findings text_is_clean(const Tree& tree);  ///< tabs, carriage returns, trailing blanks, marks of unfinished work
Findings scripts_are_safe(const Tree& tree);
Findings migrations_come_in_pairs(const Tree& tree);
Findings license_is_there(const Tree& tree);

// Documents (document_rules.cpp).
Findings links_lead_somewhere(const Tree& tree);
Findings named_paths_exist(const Tree& tree);  ///< `src/core/execute.cpp` in a document is a promise
Findings no_private_paths(const Tree& tree);   ///< somebody's home folder

}  // namespace decima::tidy
