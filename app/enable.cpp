#include "app/enable.hpp"

#include "app/switch_jobs.hpp"

namespace pmactor {

void add_enable(CLI::App& program, command& chosen) {
  add_switch(program, chosen, "enable", true);
}

} // namespace pmactor
