#include "actors/clock_sampler/beat_host.hpp"
#include "actors/clock_sampler/beat_ring.hpp"
#include "actors/clock_sampler/beat_thread.hpp"
#include "actors/clock_sampler/count_continues.hpp"
#include "actors/clock_sampler/note_clock_step.hpp"
#include "actors/clock_sampler/own_switches.hpp"
#include "actors/clock_sampler/read_beat_counters.hpp"
#include "actors/host/name_thread.hpp"
#include "actors/host/process_facts.hpp"

#include <atomic>
#include <optional>
#include <thread>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

/// What every beat leaves behind.
struct beat_mark {
  nanoseconds deadline{};
  clock_sample at;
  std::optional<std::uint64_t> sleeps; ///< As in beat_counters.
};

class host_beat : public beat_source {
public:
  host_beat(const beat_policy& policy, lived_clock& lived, std::function<void(beat_batch)> report)
    : lived_{lived}, period_{policy.period}, least_late_{policy.late.count()},
      least_asleep_{policy.asleep.count()},
      reads_switches_{policy.reads_switches}, report_{std::move(report)} {
    carrier_ = std::thread{[this] { carry(); }};
    try {
      beat_ = std::thread{[this] { beat(); }};
    } catch (...) {
      stop();
      throw;
    }
  }

  ~host_beat() override {
    stop();
  }

  void follow(const beat_policy& policy) override {
    least_late_.store(policy.late.count(), std::memory_order_relaxed);
    reads_switches_.store(policy.reads_switches, std::memory_order_relaxed);
    least_asleep_.store(policy.asleep.count(), std::memory_order_relaxed);
  }

private:
  void stop() {
    stopping_.store(true);
    wake_beat_.raise();
    if (beat_.joinable())
      beat_.join();
    wake_carrier_.raise();
    if (carrier_.joinable())
      carrier_.join();
  }

  void beat() {
    name_thread("pmactor-beat");
    auto& reader = reader_.emplace(); // here: it reads the counters of the thread that made it
    shortfalls_ = reader.absent();
    own_switches switches; // here: it records the thread that made it
    if (!switches.refusal().empty())
      shortfalls_.push_back("when its own thread left its CPU (" + switches.refusal() + ')');
    auto memory = switches.memory();
    for (const auto& x : reader.memory())
      memory.push_back(x);
    memory.insert(memory.end(), {{this, sizeof(*this)}, {&lived_, sizeof(lived_)}});
    for (auto& x : prepare_witness(memory))
      shortfalls_.push_back(std::move(x));
    receive_continues();
    ready_.store(true, std::memory_order_release);

    // From here on nothing is allocated. The first reading only arms the first deadline.
    constexpr unsigned beats_a_telling = 10;
    bool reading_due = false; // of the slow counters; again at the next beat if it was held up
    beat_counters last;
    last.at = read_clocks();
    reader.read_quick(last);
    reader.read_slow(last, true);
    auto deadline = last.at.awake + period_;
    publish_lived();
    for (unsigned count = 1; !wake_beat_.wait_until(deadline) && !stopping_.load(); ++count) {
      publish_lived();
      beat_counters now = last;
      now.at = read_clocks();
      reader.read_quick(now);
      const auto slept = (now.at.total - last.at.total) - (now.at.awake - last.at.awake);
      const beat_policy policy{period_,
                               std::chrono::nanoseconds{least_late_.load(std::memory_order_relaxed)},
                               std::chrono::nanoseconds{least_asleep_.load(std::memory_order_relaxed)}};
      // What began while the thread slept towards its deadline is longer than the beat is late.
      std::optional<gap_record> recorded;
      if (reads_switches_.load(std::memory_order_relaxed)
          && may_be_late(deadline, now.at.awake, slept, policy))
        recorded = switches.read(last.at.awake, deadline);
      const bool late = is_late(deadline, now.at.awake, slept, policy)
                        || (recorded && is_late(recorded->onset, now.at.awake, policy));
      reading_due = reading_due || late || count % beats_a_telling == 0;
      if (late ? read_late(now, last) : reading_due && reader.read_slow(now, false)) {
        reading_due = false;
        now.own_excess = {};
      } else {
        now.own_excess += now.at.awake - deadline; // see beat_counters
        for (auto* at_most : {&now.own_wait, &now.own_cpu})
          if (*at_most)
            **at_most += now.at.awake - deadline;
      }
      if (!marks_.push({deadline, now.at, now.sleeps}))
        lost_.fetch_add(1, std::memory_order_relaxed);
      if (late && !late_.push({last, now, deadline, period_, recorded}))
        lost_.fetch_add(1, std::memory_order_relaxed);
      if (late || count % beats_a_telling == 0)
        wake_carrier_.raise();
      last = now;
      deadline = next_deadline(deadline, now.at.awake, period_);
    }
  }

