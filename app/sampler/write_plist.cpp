#include "app/sampler/write_plist.hpp"

#include "messages/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <vector>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// @returns the length of the character at the front if XML 1.0 may carry it; else 0.
std::size_t xml_character(std::string_view text) {
  const auto [length, code] = first_character(text);
  return code < 0x20 || code == 0xfffe || code == 0xffff ? 0 : length;
}

/// Builds the document line by line. Every `open` has its `close`.
class plist_writer {
public:
  explicit plist_writer(std::string& out) : out_{out} {
  }

  void line(std::string_view text) {
    out_ += text;
    out_ += '\n';
  }

  void key(std::string_view name) {
    out_ += "<key>";
    out_ += name;
    out_ += "</key>";
  }

  void open(std::string_view name, std::string_view element) {
    key(name);
    out_ += '\n';
    out_ += element;
    out_ += '\n';
  }

  template <class Integer>
  void integer(std::string_view name, Integer value) {
    key(name);
    out_ += "<integer>";
    digits(value);
    line("</integer>");
  }

  void duration(std::string_view name, nanoseconds value) {
    integer(name, value.count());
  }

  /// Six significant digits, as powermetrics; no key for what is not a number.
  void real(std::string_view name, double value) {
    if (!std::isfinite(value))
      return;
    key(name);
    out_ += "<real>";
    std::array<char, 32> buffer;
    const auto end
      = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 6);
    out_.append(buffer.data(), end.ptr);
    line("</real>");
  }

  void string(std::string_view name, std::string_view value) {
    key(name);
    out_ += "<string>";
    while (!value.empty()) {
      const auto length = xml_character(value);
      if (length == 0)
        out_ += "\xef\xbf\xbd";
      else if (value.front() == '&')
        out_ += "&amp;";
      else if (value.front() == '<')
        out_ += "&lt;";
      else if (value.front() == '>')
        out_ += "&gt;";
      else
        out_ += value.substr(0, length);
      value.remove_prefix(std::max<std::size_t>(length, 1));
    }
    line("</string>");
  }

  /// A count in the window under *name*, and what that is a second under *rate*.
  void counted(std::string_view name, std::string_view rate, std::uint64_t count, nanoseconds interval) {
    integer(name, count);
    real(rate, static_cast<double>(count) / to_seconds(interval));
  }

  void date(std::string_view name, nanoseconds since_epoch) {
    using namespace std::chrono;
    const auto now = sys_time<seconds>{floor<seconds>(since_epoch)};
    const auto day = floor<days>(now);
    const year_month_day calendar{day};
    const hh_mm_ss clock{now - day};
    key(name);
    out_ += "<date>";
    digits(static_cast<int>(calendar.year()), 4);
    out_ += '-';
    digits(static_cast<unsigned>(calendar.month()), 2);
    out_ += '-';
    digits(static_cast<unsigned>(calendar.day()), 2);
    out_ += 'T';
    digits(clock.hours().count(), 2);
    out_ += ':';
    digits(clock.minutes().count(), 2);
    out_ += ':';
    digits(clock.seconds().count(), 2);
    line("Z</date>");
  }

private:
  template <class Integer>
  void digits(Integer value, std::size_t width = 1) {
    std::array<char, 24> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    const auto length = static_cast<std::size_t>(end.ptr - buffer.data());
    if (length < width)
      out_.append(width - length, '0');
    out_.append(buffer.data(), length);
  }

  std::string& out_;
};

double ms_per_s(nanoseconds cpu, nanoseconds interval) {
  return to_seconds(cpu) * 1e3 / to_seconds(interval);
}

void write_cpu_time(plist_writer& to, const task_window& x, nanoseconds elapsed) {
  to.duration("cputime_ns", x.cpu);
  to.real("cputime_ms_per_s", ms_per_s(x.cpu, x.interval));
  to.real("cputime_sample_ms_per_s", ms_per_s(x.cpu, elapsed));
  if (x.user_ratio)
    to.real("cputime_userland_ratio", *x.user_ratio);
}

void write_io(plist_writer& to, const task_window& x) {
  if (x.io) {
    to.counted("diskio_bytesread", "diskio_bytesread_per_s", x.io->read_bytes, x.interval);
    to.counted("diskio_byteswritten", "diskio_byteswritten_per_s", x.io->written_bytes, x.interval);
  }
  if (x.is_io_bounded) {
    to.key("pmactor_io_bounded");
    to.line("<true/>");
  }
  if (x.pageins)
    to.counted("pageins", "pageins_per_s", *x.pageins, x.interval);
}

