#define CAF_SUITE fill_template

#include "actors/notifier/fill_template.hpp"

#include <nlohmann/json.hpp>

#include "support/test.hpp"

using namespace pmactor;

namespace {

notice_message message() {
  notice_message x;
  x.title = "Froze 12.3 s, \"stalled\" on I/O";
  x.line = "Froze\\12.3 s";
  x.facts = {{"kind", "pause", false}, {"duration", "12.3", true}};
  add_identity(x, {"ada", "0123", "boot"}, {"rack=r12"});
  return x;
}

} // namespace

CAF_TEST(facts stand for their names) {
  CAF_CHECK_EQUAL(fill_template("{host} {kind} {duration} {label_rack}", message()), "ada pause 12.3 r12");
}

CAF_TEST(a template of JSON stays JSON whatever a fact holds) {
  const auto body = nlohmann::json::parse(fill_template(R"({"text": "{host}: {title} {line}", "raw": {facts}})", message()));
  CAF_CHECK_EQUAL(body["text"].get<std::string>(), "ada: Froze 12.3 s, \"stalled\" on I/O Froze\\12.3 s");
  CAF_CHECK_EQUAL(body["raw"]["duration"].get<double>(), 12.3);
  CAF_CHECK_EQUAL(body["raw"]["machine_id"].get<std::string>(), "0123");
}

CAF_TEST(without a template all facts are sent) {
  CAF_CHECK_EQUAL(nlohmann::json::parse(fill_template("", message()))["host"].get<std::string>(), "ada");
}

CAF_TEST(other braces stay as they are) {
  CAF_CHECK_EQUAL(fill_template("{", message()), "{");
  CAF_CHECK_EQUAL(fill_template("{no_such_fact} {} {{host}", message()), "{no_such_fact} {} {ada");
}
