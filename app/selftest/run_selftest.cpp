#include "app/selftest/run_selftest.hpp"

#include "actors/clock_sampler/own_switches.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/selftest/inflict_pauses.hpp"
#include "app/selftest/observe_gaps.hpp"
#include "app/selftest/private_daemon.hpp"
#include "app/selftest/rest.hpp"
#include "app/selftest/stall_source.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

double wall_now() {
  return to_seconds(read_clocks().wall);
}

class selftest {
public:
  selftest(const selftest_options& asked, const selftest_progress& progress)
    : asked_{asked}, folder_{asked.keep}, random_{asked.seed}, progress_{progress} {
  }

  selftest_result run() {
    // Where the kernel records when the beat's thread left its CPU, the begin of a pause is not in
    // doubt by a beat.
    if (!asked_.without_recorder && own_switches{}.refusal().empty())
      shortest_ = 0.2;
    if (asked_.watch <= 0)
      prepare_stalls();
    progress_("starting a private daemon", 0, 0);
    daemon_ = std::make_unique<private_daemon>(
      folder_.path(), groups_, asked_.without_recorder ? "[recorder]\nenabled = false\n" : "");
    wait_until_it_samples();
    if (asked_.watch > 0)
      watch(nanoseconds{static_cast<std::int64_t>(asked_.watch * 1e9)});
    else
      inflict();
    rest(1500ms); // what is still on its way to the disk
    if (!daemon_->lives())
      throw std::runtime_error{"The private daemon ended during the test: that is a failure."};
    return {score_selftest(truth_, found(), observer_.gaps()), skipped_, folder_.path().string()};
  }

private:
  void inflict() {
    if (wanted("stop-daemon"))
      stop("stop-daemon", amount(5, 40), false);
    if (wanted("stop-both"))
      stop("stop-both", amount(5, 40), true);
    if (wanted("freeze-v1"))
      freeze("freeze-v1", amount(2, 15), groups_.can_freeze_v1(), true, &test_groups::freeze_v1);
    if (wanted("freeze-v2"))
      freeze("freeze-v2", amount(2, 15), groups_.can_freeze_v2(), groups_.counts_freezes_v2(),
             &test_groups::freeze_v2);
    if (wanted("starve"))
      starve(amount(2, 8));
    if (wanted("quota"))
      load("quota", groups_.can_limit_cpu(), true, asked_.quick ? 2s : 5s,
           {pause_cause::quota, pause_cause::cpu_wait}, [this](bool on) { groups_.limit_cpu(on); });
    if (wanted("fsync"))
      load("fsync", true, false, asked_.quick ? 2s : 5s,
           {pause_cause::io, pause_cause::cpu_wait, pause_cause::memory},
           [this](bool on) { storm(on); });
    if (wanted("memory"))
      load("memory", groups_.can_limit_memory(), false, asked_.quick ? 1s : 3s,
           {pause_cause::memory, pause_cause::io, pause_cause::cpu_wait, pause_cause::stopped},
           [this](bool on) { groups_.limit_memory(on); });
    for (auto& x : stalls_)
      stall(x.kind, *x.source, amount(1, 10));
    if (!stalls_.empty())
      rest(4s); // the end of a stall is certain only some seconds after it
  }

  /// What stalls is there before the daemon starts: what mounts there are is not looked for at every moment.
  void prepare_stalls() {
    for (const auto& kind : stall_kinds()) {
      if (!wanted(kind.name))
        continue;
      try {
        stalls_.push_back({kind, kind.make(folder_.path())});
      } catch (const std::exception& e) {
        skip(kind.name, e.what());
      }
    }
  }

  /// Inflicts nothing: whatever holds the machine up meanwhile is the test. What the observer saw
  /// must be found; what the daemon found alone held up the daemon alone, by a want of CPU, disk or
  /// memory.
  void watch(nanoseconds length) {
    constexpr double long_enough =
      0.3; // with the half beat of doubt, a pause to the daemon as well
    const inflicted load{.kind = "watched",
                         .started = wall_now(),
                         .measured = false,
                         .causes = {pause_cause::cpu_wait, pause_cause::io, pause_cause::memory}};
    const auto until = read_clocks().awake + length;
    while (read_clocks().awake < until) {
      progress_("watching for " + spelled(length), 0, 0);
      rest(std::min<nanoseconds>(1s, until - read_clocks().awake));
    }
    truth_.push_back(load);
    truth_.back().ended = wall_now();
    for (const auto& gap : observer_.gaps())
      if (gap.started >= load.started && gap.ended - gap.started >= long_enough)
        truth_.push_back({.kind = "observed",
                          .started = gap.started,
                          .ended = gap.ended,
                          .causes = {pause_cause::cpu_wait, pause_cause::io, pause_cause::memory,
                                     pause_cause::stolen, pause_cause::interrupts,
                                     pause_cause::kernel, pause_cause::asleep}});
  }

