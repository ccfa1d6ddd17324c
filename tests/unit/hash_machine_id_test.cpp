#define CAF_SUITE hash_machine_id

#include "actors/host/hash_machine_id.hpp"

#include <cstdio>

#include "support/test.hpp"

using namespace pmactor;

namespace {

template <class Bytes>
std::string hex(const Bytes& bytes) {
  std::string result;
  for (const auto byte : bytes) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned>(byte));
    result += pair;
  }
  return result;
}

} // namespace

CAF_TEST(the hash is that of the standard) {
  CAF_CHECK_EQUAL(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CAF_CHECK_EQUAL(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CAF_CHECK_EQUAL(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CAF_CHECK_EQUAL(hex(sha256(std::string(1000, 'a'))),
                  "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}

CAF_TEST(the keyed hash is that of the standard) {
  CAF_CHECK_EQUAL(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
                  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

CAF_TEST(a machine id is hashed as systemd does it) {
  // Printed by systemd-id128 machine-id --app-specific=7f9dbe32d2d34c3e8a6c1d2f5b7ae042 on such a machine.
  CAF_CHECK_EQUAL(hash_machine_id("3d1219c7c4c5404aaa1f6d2a48adfda4"), "0458c0817657437ab53b30e6974979c5");
}

CAF_TEST(what is no machine id has no hash) {
  CAF_CHECK_EQUAL(hash_machine_id("uninitialized"), "");
  CAF_CHECK_EQUAL(hash_machine_id(""), "");
  CAF_CHECK_EQUAL(hash_machine_id("zd1219c7c4c5404aaa1f6d2a48adfda4"), "");
}
