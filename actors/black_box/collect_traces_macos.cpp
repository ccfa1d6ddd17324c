#include "actors/black_box/collect_traces.hpp"

#include <array>
#include <chrono>
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
        traces.deaths.push_back({kernel_death::what::panic, "", i->path().string()});
    }
  }
}

/// Not known: macOS shows them only to a driver of its own.
std::vector<drive_counters> read_drive_counters() {
  return {};
}

} // namespace pmactor
