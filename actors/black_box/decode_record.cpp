#include "actors/black_box/encode_record.hpp"

#include "actors/black_box/box_slot.hpp"

#include <algorithm>
#include <limits>

namespace pmactor {
namespace {

using namespace box_slot;

box_second read_second(reader& in) {
  box_second x;
  x.awake = in.time();
  x.wall = in.time();
  for (auto* value : {&x.cpu_pct, &x.load1, &x.mem_available, &x.swap_used, &x.io_read, &x.io_write,
                      &x.psi_cpu_some, &x.psi_mem_some, &x.psi_mem_full, &x.psi_io_some,
                      &x.psi_io_full, &x.cpu_temp_c, &x.stress.load, &x.stress.memory,
                      &x.stress.thermal, &x.stress.latency, &x.stress.io})
    *value = in.real();
  x.throttled = in.flag();
  return x;
}

process_sample read_process(reader& in) {
  process_sample x;
  x.pid = static_cast<std::int64_t>(in.whole());
  x.name = in.text();
  for (auto* value : {&x.cpu_pct, &x.mem_bytes, &x.io_read, &x.io_write})
    *value = in.real();
  if (const auto state = static_cast<char>(in.whole(1)); state != '\0')
    x.state = state;
  x.waits_in = in.text();
  return x;
}

void take_host_field(box_record& x, field tag, reader& in) {
  switch (tag) {
    case field::disk: {
      auto name = in.text();
      x.disks.push_back({std::move(name), in.whole()});
      break;
    }
    case field::stall: {
      box_stall y;
      const auto resource = in.whole(1);
      y.resource =
        resource < stall_resources ? static_cast<stall_resource>(resource) : stall_resource::task;
      y.name = in.text();
      y.since = in.time();
      x.stalls.push_back(std::move(y));
      break;
    }
    case field::handler: {
      box_handler y;
      y.actor = in.text();
      y.message = in.text();
      y.since = in.time();
      x.handlers.push_back(std::move(y));
      break;
    }
    case field::drive: {
      drive_counters y;
      y.name = in.text();
      for (auto* count : {&y.cycles, &y.unsafe})
        if (const auto value = in.whole(); value != std::numeric_limits<std::uint64_t>::max())
          *count = value;
      x.drives.push_back(std::move(y));
      break;
    }
    case field::battery:
      x.battery_pct = in.real();
      x.on_battery = in.flag();
      break;
    case field::oom_kills:
      x.oom_kills = in.whole();
      break;
    case field::group_oom_kills:
      x.group_oom_kills = in.whole();
      break;
    default:
      break; // of another version of the program
  }
}

void take_debt(box_record& x, reader& in) {
  auto& debt = x.debts.emplace_back();
  debt.id.value = static_cast<std::int64_t>(in.whole());
  for (auto* time : {&debt.started, &debt.ended, &debt.duration})
    *time = in.time();
  const auto sure = in.whole(1);
  debt.sure = sure <= static_cast<std::uint64_t>(confidence::high) ? static_cast<confidence>(sure)
                                                                   : confidence::low;
  debt.facts = in.text();
  // An older version of the program wrote none: its records and its pulse were a second apart at best.
  debt.uncertainty = in.rest().empty() ? std::chrono::seconds{1} : in.time();
}

void take_field(box_record& x, field tag, reader& in) {
  switch (tag) {
    case field::run:
      x.run.pid = static_cast<std::int64_t>(in.whole());
      x.run.start = in.whole();
      x.run.boot_id = in.text();
      break;
    case field::version:
      x.version = in.text();
      x.program = in.whole();
      break;
    case field::clocks:
      x.at.awake = in.time();
      x.at.total = in.time();
      x.at.wall = in.time();
      break;
    case field::machine:
      if (const auto cores = in.whole(4); cores > 0)
        x.cores = cores;
      x.mem_total = in.real();
      break;
    case field::second:
      x.seconds.push_back(read_second(in));
      break;
    case field::process:
      x.processes.push_back(read_process(in));
      break;
    case field::kernel_line:
      x.kernel_lines.push_back(in.text());
      break;
    case field::memory_copy:
      x.has_memory_copy = true;
      break;
    case field::end: {
      auto& end = x.end.emplace();
      end.failed = in.flag().value_or(false);
      const auto course = in.whole(1);
      end.course = course <= static_cast<std::uint64_t>(box_course::restarts)
                     ? static_cast<box_course>(course)
                     : box_course::unknown;
      end.words = in.text();
      end.is_lossy = !in.rest().empty() && in.flag().value_or(false); // earlier versions did not say
      break;
    }
    case field::debt:
      take_debt(x, in);
      break;
    case field::debt_evidence:
      if (auto says = in.text(); !x.debts.empty())
        x.debts.back().evidence.push_back(std::move(says));
      break;
    default:
      take_host_field(x, tag, in);
  }
}

} // namespace

std::optional<box_record> decode_record(std::string_view slot) {
  if (slot.size() < head || slot.substr(0, mark.size()) != mark)
    return std::nullopt;
  reader front{slot.substr(length_at, head - length_at)};
  const auto length = static_cast<std::size_t>(front.whole(4));
  box_record x;
  x.sequence = front.whole();
  const auto sum = front.whole();
  if (length > box_slot_bytes - head || length > slot.size() - head || x.sequence == 0)
    return std::nullopt;
  const auto said = slot.substr(head, length);
  if (sum != checksum(slot.substr(length_at, sum_at - length_at), said))
    return std::nullopt;
  reader in{said};
  std::size_t items = 0;
  while (!in.rest().empty() && ++items <= 4 * most_items) {
    const auto tag = static_cast<field>(in.whole(1));
    const auto field_text = in.text();
    if (!in.good())
      return std::nullopt;
    reader one{field_text};
    take_field(x, tag, one);
  }
  std::reverse(x.seconds.begin(), x.seconds.end());
  std::reverse(x.kernel_lines.begin(), x.kernel_lines.end());
  return x;
}

std::optional<box_record> find_record(std::string_view bytes, const box_run& run) {
  std::optional<box_record> newest;
  for (auto at = bytes.find(mark); at != bytes.npos; at = bytes.find(mark, at + 1))
    if (auto found = decode_record(bytes.substr(at));
        found && found->run == run && (!newest || found->sequence > newest->sequence))
      newest = std::move(found);
  return newest;
}

} // namespace pmactor
