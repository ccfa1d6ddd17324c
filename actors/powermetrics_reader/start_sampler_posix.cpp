#include "actors/powermetrics_reader/start_sampler.hpp"

#include "actors/powermetrics_reader/collect_output.hpp"

#include "actors/host/child_setup.hpp"
#include "actors/host/every_signal_blocked.hpp"
#include "actors/host/name_thread.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/host/run_process.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <system_error>
#include <thread>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

/// How long one that writes more on its standard error waits for the next second: its last words matter,
/// not how many.
constexpr std::size_t stderr_per_second = std::size_t{64} << 10;

/// A little more than a second, in which a child speaks.
constexpr auto unasked = 1250ms;

process_order order_for(const std::vector<std::string>& command) {
  process_order result;
  result.command = command;
  const auto* path = std::getenv("PATH");
  result.path = path != nullptr ? path : "/usr/bin:/bin:/usr/sbin:/sbin";
  result.environment = own_environment();
  result.as_a = process_order::rank::ours; // it must get its turn when we get ours
  return result;
}

class sampler_process final : public sampler_child {
public:
  sampler_process(const std::vector<std::string>& command, std::shared_ptr<child_output> output)
    : output_(std::move(output)) {
    const every_signal_blocked guard;
    pump_ = std::thread{[this, order = order_for(command)] { pump(order); }};
  }

  ~sampler_process() override {
    cancel_.kill();
    pump_.join();
  }

  std::int64_t pid() const override {
    return pid_;
  }

  void terminate() override {
    cancel_.stop();
  }

  void kill() override {
    cancel_.kill();
  }

private:
  // ---- on the pump's thread

  void pump(const process_order& order) {
    name_thread("pm-child-pump");
    restore_priority(); // the child is the second witness of what ordinary programs feel
    try {
      report(run_process(order, terms(), cancel_));
    } catch (const std::system_error& e) { // there is no process to be had
      output_->ended({false, e.code().value(), true});
    }
  }

  void report(const run_end& x) {
    using how = process_exit::how;
    // One that is left behind has not ended.
    if (x.what != how::left_behind)
      output_->ended({x.what == how::killed, x.number, x.what == how::not_started});
  }

  run_terms terms() {
    run_terms result;
    result.out.room = [this] { return output_->room(); };
    result.out.arrived = [this](std::size_t count) { output_->arrived(count, read_clocks()); };
    result.err.room = [this] {
      if (const auto now = read_clocks().awake; now - second_ >= 1s) {
        second_ = now;
        said_ = 0;
      }
      return said_ < stderr_per_second ? std::span<char>{errors_} : std::span<char>{};
    };
    result.err.arrived = [this](std::size_t count) {
      said_ += count;
      output_->said({errors_.data(), count});
    };
    result.grace = run_terms::unlimited; // its owner decides when it has had enough
    result.patience = 130ms;             // the owner waits for us
    result.look_period = unasked;
    result.begun = [this](pid_t pid) {
      pid_ = pid;
      output_->started();
    };
    result.stopped = [this](int signal) { output_->stopped(signal); };
    result.continued = [this] { output_->continued(); };
    result.closed = [this] { output_->closed(); };
    return result;
  }

  std::shared_ptr<child_output> output_;
  std::chrono::nanoseconds second_{};
  std::size_t said_ = 0; ///< Bytes of standard error within this second.
  std::array<char, 4096> errors_;
  cancellation cancel_;
  std::atomic<std::int64_t> pid_{0};
  std::thread pump_;
};

} // namespace

std::unique_ptr<sampler_child> start_child_process(const std::vector<std::string>& command,
                                                   std::shared_ptr<child_output> output) {
  return std::make_unique<sampler_process>(command, std::move(output));
}

} // namespace pmactor
