#include "messages/remark.hpp"

namespace pmactor {

std::string topic_of_incident(event_id x) {
  return "incident " + to_string(x);
}

std::string to_string(const remark& x) {
  return "remark{" + x.topic + ": " + x.says + '}';
}

} // namespace pmactor
