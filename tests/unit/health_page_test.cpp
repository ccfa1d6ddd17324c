#define CAF_SUITE health_page

#include "actors/supervision/health_page.hpp"

#include "support/test.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(a text reads back as it was written) {
  auto text = std::make_unique<shared_text<48>>();
  CAF_CHECK_EQUAL(text->read(), "");
  for (std::string x : {"a", "seven77", "eight888", "a sentence of some length, with an ö in it", ""}) {
    text->write(x);
    CAF_CHECK_EQUAL(text->read(), x);
  }
}

CAF_TEST(a text that is too long is cut at a whole character) {
  auto text = std::make_unique<shared_text<8>>();
  text->write("1234567ö");
  CAF_CHECK_EQUAL(text->read(), "1234567");
  text->write("123456ö9");
  CAF_CHECK_EQUAL(text->read(), "123456ö");
}

CAF_TEST(a reader never sees half of a text) {
  auto text = std::make_unique<shared_text<64>>();
  const std::string a(60, 'a'), b(33, 'b');
  text->write(a);
  std::atomic<bool> done{false};
  std::thread writer{[&] {
    for (int i = 0; i < 20'000; ++i) {
      text->write(i % 2 == 0 ? b : a);
      for (std::atomic<int> work{0}; work < 300; ++work) {
        // an actor has something to do between two messages
      }
    }
    done = true;
  }};
  int torn = 0;
  while (!done) {
    const auto seen = text->read();
    torn += seen != a && seen != b;
  }
  writer.join();
  CAF_CHECK_EQUAL(torn, 0);
}

CAF_TEST(two writers of one text leave it free for a third) {
  // So long that a writer is interrupted in the middle of one.
  auto text = std::make_unique<shared_text<4096>>();
  const std::string a(4000, 'a'), b(3000, 'b'), c(100, 'c');
  for (int round = 0; round < 20; ++round) {
    const auto write = [&](const std::string& what) {
      for (const auto until = std::chrono::steady_clock::now() + 10ms; std::chrono::steady_clock::now() < until;)
        for (int i = 0; i < 50; ++i)
          text->write(what);
    };
    std::thread one{write, a}, other{write, b};
    one.join();
    other.join();
    CAF_CHECK_EQUAL(text->turn() % 2, 0u);
    text->write(c);
    CAF_CHECK_EQUAL(text->read(), c);
  }
}

CAF_TEST(a quantile is the upper edge of its bucket) {
  auto times = std::make_unique<handler_times>();
  CAF_CHECK_EQUAL(times->quantile(0.99).count(), 0);
  for (int i = 0; i < 99; ++i)
    times->count(3us);
  times->count(900ms);
  CAF_CHECK_EQUAL(times->quantile(0.5).count(), std::chrono::nanoseconds{4us}.count());
  CAF_CHECK_EQUAL(times->quantile(0.99).count(), std::chrono::nanoseconds{4us}.count());
  CAF_CHECK_EQUAL(times->quantile(1.0).count(), std::chrono::nanoseconds{1048576us}.count());
}
