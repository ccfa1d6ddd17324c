#include "actors/black_box/encode_record.hpp"

#include "actors/black_box/box_slot.hpp"

#include <algorithm>
#include <limits>
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

/// What was said, within the room of a slot.
class slot_writer {
public:
  /// @returns false, and adds nothing, if it does not fit.
  template <class F>
  bool add(field tag, F write) {
    writer one;
    write(one);
    const auto said = one.take();
    if (head + said_.size() + said.size() + 3 > box_slot_bytes)
      return false;
    writer front;
    front.whole(static_cast<std::uint64_t>(tag), 1);
    front.whole(said.size(), 2);
    said_ += front.take() + said;
    return true;
  }
  /// Adds what fits of a list, the first first.
  template <class T, class F>
  void add_all(field tag, const std::vector<T>& list, F write) {
    for (const auto& x : list)
      if (!add(tag, [&](writer& out) { write(out, x); }))
        return;
  }
  const std::string& said() const {
    return said_;
  }

private:
  std::string said_;
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

std::string framed(std::uint64_t sequence, const std::string& said) {
  writer front;
  front.whole(said.size(), 4);
  front.whole(sequence);
  const auto fields = front.take();
  writer sum;
  sum.whole(checksum(fields, said));
  auto result = std::string{mark} + fields + sum.take() + said;
  result.resize(box_slot_bytes, '\0');
  return result;
}

} // namespace

std::string encode_record(const box_record& x) {
  slot_writer slot;
  add_essentials(slot, x);
  add_debts(slot, x.debts);
  add_host(slot, x);
  // The newest second first, as the oldest may go; then the rest by turns, as each shows something
  // of its own.
  const auto skipped = x.seconds.size() - std::min(x.seconds.size(), most_box_seconds);
  std::vector<box_second> seconds(x.seconds.rbegin(),
                                  x.seconds.rend() - static_cast<std::ptrdiff_t>(skipped));
  constexpr std::size_t surely = 6; // before the processes
  const auto first =
    seconds.begin() + static_cast<std::ptrdiff_t>(std::min(surely, seconds.size()));
  slot.add_all(field::second, std::vector<box_second>(seconds.begin(), first), write_second);
  slot.add_all(field::process, x.processes, write_process);
  slot.add_all(field::second, std::vector<box_second>(first, seconds.end()), write_second);
  slot.add_all(field::kernel_line,
               std::vector<std::string>(x.kernel_lines.rbegin(), x.kernel_lines.rend()),
               [](writer& out, const std::string& line) { out.text(line, longest_line); });
  return framed(x.sequence, slot.said());
}

} // namespace pmactor
