// What is worth knowing of a machine where its events are looked at elsewhere, and what is private.
#pragma once

#include "app/bundle/redact_identity.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

struct machine_disk {
  std::string name, model; ///< Without its serial number.
  std::optional<std::uint64_t> bytes;
  std::optional<bool> rotates;
};

/// Absent or empty is not known.
struct machine_facts {
  std::string system, kernel, architecture, cpu;
  std::uint32_t cpus = 0;
  std::optional<std::uint64_t> memory; ///< Bytes.
  std::vector<machine_disk> disks;
};

/// Asks the system; each question may wait for it, none starts a program.
machine_facts describe_machine();

/// @returns the facts as JSON.
std::string machine_document(const machine_facts& x);
/// @returns them as a line or two for people.
std::string machine_words(const machine_facts& x);

/// @returns who uses this machine and what it is called.
/// @param host a further name, as it was when an event happened.
machine_identity identify_machine(const std::string& host);

} // namespace pmactor
