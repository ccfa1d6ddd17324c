#include "messages/storage.hpp"

namespace pmactor {

std::string to_string(const remember& x) {
  return "remember{" + x.key + ": " + x.value + '}';
}

std::string to_string(const events_stored&) {
  return "events_stored{}";
}

} // namespace pmactor
