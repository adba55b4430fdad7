#pragma once
#include <filesystem>
#include <string>

#include "program.hpp"

namespace decima::end_to_end {

/// A self-signed certificate for `name`, as two PEM files.
void make_certificate(const std::string& name, const std::filesystem::path& certificate,
                      const std::filesystem::path& key);

/// A key of another type than those of make_certificate().
void make_rsa_key(const std::filesystem::path& key);

/// A base for tests of a server with TLS, before the one that starts it: there have to be files first.
struct WithCertificate {
  WithCertificate() { make_certificate("first", files / "certificate.pem", files / "key.pem"); }
  program::Arguments tls_flags(const program::Arguments& more = {}) const {
    program::Arguments flags{"--listen",          "https://127.0.0.1:0,127.0.0.1:0",
                             "--tls-certificate", files / "certificate.pem",
                             "--tls-key",         files / "key.pem"};
    flags.insert(flags.end(), more.begin(), more.end());
    return flags;
  }
  program::Folder files;
};

}  // namespace decima::end_to_end
