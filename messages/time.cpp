#include "messages/time.hpp"

namespace pmactor {

std::string to_string(const clock_sample& x) {
  return "clock_sample{awake " + std::to_string(to_seconds(x.awake)) + " s, total "
         + std::to_string(to_seconds(x.total)) + " s, wall " + std::to_string(to_seconds(x.wall)) + " s}";
}

} // namespace pmactor
