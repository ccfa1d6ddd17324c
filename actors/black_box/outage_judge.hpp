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

  outage_verdict result_;
};

} // namespace pmactor
