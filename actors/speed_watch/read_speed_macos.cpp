// macOS shows frequencies to root alone, by powermetrics; nothing is watched here.
#include "actors/speed_watch/speed_look.hpp"

namespace pmactor {

speed_watch_host host_speed() {
  return {};
}

} // namespace pmactor
