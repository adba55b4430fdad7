#include "certificates.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>

namespace decima::end_to_end {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

File writable(const std::filesystem::path& path) { return {std::fopen(path.c_str(), "w"), std::fclose}; }

void write_key(const Key& key, const std::filesystem::path& path) {
  PEM_write_PrivateKey(writable(path).get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

}  // namespace

void make_certificate(const std::string& name, const std::filesystem::path& certificate,
                      const std::filesystem::path& key) {
  const Key pair(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> made(X509_new(), X509_free);
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_set_pubkey(made.get(), pair.get());
  X509_NAME* subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(made.get(), subject);
  X509_sign(made.get(), pair.get(), EVP_sha256());
  PEM_write_X509(writable(certificate).get(), made.get());
  write_key(pair, key);
}

void make_rsa_key(const std::filesystem::path& key) { write_key(Key(EVP_RSA_gen(2048), EVP_PKEY_free), key); }

}  // namespace decima::end_to_end