  /// Reads the rest of a late beat. Whatever held it up may do so again amid the reading, as a quota does that is
  /// used up once more: then it has not come back yet, and the beat is the next moment at which it can read the
  /// clocks and all counters in one go. Else what passes between would be in neither gap.
  bool read_late(beat_counters& now, const beat_counters& last) {
    constexpr int most_tries = 4;
    for (int i = 1; !reader_->read_slow(now, true) && i < most_tries; ++i) {
      now = last;
      now.at = read_clocks();
      reader_->read_quick(now);
    }
    return true;
  }

  /// On the actors' clock, which need not be the awake clock of the readings.
  void publish_lived() {
    lived_.beat(std::chrono::steady_clock::now().time_since_epoch(), period_);
  }

  void carry() {
    name_thread("pmactor-carrier");
    bool reported_shortfalls = false;
    clock_sample last;
    while (!stopping_.load()) {
      wake_carrier_.wait();
      beat_batch batch;
      batch.reading.period = period_;
      late_beat late;
      while (late_.pop(late))
        batch.late.push_back(late);
      beat_mark mark;
      while (marks_.pop(mark)) {
        batch.reading.at = mark.at;
        batch.reading.sleeps = mark.sleeps;
        batch.reading.lateness.push_back(mark.at.awake - mark.deadline);
        if (last != clock_sample{})
          note_clock_step(batch.reading.steps, last, mark.at);
        last = mark.at;
      }
      batch.reading.lost = lost_.load(std::memory_order_relaxed);
      if (ready_.load(std::memory_order_acquire))
        if (auto groups = reader_->follow_groups()) {
          batch.moved_to = std::move(*groups);
          // It is not known which group such a gap was spent in: their counters do not compare.
          for (auto& x : batch.late)
            x.after.group_moves = x.before.group_moves + 1;
        }
      if (!reported_shortfalls && ready_.load(std::memory_order_acquire)) {
        batch.shortfalls = shortfalls_;
        reported_shortfalls = true;
      }
      if (!batch.late.empty() || !batch.reading.lateness.empty())
        report_(std::move(batch));
    }
  }

  lived_clock& lived_;
  const std::chrono::nanoseconds period_;
  std::atomic<std::int64_t> least_late_, least_asleep_; ///< As they are now, in nanoseconds.
  std::atomic<bool> reads_switches_;
  std::function<void(beat_batch)> report_;
  std::vector<std::string> shortfalls_; ///< Of the beat's thread until `ready_`, then of the other.
  std::atomic<bool> ready_{false}, stopping_{false};
  std::atomic<std::uint64_t> lost_{0};
  beat_ring<beat_mark, 256> marks_; ///< 25 s of beats.
  beat_ring<late_beat, 16> late_;
  std::optional<beat_counter_reader> reader_; ///< Made by the beat's thread before `ready_`.
  wake_flag wake_beat_, wake_carrier_;
  std::thread beat_, carrier_;
};

} // namespace

std::unique_ptr<beat_source> start_host_beat(const beat_policy& policy, lived_clock& lived,
                                             std::function<void(beat_batch)> report) {
  return std::make_unique<host_beat>(policy, lived, std::move(report));
}

} // namespace pmactor
