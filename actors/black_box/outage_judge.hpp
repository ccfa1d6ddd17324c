// What those who judge an end have in common: they put their verdict together.
#pragma once

#include "actors/black_box/decide_outage.hpp"

#include <string>
#include <utility>

namespace pmactor {

class outage_judge {
protected:
  void conclude(outage_cause cause, confidence sure, std::string says) {
    result_.cause = cause;
    result_.sure = sure;
    result_.says = std::move(says);
  }
  void evidence(const std::string& says) {
    result_.evidence.push_back(says);
  }
  /// @returns how a stop that was ordered went, as half a sentence.
  static std::string stop_in_words(const box_end& x) {
    return x.is_lossy ? "pmactor was stopped, but not in good order" : "pmactor was stopped in good order";
  }
  void add_loss(const box_end& x) {
    if (x.is_lossy)
      evidence("the last rows of the run could neither be stored nor kept, and are lost");
  }

  outage_verdict result_;
};

} // namespace pmactor
