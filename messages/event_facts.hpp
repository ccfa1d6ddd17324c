// What is particular to an event that is neither pause nor stall, as values, and the form in which
// that is stored.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace pmactor {

struct event_fact {
  std::string name; ///< A word in small letters, with `_` between several: "device".
  std::variant<std::string, double>
    value; ///< Foreign bytes; or a number, of seconds, bytes, megahertz or without unit.
  friend bool operator==(const event_fact&, const event_fact&) = default;
};

struct event_facts {
  std::string title; ///< What happened, as half a sentence: "the GPU was reset". Foreign bytes.
  std::vector<event_fact> all; ///< In the order in which people read them.
  bool is_urgent = false;      ///< Worth a message to people.
  bool is_over = true;         ///< False: it lasts, and its duration grows.
  friend bool operator==(const event_facts&, const event_facts&) = default;

  /// Adds a fact, unless its text is empty.
  void add(std::string name, std::string value) {
    if (!value.empty())
      all.push_back(event_fact{std::move(name), std::move(value)});
  }
  void add(std::string name, double value) {
    all.push_back(event_fact{std::move(name), value});
  }
};

/// @returns {"title":"…","urgent":true,"device":"nvme0","count":3,"over":true}; bytes that are no
/// UTF-8 are replaced.
std::string to_json(const event_facts& x);

/// What the front of such a text says.
struct facts_head {
  std::string title;
  bool is_urgent = false;
};

/// @param json what to_json() wrote; of any other text nothing is known.
facts_head head_of(std::string_view json);

} // namespace pmactor
