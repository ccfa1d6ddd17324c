#include "app/instance/note_drives.hpp"

#include "actors/black_box/ask_tool.hpp"
#include "actors/black_box/collect_traces.hpp"
#include "actors/black_box/drive_list.hpp"
#include "actors/host/process_facts.hpp"
#include "app/instance/write_file.hpp"

#include <exception>

namespace pmactor {

std::string list_drives() {
  return compose_drive_list(read_drive_counters(), own_identity().boot_id);
}

bool note_drives(const std::filesystem::path& file, const std::vector<std::string>& asks) {
  const auto list = ask_tool(asks);
  if (list.empty())
    return false;
  try {
    write_file(file, list, 0600);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

} // namespace pmactor
