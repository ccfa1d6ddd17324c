#include "actors/host/send_journal.hpp"

namespace pmactor {

std::string send_journal(std::string_view, const std::string&) {
  return "does not exist on macOS";
}

bool stderr_is_journal() {
  return false;
}

} // namespace pmactor
