#include "actors/supervision/decide_hang.hpp"

namespace pmactor {
namespace {

/// Each one that is left behind keeps its thread until what it waits for lets go of it. Only those that
/// still do are limited: a disk that hangs now and then may cost a child each time, for years.
constexpr std::size_t most_lingering = 3;

} // namespace

bool is_hang(std::chrono::nanoseconds handling_for, std::chrono::nanoseconds limit) {
  return handling_for > limit;
}

hang_action decide_hang(const hang_facts& x) {
  if (!x.is_running || !is_hang(x.handling_for, x.limit))
    return hang_action::none;
  return x.is_replaceable && x.lingering < most_lingering ? hang_action::replace : hang_action::report;
}

std::string to_string(hang_action x) {
  switch (x) {
    case hang_action::none:
      return "none";
    case hang_action::report:
      return "report";
    case hang_action::replace:
      return "replace";
  }
  return "?";
}

} // namespace pmactor
