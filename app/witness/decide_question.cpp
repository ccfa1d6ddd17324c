#include "app/witness/decide_question.hpp"

#include "actors/host/parse_process.hpp"

#include <cstdint>
#include <utility>

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

bool server_record::look(std::string_view stat, std::chrono::nanoseconds now, std::chrono::nanoseconds tick) {
  const auto x = parse_process_stat(stat);
  if (!x) {
    last_.reset();
    return false;
  }
  const server_reading reading{now, x->state, tick * static_cast<std::int64_t>(x->user_ticks + x->system_ticks)};
  return asks_at_once(std::exchange(last_, reading), reading);
}

} // namespace pmactor
