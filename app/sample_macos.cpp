#include "app/sample.hpp"

namespace pmactor {

void add_sample(CLI::App&, command&) {
}

} // namespace pmactor
