#include "messages/storage.hpp"

namespace pmactor {

std::string to_string(const remember& x) {
  return "remember{" + x.key + ": " + x.value + '}';
}

} // namespace pmactor
