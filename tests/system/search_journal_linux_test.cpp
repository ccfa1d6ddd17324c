// A journal that is long in being found.
#define CAF_SUITE search_journal_linux

#include "actors/kernel_log/search_journal_linux.hpp"

#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

class short_journal : public program_log {
public:
  std::vector<program_line> read(const clock_sample&) override {
    return {{1s, "kernel: a line", true}};
  }
  bool has_kernel_lines() const override {
    return true;
  }
};

/// Reads until there is something, for ten seconds at most.
std::vector<program_line> read(program_log& aut) {
  std::vector<program_line> result;
  for (int i = 0; i < 1000 && result.empty(); ++i) {
    result = aut.read({});
    std::this_thread::sleep_for(10ms);
  }
  return result;
}

} // namespace

CAF_TEST(a disk that does not answer holds up the search and none else) {
  auto answer = std::make_shared<std::promise<void>>(); // also the thread's
  journal_search aut{[answer]() -> std::unique_ptr<program_log> {
    answer->get_future().wait();
    return std::make_unique<short_journal>();
  }};
  CAF_CHECK(aut.read({}).empty());
  aut.ask_about_sleep({});
  CAF_CHECK_EQUAL(aut.skipped(), 0u);
  CAF_CHECK(!aut.has_kernel_lines());
  answer->set_value();
  CAF_CHECK_EQUAL(read(aut).size(), 1u);
  CAF_CHECK(aut.has_kernel_lines());
}

CAF_TEST(a search that finds nothing reads nothing) {
  auto is_over = std::make_shared<std::promise<void>>();
  journal_search aut{[is_over]() -> std::unique_ptr<program_log> {
    is_over->set_value();
    return nullptr;
  }};
  is_over->get_future().wait();
  CAF_CHECK(aut.read({}).empty());
  CAF_CHECK(!aut.has_kernel_lines());
}
