#include "messages/switch_rate.hpp"

#include "messages/words.hpp"

namespace pmactor {

std::string to_string(const switch_rate& x) {
  return "switch_rate{" + printed("%.0f", x.per_second) + "/s}";
}

} // namespace pmactor
