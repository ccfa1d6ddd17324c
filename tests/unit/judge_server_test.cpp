#define CAF_SUITE judge_server

#include "actors/witness_keeper/judge_server.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

server_look server(char state, std::optional<std::chrono::nanoseconds> last_ran) {
  return {{42, 1.0, "Xorg", state, {}}, last_ran};
}

/// Asked at 10 s, and answered 2 s before that.
felt_stretch unanswered() {
  felt_stretch x{stall_resource::desktop, ":0", stall_sense::round_trip, 9500ms, std::nullopt, 500ms};
  x.server.emplace().pid = 42;
  return x;
}

} // namespace

CAF_TEST(a server that is stopped or blocked has not answered since it last ran) {
  for (const char state : {'T', 't', 'D'}) {
    auto x = unanswered();
    judge_server(x, server(state, 8100ms));
    CAF_CHECK_EQUAL(x.began, 8100ms);
    CAF_CHECK_LESS(x.uncertainty, 50ms);
    CAF_REQUIRE(x.server.has_value());
    CAF_CHECK_EQUAL(x.server->name, "Xorg");
  }
}

CAF_TEST(a server that might run says nothing of the begin) {
  for (const char state : {'R', 'S'}) {
    auto x = unanswered();
    judge_server(x, server(state, 8100ms));
    CAF_CHECK_EQUAL(x.began, 9500ms);
    CAF_CHECK_EQUAL(x.uncertainty, 500ms);
    CAF_CHECK(x.server.has_value());
  }
}

CAF_TEST(a server that ran after it was asked or had long had nothing to do says nothing of the begin) {
  for (const auto& last_ran : {std::optional<std::chrono::nanoseconds>{10100ms},
                               std::optional<std::chrono::nanoseconds>{3s}, std::optional<std::chrono::nanoseconds>{}}) {
    auto x = unanswered();
    judge_server(x, server('T', last_ran));
    CAF_CHECK_EQUAL(x.began, 9500ms);
  }
}

CAF_TEST(a server that is gone is no suspect) {
  auto x = unanswered();
  judge_server(x, std::nullopt);
  CAF_CHECK(!x.server);
  CAF_CHECK_EQUAL(x.began, 9500ms);
}

CAF_TEST(that a server is stopped says more than that it is blocked and that more than the rest) {
  const auto in = [](char state) { return server(state, std::nullopt).is; };
  CAF_CHECK(says_more(in('T'), in('D')));
  CAF_CHECK(says_more(in('D'), in('S')));
  CAF_CHECK(!says_more(in('R'), in('S')));
  CAF_CHECK(!says_more(in('R'), in('T')));
}
