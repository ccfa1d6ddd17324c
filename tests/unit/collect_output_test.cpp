#define CAF_SUITE collect_output

#include "actors/powermetrics_reader/collect_output.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture {
  int news = 0;
  child_output output{[this] { ++news; }};
  clock_sample at{1s, 2s, 3s};

  static std::string document(int i) {
    return "<?xml?><plist>" + std::to_string(i) + "</plist>\n";
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(collecting, fixture)

CAF_TEST(news is announced once until it is taken) {
  CAF_CHECK(output.take().documents.empty());
  output.arrived(document(1).substr(0, 5), at);
  CAF_CHECK_EQUAL(news, 0);
  output.arrived(document(1).substr(5) + document(2), at);
  output.said("hello\n");
  CAF_CHECK_EQUAL(news, 1);
  auto taken = output.take();
  CAF_REQUIRE_EQUAL(taken.documents.size(), 2u);
  CAF_CHECK_EQUAL(taken.documents[0].text, "<?xml?><plist>1</plist>");
  CAF_CHECK(taken.documents[1].arrived == at);
  CAF_CHECK_EQUAL(taken.lines.at(0), "hello");
  CAF_CHECK(output.take().documents.empty());
  output.closed();
  CAF_CHECK_EQUAL(news, 2);
  CAF_CHECK(output.take().closed);
}

CAF_TEST(a reader that lags gets the newest documents and the count of the others) {
  constexpr int all = static_cast<int>(child_output::most_documents) + 12;
  for (int i = 1; i <= all; ++i)
    output.arrived(document(i), at);
  const auto taken = output.take();
  CAF_REQUIRE_EQUAL(taken.documents.size(), child_output::most_documents);
  CAF_CHECK_EQUAL(taken.documents_dropped, 12u);
  CAF_CHECK_EQUAL(taken.documents.front().text, "<?xml?><plist>13</plist>");
  CAF_CHECK_EQUAL(taken.documents.back().text + "\n", document(all));
  CAF_CHECK_EQUAL(news, 1);
}

CAF_TEST(what a child wrote into its pipe while the daemon was stopped is all kept) {
  const std::string one = "<?xml?><plist>" + std::string(2048, 'x') + "</plist>\n";
  constexpr std::size_t pipe = std::size_t{256} << 10; // as the sampler asks for
  std::string all;
  while (all.size() + one.size() <= pipe)
    all += one;
  output.arrived(all, at);
  const auto taken = output.take();
  CAF_CHECK_EQUAL(taken.documents.size(), all.size() / one.size());
  CAF_CHECK_EQUAL(taken.documents_dropped, 0u);
}

CAF_TEST(documents held are bounded in bytes too) {
  const std::string big = "<?xml?><plist>" + std::string(6 << 20, 'x') + "</plist>";
  for (int i = 0; i < 4; ++i)
    output.arrived(big, at);
  const auto taken = output.take();
  CAF_CHECK_EQUAL(taken.documents.size(), 2u);
  CAF_CHECK_EQUAL(taken.documents_dropped, 2u);
}

CAF_TEST(a document that was cut off is one without a text) {
  output.arrived("<?xml?><plist>" + document(2), at);
  const auto taken = output.take();
  CAF_REQUIRE_EQUAL(taken.documents.size(), 2u);
  CAF_CHECK_EQUAL(taken.documents[0].text, "");
}

CAF_TEST(bytes without end count as damaged documents) {
  const std::string zeros(1 << 20, '\0');
  for (int i = 0; i < 64; ++i)
    output.arrived(zeros, at);
  auto taken = output.take();
  CAF_CHECK_EQUAL(taken.documents.size(), 8u); // 64 MiB in stretches of 8
  output.arrived(document(1), at);
  taken = output.take();
  CAF_REQUIRE_EQUAL(taken.documents.size(), 1u);
  CAF_CHECK_EQUAL(taken.documents[0].text, "<?xml?><plist>1</plist>");
}

CAF_TEST(lines are cut and bounded and the last one needs no end) {
  output.said(std::string(5000, 'x') + "\n\r\n\n");
  for (int i = 0; i < 30; ++i)
    output.said("line " + std::to_string(i) + "\n");
  output.said("last");
  output.ended({false, 1});
  const auto taken = output.take();
  CAF_CHECK_EQUAL(taken.lines.size(), child_output::most_lines);
  CAF_CHECK_EQUAL(taken.lines.back(), "last");
  CAF_CHECK_EQUAL(taken.lines_dropped, 16u); // 1 + 30 + 1 lines
  CAF_CHECK(taken.end == child_end({false, 1}));
}

CAF_TEST(a long line is cut) {
  output.said(std::string(5000, 'x') + "\n");
  CAF_CHECK_EQUAL(output.take().lines.at(0).size(), child_output::longest_line);
}

CAF_TEST(a stop that is over by the time it is read is reported as over) {
  output.stopped(19);
  CAF_CHECK(output.take().stopped_by == 19);
  output.stopped(19);
  output.continued();
  const auto taken = output.take();
  CAF_CHECK(!taken.stopped_by);
  CAF_CHECK(taken.continued);
}

CAF_TEST_FIXTURE_SCOPE_END()
