// Hashes the id of a machine, as that itself is to stay on the machine (see machine-id(5)).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace pmactor {

/// The SHA-256 of some bytes (FIPS 180-4).
std::array<std::uint8_t, 32> sha256(std::string_view bytes);

/// The HMAC-SHA-256 of some bytes (RFC 2104). @pre The key has 64 bytes at most.
std::array<std::uint8_t, 32> hmac_sha256(std::string_view key, std::string_view bytes);

/// @param machine_id 32 hexadecimal digits, as /etc/machine-id has it.
/// @returns 32 digits from which that cannot be derived, and always the same ones: what
/// `systemd-id128 machine-id --app-specific=7f9dbe32d2d34c3e8a6c1d2f5b7ae042` prints. Empty if it is no id.
std::string hash_machine_id(std::string_view machine_id);

} // namespace pmactor
