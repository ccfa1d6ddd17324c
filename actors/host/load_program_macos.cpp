#include "actors/host/load_program.hpp"

namespace pmactor {

void release_program() {
  // What is not used any more is the kernel's to take.
}

void load_program() {
  // The system's volume answers as long as the Mac does, and its libraries lie in a cache that is shared.
}

} // namespace pmactor
