#define CAF_SUITE pause

#include "messages/pause.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(every cause is stored by a name that leads back to it) {
  for (std::size_t i = 0; i < pause_causes; ++i) {
    const auto cause = static_cast<pause_cause>(i);
    CAF_CHECK(pause_cause_from(to_string(cause)) == cause);
  }
  CAF_CHECK(!pause_cause_from("gremlins"));
}

CAF_TEST(a pause is of pmactor where its cause need not reach others and no witness saw that it did) {
  for (std::size_t i = 0; i < pause_causes; ++i) {
    const auto cause = static_cast<pause_cause>(i);
    CAF_CHECK(may_have_spared_others(pause_scope::daemon_and_sampler, cause));
    CAF_CHECK(!may_have_spared_others(pause_scope::system, cause));
    CAF_CHECK(!may_have_spared_others(pause_scope::daemon_only, cause)); // there it is known
    CAF_CHECK_EQUAL(may_have_spared_others(pause_scope::unknown, cause), reaches_pmactor_alone(cause));
  }
  CAF_CHECK(reaches_pmactor_alone(pause_cause::stopped));
  CAF_CHECK(!reaches_pmactor_alone(pause_cause::io));
  CAF_CHECK(!reaches_pmactor_alone(pause_cause::unexplained));
}

CAF_TEST(a ledger as JSON keeps every nanosecond and leaves zero lines out) {
  pause_event event;
  event.book[pause_cause::stopped] = {1'234'567'891ns, "a \"quoted\" word"};
  event.book[pause_cause::unexplained] = {1ns, "tab\there"};
  event.evidence = {"the wall clock was set back by 1 h"};
  const auto book = nlohmann::json::parse(to_json(event.book));
  CAF_CHECK_EQUAL(book.size(), 2u);
  CAF_CHECK_EQUAL(std::llround(book["stopped"].get<double>() * 1e9), 1'234'567'891);
  CAF_CHECK_EQUAL(std::llround(book["unexplained"].get<double>() * 1e9), 1);
  const auto evidence = nlohmann::json::parse(evidence_json(event));
  CAF_REQUIRE_EQUAL(evidence.size(), 3u);
  CAF_CHECK_EQUAL(evidence[0]["line"].get<std::string>(), "stopped");
  CAF_CHECK_EQUAL(evidence[0]["says"].get<std::string>(), "a \"quoted\" word");
  CAF_CHECK_EQUAL(evidence[1]["says"].get<std::string>(), "tab\there");
  CAF_CHECK(!evidence[2].contains("line"));
  CAF_CHECK_EQUAL(to_json(ledger{}), "{}");
  CAF_CHECK_EQUAL(evidence_json(pause_event{}), "[]");
}

CAF_TEST(foreign bytes in JSON are escaped and what is no character is replaced) {
  const std::string name = "a\x01\xff\xc3\xa9\"\xed\xa0\x80";
  const auto json = nlohmann::json::parse(to_json(std::vector<culprit>{{7, 12.5, name, "wrote"}}));
  CAF_CHECK_EQUAL(json[0]["pid"].get<int>(), 7);
  CAF_CHECK_EQUAL(json[0]["start_time"].get<double>(), 12.5);
  CAF_CHECK_EQUAL(json[0]["name"].get<std::string>(),
                  "a\x01\xef\xbf\xbd\xc3\xa9\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CAF_CHECK_EQUAL(to_json(std::vector<culprit>{}), "[]");
}
