// Decides how Apple's powermetrics is called. Pure: which Mac it is and who asks are arguments, so that all of it is
// tested where there is no Mac.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// What the command line depends on.
struct mac_facts {
  enum class processor : std::uint8_t { apple, intel };
  processor kind = processor::apple; ///< The machine's own, also for a program built for the other.
  bool is_root = false;              ///< Root needs no sudo.
};

/// @param interval is rounded to milliseconds and at least one: 0 would stand for no samples at all.
/// @param by_coalition bills each process to the app that it works for.
/// @returns the command line; absolute paths, so that a rule of sudo may name them and PATH is no attack vector.
std::vector<std::string> powermetrics_command(const mac_facts& mac, std::chrono::nanoseconds interval,
                                              bool by_coalition);

/// powermetrics refuses to start when it is asked for a sampler that this Mac does not have.
/// @returns the command without the one that the line complains of; nothing if it complains of none.
std::optional<std::vector<std::string>> without_unknown_sampler(const std::vector<std::string>& command,
                                                                std::string_view line);

/// @returns the command, and each that the lack of one sampler may make of it.
std::vector<std::vector<std::string>> with_fallbacks(const std::vector<std::string>& command);

} // namespace pmactor
