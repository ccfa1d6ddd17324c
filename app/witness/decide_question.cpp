#include "app/witness/decide_question.hpp"

namespace pmactor {

bool asks_at_once(const std::optional<server_reading>& before, const server_reading& now) {
  constexpr double nearly_all = 0.8;
  switch (now.state) {
    case 'T':
    case 't':
    case 'D':
      return true;
    default:
      break;
  }
  if (!before || now.at <= before->at || now.computed < before->computed)
    return false;
  const std::chrono::duration<double> computed = now.computed - before->computed,
                                      span = now.at - before->at;
  return computed >= nearly_all * span;
}

} // namespace pmactor
