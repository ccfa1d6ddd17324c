#define CAF_SUITE describe_problems

#include "app/settings/describe_problems.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(each problem has a line) {
  CAF_CHECK_EQUAL(describe_problems({}, 100), "");
  CAF_CHECK_EQUAL(describe_problems({"log.max_files is 0."}, 100), "log.max_files is 0.");
  CAF_CHECK_EQUAL(describe_problems({"log.max_files is 0.", "log.max_size is 0."}, 100),
                  "log.max_files is 0.\nlog.max_size is 0.");
  CAF_CHECK_EQUAL(describe_problems({"\"a\nb\" is no key.", "x"}, 100), "\"a b\" is no key.\nx");
}

CAF_TEST(what has no room is counted) {
  const std::vector<std::string> problems(20, "log.max_files is 0.");
  CAF_CHECK_EQUAL(describe_problems(problems, 80),
                  "log.max_files is 0.\nlog.max_files is 0.\nand 18 more; see `pmactor logs`");
  CAF_CHECK_EQUAL(describe_problems(std::vector<std::string>(2, std::string(40, 'x')), 81),
                  std::string(40, 'x') + '\n' + std::string(40, 'x')); // the last needs no line after it
  for (std::size_t room = 40; room < 500; ++room) {
    const auto text = describe_problems(problems, room);
    CAF_CHECK(text.size() <= room);
    CAF_CHECK(text.starts_with("log."));
  }
}

CAF_TEST(one that is too long is cut at a character) {
  CAF_CHECK_EQUAL(describe_problems({"a\u00e4"}, 2), "a");
  const auto text = describe_problems({std::string(100, 'x'), std::string(100, 'y')}, 50);
  CAF_CHECK_EQUAL(text.size(), 50u);
  CAF_CHECK(text.ends_with("x\nand 1 more; see `pmactor logs`"));
}