/// The inside of a task's dictionary. @param pid, name of a sum, which has no process.
void write_task(plist_writer& to, const task_window& x, const sample_window& in, const host_facts& facts,
                std::int64_t pid, std::string_view name) {
  const auto* process = x.process;
  to.integer("pid", pid);
  to.string("name", name);
  to.duration("started_abstime_ns",
              process ? facts.tick * static_cast<nanoseconds::rep>(process->started_ticks)
                      : nanoseconds{});
  to.duration("interval_ns", x.interval);
  write_cpu_time(to, x, in.elapsed);
  write_io(to, x);
  if (!process)
    return;
  if (process->resident_pages)
    to.integer("pmactor_rss_bytes", *process->resident_pages * facts.page_bytes);
  to.string("pmactor_state", std::string_view{&process->state, 1});
  if (!process->waits_in.empty())
    to.string("pmactor_wchan", process->waits_in);
  if (process->cgroup)
    to.string("pmactor_cgroup", process->cgroup->path);
}

void write_task_entry(plist_writer& to, const task_window& x, const sample_window& in,
                      const host_facts& facts) {
  to.line("<dict>");
  if (x.process)
    write_task(to, x, in, facts, x.process->pid, x.process->name);
  else
    write_task(to, x, in, facts, -1, "DEAD_TASKS");
  to.line("</dict>");
}

void write_tasks(plist_writer& to, const sample_window& x, const host_facts& facts) {
  to.open("tasks", "<array>");
  for (const auto& task : x.tasks)
    write_task_entry(to, task, x, facts);
  if (x.dead_tasks)
    write_task_entry(to, *x.dead_tasks, x, facts);
  to.line("</array>");
}

std::string_view cgroup_path(const task_window& x) {
  return x.process->cgroup ? std::string_view{x.process->cgroup->path} : std::string_view{};
}

void write_coalition(plist_writer& to, const std::vector<const task_window*>& members,
                     std::string_view name, std::uint64_t id, const sample_window& in,
                     const host_facts& facts) {
  task_window sum;
  sum.interval = in.elapsed;
  sum.io = process_io{};
  sum.pageins = 0;
  for (const auto* x : members) {
    sum.cpu += x->cpu;
    if (x->io && sum.io) {
      sum.io->read_bytes += x->io->read_bytes;
      sum.io->written_bytes += x->io->written_bytes;
    } else {
      sum.io.reset();
    }
    if (x->pageins && sum.pageins)
      *sum.pageins += *x->pageins;
    else
      sum.pageins.reset();
  }
  to.line("<dict>");
  to.integer("id", id);
  to.string("name", name);
  write_cpu_time(to, sum, in.elapsed);
  write_io(to, sum);
  to.open("tasks", "<array>");
  for (const auto* x : members)
    write_task_entry(to, *x, in, facts);
  to.line("</array>");
  to.line("</dict>");
}

void write_coalitions(plist_writer& to, const sample_window& x, const host_facts& facts) {
  std::vector<const task_window*> tasks;
  for (const auto& task : x.tasks)
    tasks.push_back(&task);
  // Stable: within a cgroup the busiest stay first.
  std::stable_sort(tasks.begin(), tasks.end(), [](const auto* a, const auto* b) {
    return cgroup_path(*a) < cgroup_path(*b);
  });
  to.open("coalitions", "<array>");
  for (auto first = tasks.begin(); first != tasks.end();) {
    const auto path = cgroup_path(**first);
    const auto last = std::find_if(first, tasks.end(),
                                   [&](const auto* y) { return cgroup_path(*y) != path; });
    const auto& place = (*first)->process->cgroup;
    write_coalition(to, {first, last}, path, place ? place->inode : 0, x, facts);
    first = last;
  }
  if (x.dead_tasks)
    write_coalition(to, {&*x.dead_tasks}, "DEAD_TASKS_COALITION", 0, x, facts);
  to.line("</array>");
}

/// Nanoseconds of the window that a share of it makes.
void write_share(plist_writer& to, std::string_view ns, std::string_view ratio, double share,
                 nanoseconds of) {
  to.integer(ns, static_cast<std::int64_t>(share * static_cast<double>(of.count())));
  to.real(ratio, share);
}

