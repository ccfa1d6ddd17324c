#include "app/views/write_sample_table.hpp"

#include "app/views/escape.hpp"
#include "app/views/terminal.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>

namespace pmactor {
namespace {

constexpr std::size_t most_rows = 15;
constexpr std::size_t name_width = 30; // the last column: what the others leave of 80

/// Four significant characters and a unit, e.g. `12.3 M`; `-` for what is unknown.
std::string short_bytes(std::optional<double> bytes) {
  if (!bytes)
    return "-";
  static constexpr char units[] = " kMGTP";
  std::size_t unit = 0;
  while (*bytes >= 1000 && unit + 2 < sizeof units) {
    *bytes /= 1000;
    ++unit;
  }
  auto result = printed(unit == 0 || *bytes >= 100 ? "%.0f" : "%.1f", *bytes);
  if (unit > 0)
    result += units[unit];
  return result;
}

std::optional<double> rate(std::uint64_t count, std::chrono::nanoseconds interval) {
  return static_cast<double>(count) / to_seconds(interval);
}

/// What a task read or wrote a second; `<` before what is an upper bound.
std::string io_cell(const task_window& task, std::uint64_t process_io::*bytes) {
  if (!task.io)
    return "-";
  return (task.is_io_bounded ? "<" : "") + short_bytes(rate((*task.io).*bytes, task.interval));
}

} // namespace

void write_sample_table(const sample_window& x, const host_facts& facts, std::string& out) {
  const auto cpus = average_of(x.cpus);
  out += printed("%.2f s", to_seconds(x.elapsed));
  if (cpus.idle_ratio)
    out += printed("  cpu %.1f %%", 100 * (1 - *cpus.idle_ratio - *cpus.down_ratio));
  if (cpus.freq_hz)
    out += printed(" at %.0f MHz", *cpus.freq_hz / 1e6);
  if (x.cpu_die_c)
    out += printed(" %.0f °C", *x.cpu_die_c);
  if (x.pressure)
    out += printed(" %s", to_string(*x.pressure).c_str());
  if (x.gpu_busy)
    out += printed("  gpu %.0f %%", 100 * *x.gpu_busy);
  if (x.disk)
    out +=
      printed("  disk in %s/s out %s/s", short_bytes(rate(x.disk->in_bytes, x.elapsed)).c_str(),
              short_bytes(rate(x.disk->out_bytes, x.elapsed)).c_str());
  if (x.network)
    out += printed("  net in %s/s out %s/s", short_bytes(rate(x.network->in_bytes, x.elapsed)).c_str(),
           short_bytes(rate(x.network->out_bytes, x.elapsed)).c_str());
  out += printed("\n%8s S %7s %7s %8s %8s  %s\n", "PID", "CPU %", "RSS", "READ/s", "WRITE/s", "NAME");
  std::size_t rows = 0;
  for (const auto& task : x.tasks) {
    if (rows++ == most_rows) {
      out += printed("         and %zu more\n", x.tasks.size() - most_rows);
      break;
    }
    const auto& process = *task.process;
    std::optional<double> resident;
    if (process.resident_pages)
      resident = static_cast<double>(*process.resident_pages * facts.page_bytes);
    const auto name = escaped(process.name);
    out += printed("%8lld %c %7.1f %7s %8s %8s  ", static_cast<long long>(process.pid),
                   process.state, 100 * to_seconds(task.cpu) / to_seconds(task.interval),
                   short_bytes(resident).c_str(), io_cell(task, &process_io::read_bytes).c_str(),
                   io_cell(task, &process_io::written_bytes).c_str());
    out += head_of(name, name_width);
    out += '\n';
  }
  if (x.dead_tasks)
    out +=
      printed("%8s   %7.1f %7s %8s %8s  processes that ended\n", "",
              100 * to_seconds(x.dead_tasks->cpu) / to_seconds(x.dead_tasks->interval), "",
              x.dead_tasks->io ? io_cell(*x.dead_tasks, &process_io::read_bytes).c_str() : "",
              x.dead_tasks->io ? io_cell(*x.dead_tasks, &process_io::written_bytes).c_str() : "");
}

} // namespace pmactor
