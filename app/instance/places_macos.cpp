#include "app/instance/places.hpp"

namespace pmactor {

bool lies_in_memory(const std::filesystem::path&) {
  return false; // macOS has no such folder; its temporary files are the nearest thing
}

} // namespace pmactor