/// One cluster a strength of core; a machine of equal cores has one.
void write_processor(plist_writer& to, const sample_window& x) {
  std::vector<std::uint32_t> capacities;
  for (const auto& cpu : x.cpus)
    if (std::find(capacities.begin(), capacities.end(), cpu.capacity) == capacities.end())
      capacities.push_back(cpu.capacity);
  std::sort(capacities.begin(), capacities.end());
  to.open("processor", "<dict>");
  to.open("clusters", "<array>");
  for (const auto capacity : capacities) {
    to.line("<dict>");
    to.string("name", capacities.size() == 1 ? std::string{"CPU-Cluster"}
                                             : "CPU" + std::to_string(capacity) + "-Cluster");
    const auto average = average_of(x.cpus, capacity);
    if (average.freq_hz)
      to.real("freq_hz", *average.freq_hz);
    if (average.idle_ratio)
      write_share(to, "idle_ns", "idle_ratio", *average.idle_ratio, x.elapsed);
    if (average.down_ratio.value_or(0) > 0)
      write_share(to, "down_ns", "down_ratio", *average.down_ratio, x.elapsed);
    to.open("cpus", "<array>");
    for (const auto& cpu : x.cpus) {
      if (cpu.capacity != capacity)
        continue;
      to.line("<dict>");
      to.integer("cpu", cpu.cpu);
      if (cpu.freq_hz)
        to.real("freq_hz", *cpu.freq_hz);
      if (cpu.idle_ratio)
        write_share(to, "idle_ns", "idle_ratio", *cpu.idle_ratio, x.elapsed);
      if (cpu.down_ratio)
        write_share(to, "down_ns", "down_ratio", *cpu.down_ratio, x.elapsed);
      to.line("</dict>");
    }
    to.line("</array>");
    to.line("</dict>");
  }
  to.line("</array>");
  to.line("</dict>");
}

} // namespace

void write_plist(const sample_window& x, const host_facts& facts, task_grouping grouping,
                 std::string& out) {
  plist_writer to{out};
  to.line(R"(<?xml version="1.0" encoding="UTF-8"?>)");
  to.line(R"(<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" )"
          R"("http://www.apple.com/DTDs/PropertyList-1.0.dtd">)");
  to.line(R"(<plist version="1.0">)");
  to.line("<dict>");
  to.key("is_delta");
  to.line("<true/>");
  to.duration("elapsed_ns", x.elapsed);
  to.duration("pmactor_awake_ns", x.awake);
  if (!facts.hw_model.empty())
    to.string("hw_model", facts.hw_model);
  if (!facts.os_version.empty())
    to.string("kern_osversion", facts.os_version);
  if (x.boot_time)
    to.integer("kern_boottime", *x.boot_time);
  to.date("timestamp", x.at.wall);
  if (grouping == task_grouping::coalitions)
    write_coalitions(to, x, facts);
  else
    write_tasks(to, x, facts);
  to.open("all_tasks", "<dict>");
  write_task(to, x.all_tasks, x, facts, -2, "ALL_TASKS");
  to.line("</dict>");
  if (x.network) {
    const auto& n = *x.network;
    to.open("network", "<dict>");
    to.counted("opackets", "opacket_rate", n.out_count, x.elapsed);
    to.counted("ipackets", "ipacket_rate", n.in_count, x.elapsed);
    to.counted("obytes", "obyte_rate", n.out_bytes, x.elapsed);
    to.counted("ibytes", "ibyte_rate", n.in_bytes, x.elapsed);
    to.line("</dict>");
  }
  if (x.disk) {
    const auto& d = *x.disk;
    to.open("disk", "<dict>");
    to.counted("rops_diff", "rops_per_s", d.in_count, x.elapsed);
    to.counted("wops_diff", "wops_per_s", d.out_count, x.elapsed);
    to.counted("rbytes_diff", "rbytes_per_s", d.in_bytes, x.elapsed);
    to.counted("wbytes_diff", "wbytes_per_s", d.out_bytes, x.elapsed);
    to.line("</dict>");
  }
  if (!x.cpus.empty())
    write_processor(to, x);
  if (x.pressure)
    to.string("thermal_pressure", to_string(*x.pressure));
  if (x.gpu_busy) {
    to.open("gpu", "<dict>");
    write_share(to, "idle_ns", "idle_ratio", 1 - *x.gpu_busy, x.elapsed);
    to.line("</dict>");
  }
  if (x.cpu_die_c) {
    to.open("smc", "<dict>");
    to.real("cpu_die", *x.cpu_die_c);
    to.line("</dict>");
  }
  to.line("</dict>");
  to.line("</plist>");
}

} // namespace pmactor
