#define CAF_SUITE render_facts

#include "app/views/encode_event.hpp"
#include "app/views/event_list.hpp"
#include "app/views/event_values.hpp"
#include "app/views/render_event.hpp"
#include "app/views/render_facts.hpp"
#include "messages/event_facts.hpp"

#include <string>

#include "support/test.hpp"

using namespace pmactor;

namespace {

event_row incident() {
  event_facts facts;
  facts.title = "the kernel killed fire\"fox\x1b, as the machine was out of memory";
  facts.is_urgent = true;
  facts.add("about", std::string{"memory"});
  facts.add("rule", std::string{"oom-kill"});
  facts.add("process", std::string{"firefox (4242)"});
  facts.add("count", 3.0);
  facts.add("speed_mhz", 812.4);
  facts.add("device", std::string{});
  event_row x;
  x.id = 7;
  x.kind = "incident";
  x.started = x.ended = 1'700'000'000.0;
  x.duration = 0;
  x.status = "new";
  x.facts = to_json(facts);
  return x;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

CAF_TEST(what happened is in the list and on the page of an event) {
  const auto x = incident();
  const auto line = event_list{{}, std::nullopt}.row(x);
  CAF_CHECK(has(line, " incident -              the kernel killed fire\"fox"));
  CAF_CHECK(!has(line, "\x1b"));
  const auto page = event_page(x, {}, {});
  CAF_CHECK(has(page, "  Why         the kernel killed"));
  CAF_CHECK(has(page, "  Process     firefox (4242)"));
  CAF_CHECK(has(page, "  Count       3\n"));
  CAF_CHECK(has(page, "  Speed       812 MHz\n"));
  CAF_CHECK(!has(page, "oom-kill"));
  CAF_CHECK(has(event_csv_line(x), "the kernel killed fire\"\"fox"));
  CAF_CHECK(has(event_json(x), "\"process\":\"firefox (4242)\"")
            || has(event_json(x), "\"process\": \"firefox (4242)\""));
}

CAF_TEST(a large number of a fact is shown whole or in its unit) {
  event_facts facts;
  facts.add("count", 1795946288.0);
  facts.add("written_bytes", 5'300'000.0);
  event_row x;
  x.facts = to_json(facts);
  const auto lines = facts_lines(x);
  CAF_REQUIRE_EQUAL(lines.size(), 2u);
  CAF_CHECK_EQUAL(lines[0].second, "1795946288");
  CAF_CHECK_EQUAL(lines[1].first + ' ' + lines[1].second, "Written 5.3 MB");
}

CAF_TEST(facts that are none are left out) {
  auto x = incident();
  for (const char* broken : {"", "[]", "{", "{\"title\":5}", "7"}) {
    x.facts = broken;
    CAF_CHECK_EQUAL(facts_title(x), "");
    CAF_CHECK(facts_lines(x).empty());
    CAF_CHECK(!stall_lasts(x));
    CAF_CHECK(has(event_page(x, {}, {}), "Incident 7"));
  }
}

CAF_TEST(the front of facts is read without the rest) {
  const auto x = incident();
  CAF_CHECK_EQUAL(head_of(x.facts).title,
                  "the kernel killed fire\"fox?, as the machine was out of memory");
  CAF_CHECK(head_of(x.facts).is_urgent);
  CAF_CHECK(!head_of("{\"title\":\"a\",\"b\":1}").is_urgent);
  for (const char* other : {"", "{}", "{\"a\":\"title\"}", "{\"title\":\"", "{\"title\":\"\\"})
    CAF_CHECK(!head_of(other).is_urgent);
}
