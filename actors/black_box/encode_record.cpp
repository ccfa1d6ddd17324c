#include "actors/black_box/encode_record.hpp"

#include "actors/black_box/box_slot.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {
namespace {

using namespace box_slot;

void write_second(writer& out, const box_second& x) {
  out.time(x.awake);
  out.time(x.wall);
  for (const auto& value :
       {x.cpu_pct, x.load1, x.mem_available, x.swap_used, x.io_read, x.io_write, x.psi_cpu_some,
        x.psi_mem_some, x.psi_mem_full, x.psi_io_some, x.psi_io_full, x.cpu_temp_c, x.stress.load,
        x.stress.memory, x.stress.thermal, x.stress.latency, x.stress.io})
    out.real(value);
  out.flag(x.throttled);
}

void write_process(writer& out, const process_sample& x) {
  out.whole(static_cast<std::uint64_t>(x.pid));
  out.text(x.name, longest_name);
  for (const auto& value : {x.cpu_pct, x.mem_bytes, x.io_read, x.io_write})
    out.real(value);
  out.whole(static_cast<unsigned char>(x.state.value_or('\0')), 1);
  out.text(x.waits_in, longest_name);
}

/// A slot as it is filled, within its room.
class slot_writer {
public:
  slot_writer() {
    slot_.reserve(2 * box_slot_bytes); // also for the field that does not fit
    slot_.append(mark).resize(head);
  }
  /// @returns false, and adds nothing, if it does not fit.
  template <class F>
  bool add(field tag, F write) {
    const auto begin = slot_.size();
    writer out{slot_};
    out.whole(static_cast<std::uint64_t>(tag), 1);
    out.whole(0, 2);
    write(out);
    if (slot_.size() > box_slot_bytes) {
      slot_.resize(begin);
      return false;
    }
    out.put(begin + 1, slot_.size() - begin - 3, 2);
    return true;
  }
  /// Adds what fits of a list, the first first.
  template <class I, class F>
  void add_all(field tag, I begin, I end, F write) {
    for (; begin != end; ++begin)
      if (!add(tag, [&](writer& out) { write(out, *begin); }))
        return;
  }
  template <class T, class F>
  void add_all(field tag, const std::vector<T>& list, F write) {
    add_all(tag, list.begin(), list.end(), write);
  }
  /// @returns all of it, with its checksum.
  std::string finish(std::uint64_t sequence) {
    writer out{slot_};
    out.put(length_at, slot_.size() - head, 4);
    out.put(length_at + 4, sequence, 8);
    const std::string_view text{slot_};
    out.put(sum_at, checksum(text.substr(length_at, sum_at - length_at), text.substr(head)), 8);
    slot_.resize(box_slot_bytes, '\0');
    return std::move(slot_);
  }

private:
  std::string slot_;
};

/// Adds what names the record and its moment. All of it fits.
void add_essentials(slot_writer& slot, const box_record& x) {
  slot.add(field::run, [&](writer& out) {
    out.whole(static_cast<std::uint64_t>(x.run.pid));
    out.whole(x.run.start);
    out.text(x.run.boot_id, longest_name);
  });
  slot.add(field::version, [&](writer& out) {
    out.text(x.version, longest_name);
    out.whole(x.program);
  });
  slot.add(field::clocks, [&](writer& out) {
    out.time(x.at.awake);
    out.time(x.at.total);
    out.time(x.at.wall);
  });
  if (x.end)
    slot.add(field::end, [&](writer& out) {
      out.flag(x.end->failed);
      out.whole(static_cast<std::uint64_t>(x.end->course), 1);
      out.text(x.end->words, longest_line);
      out.flag(x.end->is_lossy);
    });
  if (x.has_memory_copy)
    slot.add(field::memory_copy, [](writer&) {});
}

/// The newest first: what does not fit any more is the oldest.
void add_debts(slot_writer& slot, const std::vector<box_debt>& debts) {
  for (const auto& debt : debts) {
    const bool fits = slot.add(field::debt, [&](writer& out) {
      out.whole(static_cast<std::uint64_t>(debt.id.value));
      for (const auto& time : {debt.started, debt.ended, debt.duration})
        out.time(time);
      out.whole(static_cast<std::uint64_t>(debt.sure), 1);
      // Half a JSON object would be none.
      out.text(debt.facts.size() > longest_facts ? std::string_view{} : debt.facts, longest_facts);
      out.time(debt.uncertainty);
    });
    if (!fits)
      return;
    for (const auto& says : debt.evidence)
      if (!slot.add(field::debt_evidence, [&](writer& out) { out.text(says, longest_line); }))
        return;
  }
}

void add_host(slot_writer& slot, const box_record& x) {
  slot.add(field::machine, [&](writer& out) {
    out.whole(x.cores.value_or(0), 4);
    out.real(x.mem_total);
  });
  if (x.oom_kills)
    slot.add(field::oom_kills, [&](writer& out) { out.whole(*x.oom_kills); });
  if (x.group_oom_kills)
    slot.add(field::group_oom_kills, [&](writer& out) { out.whole(*x.group_oom_kills); });
  if (x.battery_pct || x.on_battery)
    slot.add(field::battery, [&](writer& out) {
      out.real(x.battery_pct);
      out.flag(x.on_battery);
    });
  slot.add_all(field::stall, x.stalls, [](writer& out, const box_stall& y) {
    out.whole(static_cast<std::uint64_t>(y.resource), 1);
    out.text(y.name, longest_name);
    out.time(y.since);
  });
  slot.add_all(field::drive, x.drives, [](writer& out, const drive_counters& y) {
    out.text(y.name, longest_name);
    constexpr auto none = std::numeric_limits<std::uint64_t>::max();
    out.whole(y.cycles.value_or(none));
    out.whole(y.unsafe.value_or(none));
  });
  slot.add_all(field::handler, x.handlers, [](writer& out, const box_handler& y) {
    out.text(y.actor, longest_name);
    out.text(y.message, longest_name);
    out.time(y.since);
  });
  slot.add_all(field::disk, x.disks, [](writer& out, const box_disk& y) {
    out.text(y.name, longest_name);
    out.whole(y.in_flight);
  });
}

} // namespace

std::string encode_record(const box_record& x) {
  slot_writer slot;
  add_essentials(slot, x);
  add_debts(slot, x.debts);
  add_host(slot, x);
  // The newest second first, as the oldest may go; then the rest by turns, as each shows something
  // of its own.
  const auto newest = x.seconds.rbegin();
  const auto after = [&x, newest](std::size_t count) {
    return newest + static_cast<std::ptrdiff_t>(std::min(count, x.seconds.size()));
  };
  constexpr std::size_t surely = 6; // before the processes
  slot.add_all(field::second, newest, after(surely), write_second);
  slot.add_all(field::process, x.processes, write_process);
  slot.add_all(field::second, after(surely), after(most_box_seconds), write_second);
  slot.add_all(field::kernel_line, x.kernel_lines.rbegin(), x.kernel_lines.rend(),
               [](writer& out, const std::string& line) { out.text(line, longest_line); });
  return slot.finish(x.sequence);
}

} // namespace pmactor
