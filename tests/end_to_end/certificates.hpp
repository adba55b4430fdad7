#pragma once
#include <filesystem>
#include <string>

namespace decima::end_to_end {

/// A self-signed certificate for `name`, as two PEM files.
void make_certificate(const std::string& name, const std::filesystem::path& certificate,
                      const std::filesystem::path& key);

}  // namespace decima::end_to_end
