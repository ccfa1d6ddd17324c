#include "app/instance/spare_memory.hpp"

namespace pmactor {

void spare_memory() {
}

} // namespace pmactor
