#include "actors/notifier/decide_redelivery.hpp"

#include "actors/notifier/decide_resend.hpp"

namespace pmactor {

redelivery decide_redelivery(send_outcome what, std::chrono::nanoseconds waited) {
  constexpr std::chrono::hours longest{1};
  if (!is_worth_resending(what))
    return redelivery::settled;
  return waited > longest ? redelivery::given_up : redelivery::again;
}

std::string to_string(redelivery x) {
  switch (x) {
    case redelivery::settled:
      return "settled";
    case redelivery::again:
      return "again";
    case redelivery::given_up:
      return "given up";
  }
  return "?";
}

} // namespace pmactor