  bool wanted(const std::string& kind) const {
    return asked_.only.empty()
           || std::find(asked_.only.begin(), asked_.only.end(), kind) != asked_.only.end();
  }
  int amount(int quick, int thorough) const {
    return asked_.count > 0 ? asked_.count : asked_.quick ? quick : thorough;
  }
  nanoseconds between(double least, double most) {
    return nanoseconds{
      static_cast<std::int64_t>(std::uniform_real_distribution<double>{least, most}(random_)*1e9)};
  }
  /// The time between two pauses, in which it must not find any.
  nanoseconds breath() {
    return asked_.quick ? between(0.9, 1.2) : between(1.1, 1.6);
  }
  nanoseconds some_length() {
    return between(shortest_, asked_.longest > 0 ? asked_.longest : asked_.quick ? 0.9 : 3);
  }

  void skip(const std::string& kind, const std::string& why) {
    skipped_.emplace_back(kind, why);
  }

  fs::path database() const {
    return folder_.path() / "data" / "pmactor.db";
  }

  void wait_until_it_samples() {
    const auto until = read_clocks().awake + 15s;
    while (read_clocks().awake < until) {
      rest(200ms);
      if (!daemon_->lives())
        throw std::runtime_error{
          "The private daemon ended at once. Try `pmactor run --data DIR` to see why."};
      if (daemon_->everyone().size() < 2)
        continue;
      try {
        event_reader reader{database()};
        rest(2500ms); // a few documents of the sampler child make the second witness
        return;
      } catch (const storage_problem&) {
      }
    }
    throw std::runtime_error{"The private daemon did not begin to sample within 15 s."};
  }

  std::vector<reported> found() const {
    std::vector<reported> result;
    event_reader reader{database()};
    reader.events({}, [&](const event_row& x) {
      const auto cause = pause_cause_from(x.cause);
      const bool is_stall = x.kind == "stall";
      if ((is_stall || x.kind == "pause") && x.started && x.ended && x.duration && cause)
        result.push_back({*x.started, *x.ended, *x.duration, *cause,
                          x.confidence == "high"     ? confidence::high
                          : x.confidence == "medium" ? confidence::medium
                                                     : confidence::low,
                          is_stall});
      return true;
    });
    return result;
  }

  /// @returns seconds until an event that ended at or after *ended* can be read; nothing after 2 s.
  std::optional<double> wait_for_row(double started, double ended) {
    event_reader reader{database()};
    event_range range;
    range.since = started - 1;
    const auto until = ended + 2;
    for (double now = wall_now(); now < until; now = wall_now()) {
      bool there = false;
      reader.events(range, [&](const event_row& x) {
        there = x.ended.value_or(0) >= ended - 0.05;
        return !there;
      });
      if (there)
        return wall_now() - ended;
      rest(3ms);
    }
    return std::nullopt;
  }

  void stop(const std::string& kind, int times, bool both) {
    for (int i = 1; i <= times; ++i) {
      progress_(kind, i, times);
      rest(breath());
      const auto targets = both ? daemon_->everyone() : std::vector{daemon_->pid()};
      inflicted x{.kind = kind, .causes = {pause_cause::stopped}, .must_be_named = true};
      struct resume {
        const std::vector<pid_t>& pids;
        ~resume() {
          for (const auto pid : pids)
            ::kill(pid, SIGCONT);
        }
      } safely{targets};
      for (const auto pid : targets)
        ::kill(pid, SIGSTOP);
      while (!is_stopped(targets.front()))
        std::this_thread::yield();
      x.started = wall_now();
      rest(some_length());
      x.ended = wall_now();
      for (const auto pid : targets)
        ::kill(pid, SIGCONT);
      x.stored_after = wait_for_row(x.started, x.ended);
      truth_.push_back(x);
    }
  }

  /// @param counted whether the kernel leaves a trace of it that the daemon may read.
  void freeze(const std::string& kind, int times, bool allowed, bool counted,
              void (test_groups::*set)(bool) const) {
    if (!allowed)
      return skip(kind, groups_.why_not());
    for (int i = 1; i <= times; ++i) {
      progress_(kind, i, times);
      rest(breath());
      inflicted x{.kind = kind, .causes = {pause_cause::frozen}, .must_be_named = counted};
      struct thaw {
        const test_groups& groups;
        void (test_groups::*set)(bool) const;
        ~thaw() {
          (groups.*set)(false);
        }
      } safely{groups_, set};
      (groups_.*set)(true);
      x.started = wall_now();
      rest(some_length());
      x.ended = wall_now();
      (groups_.*set)(false);
      x.stored_after = wait_for_row(x.started, x.ended);
      truth_.push_back(x);
    }
  }

