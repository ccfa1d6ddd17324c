#include "actors/witness_keeper/judge_server.hpp"

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// The clocks of two CPUs differ by less.
constexpr nanoseconds exact = 20ms;
/// Questions are no further apart. What has not run for longer had nothing to do.
constexpr nanoseconds longest_pause = 5s;

int weight_of(char state) {
  switch (state) {
    case 'T':
    case 't':
      return 2;
    case 'D':
      return 1;
    default:
      return 0;
  }
}

} // namespace

void judge_server(felt_stretch& x, const std::optional<server_look>& found) {
  if (!x.server)
    return;
  if (!found) {
    x.server.reset();
    return;
  }
  x.server = found->is;
  const auto asked = x.began + x.uncertainty;
  if (weight_of(found->is.state) == 0 || !found->last_ran || *found->last_ran > asked
      || asked - *found->last_ran > longest_pause)
    return;
  x.began = *found->last_ran;
  x.uncertainty = exact;
}

bool says_more(const serving_process& a, const serving_process& b) {
  return weight_of(a.state) > weight_of(b.state);
}

} // namespace pmactor
