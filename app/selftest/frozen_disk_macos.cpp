#include "app/selftest/frozen_disk.hpp"

namespace pmactor {

struct frozen_disk::parts {};

frozen_disk::frozen_disk(const std::filesystem::path&) : why_not_{"this system cannot freeze a file system"} {
}

frozen_disk::~frozen_disk() = default;

void frozen_disk::freeze(bool) {
}

} // namespace pmactor
