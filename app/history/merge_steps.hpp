// Decides what the seconds that were kept before events add to the steps of a history: a peak among them vanishes in no
// step, however long, and the means stay those of the samples. Pure.
#pragma once

#include "actors/storage_writer/lay_out_row.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace pmactor {

class step_merger {
public:
  /// @param kept the steps of those seconds (step_summary), in the order of time.
  explicit step_merger(std::vector<sample_row> kept) : kept_{std::move(kept)} {
  }

  /// Called with each step to show, in the order of time; until it returns false.
  using taker = std::function<bool(const sample_row&)>;

  /// Takes the next step of samples.
  bool add(sample_row step, const taker& take);
  /// Takes the end of the samples.
  bool finish(const taker& take);

private:
  std::vector<sample_row> kept_;
  std::size_t next_ = 0;
};

} // namespace pmactor
