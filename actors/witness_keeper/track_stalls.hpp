// Decides which stalls there are, from what witnesses felt. Stretches that touch are one episode of one
// resource; an episode that happens within that of a resource which holds it up is part of it, so that one
// cause is one stall however many feel it. Pure: time is an argument.
#pragma once

#include "actors/witness_keeper/growth_record.hpp"
#include "actors/witness_keeper/witness_keeper_policy.hpp"
#include "messages/stall.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// A stall, as far as it is known.
struct stall {
  stall_facts facts;
  std::chrono::nanoseconds began{}; ///< On the awake clock. Names the stall; never changes once it is reported.
  std::chrono::nanoseconds ended{}; ///< So far, if it is not over.
  std::chrono::nanoseconds uncertainty{};
  friend bool operator==(const stall&, const stall&) = default;
};

/// What became known at one look.
struct stall_change {
  enum class what : std::uint8_t {
    begun, ///< It has lasted for the least length and is reported for the first time.
    lasts, ///< It was reported and goes on; from time to time.
    over,  ///< It was reported and is over.
    whole, ///< It is over and was not reported before.
  };
  what change = what::begun;
  stall is;
};

/// What led up to a stretch: the acts before it were slow as well, though none was worth noting. It
/// dates the begin of a stall, and makes none.
struct stall_lead {
  stall_resource resource = stall_resource::cpu;
  std::chrono::nanoseconds from{};  ///< On the awake clock.
  std::chrono::nanoseconds until{}; ///< When the stretch began.
  std::chrono::nanoseconds uncertainty{};
  friend bool operator==(const stall_lead&, const stall_lead&) = default;
};

/// One look at everything that is felt.
struct stall_look {
  std::chrono::nanoseconds now{};
  std::vector<felt_stretch> felt;
  std::vector<waiting_process> waiting; ///< Those in uninterruptible sleep right now.
  std::vector<stall_lead> leads = {};
};

/// @returns whether something may be a stall by now whose begin is known by guess only, although a process may have
/// waited for it all the time: since when that one waits dates the stall better than who looks now and then. It is
/// worth a search until the stall has been reported for a while.
bool has_doubtful_begin(const stall_look& x, const witness_keeper_policy& policy);

/// What is known between two looks.
class stall_tracker {
public:
  /// Takes one look into account.
  /// @param lived which part of any stretch the beat lived.
  std::vector<stall_change> look(const stall_look& x, const growth_record& lived,
                                 const witness_keeper_policy& policy);

  /// @returns what lasts and was reported.
  std::vector<stall> in_progress() const;

  /// @returns when the next look is worth it at the latest: as a stretch that lasts may be long
  /// enough, as it is for certain, or soon while a stall lasts, so that its end is known. Absent if
  /// the regular look will do.
  std::optional<std::chrono::nanoseconds> next_look(const stall_look& x,
                                                    const witness_keeper_policy& policy) const;

private:
  struct open_stretch {
    stall_sense sense;
    std::int64_t witness;
    std::chrono::nanoseconds seen; ///< When it was last seen to last.
  };
  struct episode {
    stall is;
    std::chrono::nanoseconds last_end{}; ///< Of the stretches that ended; what is seen to last may just have ended.
    std::vector<open_stretch> open;      ///< Stretches that have not ended.
    std::size_t ended = 0;               ///< How many have.
    bool reported = false;
    std::optional<stall_lead> lead;       ///< Of what it was felt by.
    std::chrono::nanoseconds next_word{}; ///< When it is worth to say that it goes on; 0 before it was reported.

    bool lasts() const {
      return !open.empty();
    }
    /// @returns whether it lasts, or consists of stretches that follow each other and the last one ended only just
    /// now: another one is on its way, as of a thread that gets a CPU now and then.
    bool goes_on(std::chrono::nanoseconds now, const witness_keeper_policy& policy) const {
      return lasts() || (ended > 1 && now - last_end < policy.join / 2);
    }
    void take(const felt_stretch& x, std::chrono::nanoseconds now);
    /// Moves the begin to a better estimate.
    void refine_begin(std::chrono::nanoseconds began, std::chrono::nanoseconds uncertainty);
    void begin_with_lead();
    void close_unseen(std::chrono::nanoseconds now);
  };
  void take(const stall_lead& x, const witness_keeper_policy& policy);
  episode& episode_of(const felt_stretch& x, const witness_keeper_policy& policy);
  void distinguish(episode& x) const;
  void absorb(const growth_record& lived, const witness_keeper_policy& policy);

  static constexpr std::size_t most_episodes = 32;
  std::vector<episode> episodes_;
};

std::string to_string(stall_change::what x);
std::string to_string(const stall& x);
std::string to_string(const stall_change& x);

} // namespace pmactor
