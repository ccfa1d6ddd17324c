#include "app/disable.hpp"

#include "app/switch_jobs.hpp"

namespace pmactor {

void add_disable(CLI::App& program, command& chosen) {
  add_switch(program, chosen, "disable", false);
}

} // namespace pmactor
