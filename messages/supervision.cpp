#include "messages/supervision.hpp"

namespace pmactor {

std::string to_string(const link_to& x) {
  return "link_to{" + x.role + '}';
}

std::string to_string(const drill& x) {
  return x.how == drill::way::raise ? "drill{raise}" : "drill{quit}";
}

std::string to_string(const stop_all&) {
  return "stop_all{}";
}

std::string to_string(const reload&) {
  return "reload";
}

std::string to_string(const tick& x) {
  return "tick{" + std::to_string(x.armed) + '}';
}

} // namespace pmactor