  /// Holds up something, and a program that needs it: neither the daemon nor, but for the CPUs, the machine.
  void stall(const stall_kind& kind, stall_source& source, int times) {
    for (int i = 1; i <= times; ++i) {
      progress_(kind.name, i, times);
      rest(i == 1 ? between(1.5, 2) : between(4, 5)); // those of one thing that follow each other at once are one
      inflicted x{.kind = kind.name,
                  .measured = !kind.may_pause,
                  .causes = {kind.cause},
                  .must_be_found = kind.may_pause,
                  .must_be_named = true,
                  .is_stall = true};
      struct release {
        stall_source& source;
        ~release() {
          source.hold(false);
        }
      } safely{source};
      try {
        source.hold(true);
      } catch (const std::runtime_error& e) {
        return skip(kind.name, e.what());
      }
      x.started = wall_now();
      rest(between(kind.least, kind.most));
      x.ended = wall_now();
      source.hold(false);
      truth_.push_back(x);
    }
  }

  /// Holds every CPU for a while, before all ordinary work. The kernel itself bounds this to a
  /// second.
  void starve(int times) {
    bool allowed = false;
    std::thread{[&allowed] { allowed = outrank_everyone(); }}.join();
    if (!allowed)
      return skip("starve", "it needs root");
    for (int i = 1; i <= times; ++i) {
      progress_("starve", i, times);
      rest(breath());
      const auto length = between(0.4, 0.6);
      inflicted x{.kind = "starve",
                  .started = wall_now(),
                  .measured = false,
                  .causes = {pause_cause::cpu_wait},
                  .must_be_found = true,
                  .must_be_named = true};
      std::vector<std::thread> hogs;
      for (unsigned k = 0; k < std::max(1u, std::thread::hardware_concurrency()); ++k)
        hogs.emplace_back([length] {
          outrank_everyone();
          for (const auto until = read_clocks().awake + length; read_clocks().awake < until;) {
          }
        });
      for (auto& hog : hogs)
        hog.join();
      x.ended = wall_now();
      truth_.push_back(x);
    }
  }

  /// A load of which it is not known how long, if at all, the daemon could not run.
  /// @param surely whether it is known at least that the daemon is held up by it, and by the first
  /// cause.
  void load(const std::string& kind, bool allowed, bool surely, nanoseconds length,
            std::vector<pause_cause> causes, const std::function<void(bool)>& apply) {
    if (!allowed)
      return skip(kind, groups_.why_not());
    progress_(kind + " for " + spelled(length), 0, 0);
    rest(1s);
    inflicted x{.kind = kind,
                .started = wall_now(),
                .measured = false,
                .causes = std::move(causes),
                .must_be_found = surely,
                .must_be_named = surely};
    {
      struct lift {
        const std::function<void(bool)>& apply;
        ~lift() {
          apply(false);
        }
      } safely{apply};
      apply(true);
      rest(length);
    }
    x.ended = wall_now() + 1; // until all is as it was
    truth_.push_back(x);
    rest(1s);
  }

  /// Four writers that each write a megabyte and wait for the disk, again and again.
  void storm(bool on) {
    if (!on) {
      storming_.store(false);
      for (auto& writer : writers_)
        writer.join();
      writers_.clear();
      return;
    }
    storming_.store(true);
    for (int i = 0; i < 4; ++i)
      writers_.emplace_back(
        [this, file = (folder_.path() / ("storm-" + std::to_string(i))).string()] {
          const int fd = ::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
          const std::vector<char> block(1 << 20, 'x');
          while (fd >= 0 && storming_.load()) {
            if (::pwrite(fd, block.data(), block.size(), 0) < 0 || ::fsync(fd) < 0)
              break;
          }
          if (fd >= 0)
            ::close(fd);
          ::unlink(file.c_str());
        });
  }

  selftest_options asked_;
  private_folder folder_;
  test_groups groups_; ///< Before the daemon, so that it goes after it.
  struct prepared_stall {
    const stall_kind& kind;
    std::unique_ptr<stall_source> source;
  };
  std::vector<prepared_stall> stalls_; ///< Likewise.
  gap_observer observer_;
  std::unique_ptr<private_daemon> daemon_;
  std::mt19937 random_;
  double shortest_ = 0.3; ///< Seconds of a pause that the daemon is sure to find.
  selftest_progress progress_;
  std::vector<inflicted> truth_;
  std::vector<std::pair<std::string, std::string>> skipped_;
  std::atomic<bool> storming_{false};
  std::vector<std::thread> writers_;
};

} // namespace

const std::vector<std::string>& selftest_kinds() {
  static const auto all = [] {
    std::vector<std::string> kinds{"stop-daemon", "stop-both", "freeze-v1", "freeze-v2",
                                   "starve",      "quota",     "fsync",     "memory"};
    for (const auto& x : stall_kinds())
      kinds.push_back(x.name);
    return kinds;
  }();
  return all;
}

selftest_result run_selftest(const selftest_options& asked, const selftest_progress& progress) {
  return selftest{asked, progress}.run();
}

} // namespace pmactor
