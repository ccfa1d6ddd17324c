#define CAF_SUITE launch

#include "app/instance/launch.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a launch is read as it was noted) {
  for (const auto& x :
       {launch{}, launch{true, {}}, launch{false, {"--data", "/a b", "--set", "log.level=debug"}}})
    CAF_CHECK(parse_launch(to_text(x)) == x);
  for (const auto* text :
       {"", "hand", "foot\n", "hand\n--data\n", "hand\n--drill\n5\n", "service\n--data\n/x"})
    CAF_CHECK(!parse_launch(text));
}

CAF_TEST(the options of a start hold again unless others are named) {
  const launch before{false,
                      {"--data", "/d", "--config", "/c.toml", "--set", "a=1", "--set", "b=2"}};
  const auto again = filled_in({}, before);
  CAF_CHECK_EQUAL(again.settings, "/c.toml");
  CAF_CHECK((again.set == std::vector<std::string>{"a=1", "b=2"}));
  place_flags other;
  other.settings = "/other.toml";
  CAF_CHECK_EQUAL(filled_in(other, before).settings, "/other.toml");
  CAF_CHECK(filled_in(other, before).set.empty());
}
