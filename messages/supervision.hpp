// What the SUPERVISOR and its children say to each other beside their work.
#pragma once

#include <cstdint>
#include <string>

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

/// To the SUPERVISOR: the settings have changed; start all children again, with those that hold now.
struct reload {
  friend bool operator==(const reload&, const reload&) = default;
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
std::string to_string(const tick& x);

} // namespace pmactor
