#include "actors/switch_recorder/compose_log.hpp"

#include "actors/host/parse_perf_records.hpp"
#include "actors/switch_recorder/choose_recording.hpp"

#include <algorithm>
#include <optional>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// A hostile number of short-lived processes takes no more memory than this.
constexpr std::size_t most_names = 8192;

void note_name(const perf_record& x, recorded_names& names) {
  // The newest comes first and stays. A thread that names itself names no process.
  if (x.kind == perf_record_kind::named && x.pid == x.tid && names.names.size() < most_names)
    names.names.try_emplace(x.pid, x.name.data());
  if (x.kind == perf_record_kind::forked && x.pid != x.parent && names.parents.size() < most_names)
    names.parents.try_emplace(x.pid, x.parent);
}

/// A task that a sample saw on the CPU is believed to be on it until the next one, of which one may be missing.
constexpr nanoseconds most_believed = 2 * sample_period;

/// Reads the records of a CPU backwards in time. A kernel may keep none of the idle task, and some may be lost: so a
/// stretch is one only if the task that left is the one that had come.
class backward_reader {
public:
  backward_reader(const log_request& asked, cpu_log& to) : asked_{asked}, to_{to}, ended_{asked.taken} {
  }

  void came(const perf_record& x) {
    // Of what came after the clock was read only this is known: until then it went on.
    const auto at = std::min(x.at, asked_.taken);
    if (is_sampled_)
      add_believed(at, x.pid, x.tid);
    else if (is_on_ ? !task_ || *task_ == x.tid : x.pid == 0)
      add({at, ended_, x.pid, x.tid, left_ready_});
    else
      add_hole(at);
    task_ = x.tid;
    is_on_ = false;
    begin_at(at);
  }

  void left(const perf_record& x) {
    const auto at = std::min(x.at, asked_.taken);
    // While the next one had not come yet, and beside an idle task of which nothing is recorded, there was none.
    const bool is_next = !task_ || *task_ == x.next_tid;
    if (is_sampled_)
      add_believed(at, x.next_pid, x.next_tid);
    else if (is_on_ && is_next)
      add({at, ended_, x.next_pid, x.next_tid, left_ready_});
    else if (is_on_ || !is_known_ || (!is_next && x.next_pid != 0))
      add_hole(at);
    left_ready_ = x.was_ready || x.at > asked_.taken;
    task_ = x.tid < 0 ? std::nullopt : std::optional{x.tid}; // it has ended: only its came says who it was
    is_on_ = true;
    begin_at(at);
  }

  /// Who was on the CPU when it was looked at.
  void on_cpu(const perf_record& x) {
    const auto at = std::min(x.at, asked_.taken);
    add_believed(at, x.pid, x.tid);
    task_ = std::nullopt;
    is_on_ = true;
    left_ready_ = false;
    begin_at(at);
    is_sampled_ = true;
  }

  /// What was on the CPU around it is not known: the stretch into which it falls is left out.
  void lost() {
    is_known_ = false;
  }

private:
  void add(const task_stretch& x) {
    if (!is_known_)
      add_hole(x.began);
    else if (is_asked_for(x.began) && x.pid != 0)
      to_.stretches.push_back(x);
  }

  /// Adds what one look says of the time up to the next record. Whether the task would have gone on it does not say.
  void add_believed(nanoseconds at, std::int32_t pid, std::int32_t tid) {
    if (!is_known_ || pid < 0) {
      add_hole(at);
      return;
    }
    const auto until = std::min(ended_, at + most_believed);
    if (until < ended_)
      add_hole(until);
    if (!is_asked_for(at) || until < asked_.since)
      return;
    if (!to_.sampled.empty() && to_.sampled.back().began == until)
      to_.sampled.back().began = at;
    else
      to_.sampled.push_back({at, until});
    if (pid == 0)
      return;
    // One that was seen again has one stretch.
    if (auto& all = to_.stretches; is_sampled_ && !all.empty() && all.back().began == until && all.back().tid == tid)
      all.back().began = at;
    else
      all.push_back({at, until, pid, tid, false});
  }

  void add_hole(nanoseconds began) {
    if (is_asked_for(began))
      to_.holes.push_back({began, ended_});
  }

  bool is_asked_for(nanoseconds began) const {
    return ended_ >= asked_.since && ended_ > began;
  }

  void begin_at(nanoseconds at) {
    if (ended_ >= asked_.since)
      to_.covers_from = std::min(to_.covers_from, at);
    ended_ = at;
    is_known_ = true;
    is_sampled_ = false;
  }

  const log_request& asked_;
  cpu_log& to_;
  nanoseconds ended_;               ///< All that is later is composed.
  std::optional<std::int32_t> task_; ///< The task that left or came there; absent if that is not known yet.
  bool is_on_ = true;               ///< Before that a task was on the CPU; else one was about to come.
  bool left_ready_ = true;          ///< Who is on the CPU now goes on.
  bool is_known_ = true;
  bool is_sampled_ = false; ///< What is later is a sample: until then nothing says who else was there.
};

} // namespace

cpu_log compose_log(std::uint32_t cpu, const std::byte* newest_first, std::size_t size,
                    const log_request& asked, recorded_names& names, std::uint64_t& lost) {
  cpu_log result;
  result.number = cpu;
  result.covers_from = asked.taken;
  result.oldest = asked.taken;
  backward_reader reader{asked, result};
  for_each_perf_record(newest_first, size, [&](const perf_record& x) {
    result.oldest = std::min(result.oldest, x.at);
    switch (x.kind) {
      case perf_record_kind::came:
        reader.came(x);
        break;
      case perf_record_kind::left:
        reader.left(x);
        break;
      case perf_record_kind::on_cpu:
        reader.on_cpu(x);
        break;
      case perf_record_kind::lost:
        if (x.at >= asked.since)
          lost += x.lost;
        reader.lost();
        break;
      default:
        note_name(x, names);
        break;
    }
    return true;
  });
  std::reverse(result.stretches.begin(), result.stretches.end());
  std::reverse(result.holes.begin(), result.holes.end());
  std::reverse(result.sampled.begin(), result.sampled.end());
  return result;
}

} // namespace pmactor
