#pragma once
#include <string>
#include <vector>

#include "program.hpp"

namespace decima::faults {

/// Asks for a factorial by the jobs API; whether it was accepted.
bool ask_for(const program::Server& server, std::uint64_t n);
/// Asks for several at once; whether they were accepted.
bool ask_for(const program::Server& server, const std::vector<std::uint64_t>& numbers);
/// Asks for them again; whether all of them are done.
bool all_done(const program::Server& server, const std::vector<std::uint64_t>& numbers);
/// The row's state in words, or what else was answered.
std::string state_of(const program::Server& server, std::uint64_t n);
/// The body of an answer that is 200; whatever was answered otherwise.
std::string digits_of(const program::Server& server, std::uint64_t n);
/// Public names whose digits are not whole and right.
std::vector<std::string> wrong_blobs(const std::filesystem::path& data);

}  // namespace decima::faults
