#include "actors/notifier/notice_delivery.hpp"

namespace pmactor {

std::string to_string(const sink_result& x) {
  return x.sink + ": " + x.says;
}

} // namespace pmactor
