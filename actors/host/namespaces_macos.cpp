#include "actors/host/namespaces.hpp"

namespace pmactor {

namespace_ids own_namespaces() {
  return {}; // macOS has none
}

} // namespace pmactor
