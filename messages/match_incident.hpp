// Decides which line of the kernel's log, or of a program that kills for lack of memory, reports an
// incident, and what of it: a table of patterns after the kernel's own format strings. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pmactor {

/// What an incident is about. Lines about one device within a short time are one incident.
enum class incident_kind : std::uint8_t {
  lockup,      ///< A CPU was held by the kernel's own code.
  hung_task,   ///< A process waited in uninterruptible sleep for minutes.
  memory,      ///< Processes were killed, or allocations refused, for lack of memory.
  disk,        ///< A disk or its link.
  file_system, ///< Found itself damaged, or cannot write.
  server,      ///< A file server does not answer.
  graphics,    ///< A GPU hung or was reset.
  usb,
  network,
  hardware,   ///< The CPU, memory or a bus reported an error.
  thermal,    ///< A temperature was too high.
  power,      ///< The supply of power.
  interrupts, ///< An interrupt that no driver handles.
  kernel,     ///< A fault of the kernel's own.
  clock,      ///< A clock of the machine became unreliable.
  sleep,      ///< A suspend that failed.
};
inline constexpr std::size_t incident_kinds = 16;

/// Which log a line is from.
enum class log_source : std::uint8_t {
  kernel,  ///< The kernel itself.
  program, ///< A program; the line begins with its name: "systemd-oomd[612]: …" or "systemd-oomd:
           ///< …".
};

/// A line that reports something, and what it says.
struct incident_line {
  std::string rule; ///< Names the rule: "nvme-timeout".
  incident_kind kind = incident_kind::kernel;
  /// How much it says, beside others of the same incident: 0 only adds a device or a process to
  /// another line.
  int weight = 0;
  /// How many such lines within a minute make an incident: one alone may be of an ordinary day.
  unsigned least = 1;
  std::string says; ///< Half a sentence: "the NVMe disk nvme0 did not complete a request in time".
                    ///< Foreign bytes.
  std::string
    device; ///< "nvme0", "sda", "0000:03:00.0", "CPU 3"; empty if it names none. Foreign bytes.
  std::string process; ///< Empty if it names none. Foreign bytes.
  std::optional<std::int64_t> pid;
  friend bool operator==(const incident_line&, const incident_line&) = default;
};

/// @param text one line, of any length and bytes. Costs a few microseconds at most.
std::optional<incident_line> match_incident(std::string_view text, log_source source);

std::string to_string(incident_kind x); ///< As stored: "hung_task".
std::string to_string(const incident_line& x);

} // namespace pmactor
