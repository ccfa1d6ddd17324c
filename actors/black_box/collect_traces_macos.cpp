#include "actors/black_box/collect_traces.hpp"

#include "actors/black_box/ask_tool.hpp"
#include "actors/black_box/read_mac_traces.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <string>
#include <sys/stat.h>

namespace pmactor {
namespace {

/// The kernel leaves a report of each panic in one of these.
constexpr std::array folders{"Library/Logs/DiagnosticReports", "var/db/PanicReporter"};

bool is_panic_report(const std::filesystem::path& file) {
  const auto name = file.filename().string();
  return name.ends_with(".panic") || name.find("panic-full") != std::string::npos
         || name.find("Kernel_") == 0;
}

std::string begin_of(const std::filesystem::path& file) {
  std::string result(64 << 10, '\0');
  std::ifstream in{file, std::ios::binary};
  in.read(result.data(), static_cast<std::streamsize>(result.size()));
  result.resize(static_cast<std::size_t>(in.gcount()));
  return result;
}

/// Apple silicon writes no cause.
void ask_controller([[maybe_unused]] start_traces& traces) {
#ifdef __x86_64__
  traces.reset_reason = find_shutdown_cause(
    ask_tool({"/usr/bin/log", "show", "--last", "boot", "--style", "compact", "--predicate",
              "process == \"kernel\" AND eventMessage BEGINSWITH \"Previous shutdown cause\""}));
#endif
}

} // namespace

void collect_traces(start_traces& traces, const box_record& last,
                    const std::filesystem::path& root) {
  for (const auto* folder : folders) {
    std::error_code unreadable;
    for (std::filesystem::directory_iterator i{root / folder, unreadable}, end;
         !unreadable && i != end; i.increment(unreadable)) {
      struct stat found {};
      if (is_panic_report(i->path()) && ::stat(i->path().c_str(), &found) == 0
          && std::chrono::seconds{found.st_mtime} >= last.at.wall)
        traces.deaths.push_back({kernel_death::what::panic, find_panic_reason(begin_of(i->path())),
                                 i->path().string()});
    }
  }
  const bool stayed_up = !last.run.boot_id.empty() && last.run.boot_id == traces.run.boot_id;
  if (!stayed_up && root == "/")
    ask_controller(traces);
}

/// Not known: macOS shows them only to a driver of its own.
std::vector<drive_counters> read_drive_counters() {
  return {};
}

} // namespace pmactor
