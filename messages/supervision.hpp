// What the SUPERVISOR and its children say to each other beside their work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pmactor {

/// Goes with the handle of a downstream actor: which role the handle fills. A successor is linked under
/// the same name as its predecessor.
struct link_to {
  std::string role;
  friend bool operator==(const link_to&, const link_to&) = default;
};

/// An order to fail, for drills.
struct drill {
  enum class way : std::uint8_t { raise, quit };
  way how = way::raise;
  friend bool operator==(const drill&, const drill&) = default;
};

/// To the SUPERVISOR: stop all children in reverse order, then yourself.
struct stop_all {
  friend bool operator==(const stop_all&, const stop_all&) = default;
};

/// To the SUPERVISOR: the settings have changed; restart the children that they concern.
struct reload {
  friend bool operator==(const reload&, const reload&) = default;
};

/// What a reload came to, once all that it could restart is up.
struct reload_result {
  std::vector<std::string> changed;   ///< Keys of the settings.
  std::vector<std::string> restarted; ///< Children that are up again, those given up before among them.
  std::vector<std::string> given_up;  ///< Children that kept failing instead.
  std::vector<std::string> held_up{}; ///< Children whose predecessor hangs; they are started once it has ended.
  friend bool operator==(const reload_result&, const reload_result&) = default;
};

/// To the SUPERVISOR from one of its children: what does not work and why.
struct degradation {
  std::uint32_t child = 0;       ///< As numbered by the SUPERVISOR.
  std::uint32_t incarnation = 0; ///< The report of an earlier one says nothing of its successor.
  std::string why;               ///< One sentence; empty if all is well again.
  friend bool operator==(const degradation&, const degradation&) = default;
};

/// Something of pmactor that does not work.
struct fault {
  std::string actor; ///< Or whatever else it is about.
  std::string says;  ///< A sentence.
  friend bool operator==(const fault&, const fault&) = default;
};

/// Everything that does not work at this moment. Sent whenever it changes, and to a child that has just
/// been started.
struct fault_list {
  std::vector<fault> all;
  friend bool operator==(const fault_list&, const fault_list&) = default;
};

/// An actor's own timer. It carries the generation in which it was armed, as CAF cannot cancel it.
struct tick {
  std::uint64_t armed = 0;
  friend bool operator==(const tick&, const tick&) = default;
};

std::string to_string(const link_to& x);
std::string to_string(const drill& x);
std::string to_string(const stop_all& x);
std::string to_string(const reload& x);
std::string to_string(const reload_result& x); ///< "2 settings changed (a, b); restarted: x"
/// @param room in bytes; enough for the sentence without a name.
/// @returns the same, with as few names in each list as it needs to be whole; without any it gives their numbers.
std::string describe_within(const reload_result& x, std::size_t room);
std::string to_string(const degradation& x);
std::string to_string(const fault& x);
std::string to_string(const fault_list& x);
std::string to_string(const tick& x);

} // namespace pmactor
