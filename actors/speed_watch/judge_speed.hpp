// Decides when the machine is slow rather than frozen: busy CPUs at less than half of the frequency
// that they are capable of for some seconds, or a hypervisor that takes a good part of each minute.
// Pure; time is lived time.
#pragma once

#include "actors/speed_watch/speed_look.hpp"
#include "actors/speed_watch/speed_watch_policy.hpp"
#include "messages/sample.hpp"

#include <chrono>
#include <deque>
#include <optional>

namespace pmactor {

/// A second as it is judged.
enum class pace : std::uint8_t { unknown, fast, slow };

/// What busy CPUs do. In megahertz.
struct busy_speed {
  std::size_t cpus = 0;     ///< That are busy and whose frequency is known.
  double mhz = 0, most = 0; ///< The means of these.
};

busy_speed speed_of(const speed_look& x, const speed_watch_policy& policy);
pace judge_pace(const busy_speed& x, const speed_watch_policy& policy);

/// Whether a CPU may be busy, by what is known without a look.
bool may_be_busy(const system_sample& x, const speed_watch_policy& policy);
/// @returns slow where the system says that it is so hot that it slows busy CPUs down; unknown
/// where it does not say, or they have nothing to do.
pace judge_level(const system_sample& x, const speed_watch_policy& policy);

/// Follows one way of being slow.
class slow_episode {
public:
  enum class change : std::uint8_t { none, suspected, begun, over };

  /// @param lived since the call before.
  change add(pace now, const clock_sample& at, std::chrono::nanoseconds lived,
             const speed_watch_policy& policy);
  bool lasts() const {
    return is_reported_;
  }
  const clock_sample& began() const {
    return began_;
  }
  const clock_sample& last_slow() const { ///< Until when it was slow, as far as is known.
    return last_slow_;
  }
  std::chrono::nanoseconds length() const { ///< Lived from begin to the last slow second.
    return length_;
  }

private:
  bool is_slow_ = false, is_reported_ = false;
  clock_sample began_, last_slow_;
  std::chrono::nanoseconds length_{}, since_slow_{};
};

/// The last minute of what the hypervisor took.
class stolen_minute {
public:
  void add(const speed_look& x, std::chrono::nanoseconds lived);
  /// @returns its share of what was wanted; absent while less than a minute is known.
  std::optional<double> share() const;
  pace judge(bool lasts, const speed_watch_policy& policy) const;

private:
  struct part {
    std::chrono::nanoseconds lived{};
    double stolen = 0, wanted = 0; ///< CPU-seconds of one CPU.
  };
  std::deque<part> parts_;
  std::chrono::nanoseconds lived_{};
};

} // namespace pmactor
