#include "app/witness/power_source_linux.hpp"

#include "actors/host/look_around_linux.hpp"

namespace pmactor {

bool runs_on_battery(const std::filesystem::path& root) {
  bool discharges = false;
  for (const auto& supply : list_entries(root / "sys/class/power_supply")) {
    if (read_first_line(supply / "scope") == "Device") // that of a mouse or a keyboard
      continue;
    if (read_first_line(supply / "type") != "Battery") {
      if (read_first_line(supply / "online") == "1")
        return false;
    } else if (read_first_line(supply / "status") == "Discharging") {
      discharges = true;
    }
  }
  return discharges;
}

} // namespace pmactor
