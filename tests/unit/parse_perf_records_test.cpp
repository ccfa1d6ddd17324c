#define CAF_SUITE parse_perf_records

#include "actors/host/parse_perf_records.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// Records as the kernel lays them out.
struct ring_bytes {
  std::vector<std::byte> data;

  void add(std::uint32_t type, std::uint16_t flags, const std::vector<std::uint32_t>& fields,
           std::uint64_t time) {
    const auto size = static_cast<std::uint16_t>(8 + 4 * fields.size() + 8);
    append(type), append(flags), append(size);
    for (const auto x : fields)
      append(x);
    append(time);
  }
  template <class T>
  void append(T x) {
    const auto at = data.size();
    data.resize(at + sizeof x);
    std::memcpy(data.data() + at, &x, sizeof x);
  }
  std::vector<perf_record> parsed() const {
    std::vector<perf_record> result;
    for_each_perf_record(data.data(), data.size(), [&result](const perf_record& x) {
      result.push_back(x);
      return true;
    });
    return result;
  }
};

std::uint32_t word(const char* text) {
  std::uint32_t result = 0;
  std::memcpy(&result, text, 4);
  return result;
}

} // namespace

CAF_TEST(switches of a CPU say who came and who left and who would have gone on) {
  ring_bytes bytes;
  bytes.add(15, 0, {80, 81, 70, 71}, 2'000);
  bytes.add(15, 0x2000, {70, 71, 80, 81}, 1'000);
  bytes.add(15, 0x6000, {80, 81, 0, 0}, 500);
  const auto found = bytes.parsed();
  CAF_REQUIRE_EQUAL(found.size(), 3u);
  CAF_CHECK(found[0].kind == perf_record_kind::came);
  CAF_CHECK(found[0].at == 2us);
  CAF_CHECK_EQUAL(found[0].tid, 71);
  CAF_CHECK(found[1].kind == perf_record_kind::left);
  CAF_CHECK(!found[1].was_ready);
  CAF_CHECK_EQUAL(found[1].pid, 80);
  CAF_CHECK_EQUAL(found[1].next_tid, 71);
  CAF_CHECK(found[2].was_ready);
}

CAF_TEST(switches of a thread carry nothing but their time) {
  ring_bytes bytes;
  bytes.add(14, 0x6000, {}, 7);
  const auto found = bytes.parsed();
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].kind == perf_record_kind::left);
  CAF_CHECK(found[0].was_ready);
  CAF_CHECK(found[0].at == 7ns);
}

CAF_TEST(names and forks and losses are read) {
  ring_bytes bytes;
  bytes.add(3, 0x2000, {90, 91, word("cc1p"), word("lus\0")}, 3);
  bytes.add(7, 0, {92, 90, 93, 91, 0, 0}, 4);
  bytes.add(2, 0, {1, 0, 17, 0}, 5);
  bytes.add(9, 0, {1, 2, 3, 4}, 6); // a sample: none of ours
  const auto found = bytes.parsed();
  CAF_REQUIRE_EQUAL(found.size(), 4u);
  CAF_CHECK_EQUAL(std::string{found[0].name.data()}, "cc1plus");
  CAF_CHECK_EQUAL(found[0].pid, 90);
  CAF_CHECK_EQUAL(found[1].pid, 92);
  CAF_CHECK_EQUAL(found[1].parent, 90);
  CAF_CHECK_EQUAL(found[1].tid, 93);
  CAF_CHECK_EQUAL(found[2].lost, 17u);
  CAF_CHECK(found[3].kind == perf_record_kind::other);
}

CAF_TEST(what is cut off or of an impossible size ends the reading and harms nothing) {
  ring_bytes bytes;
  bytes.add(15, 0, {80, 81, 70, 71}, 2'000);
  const auto whole = bytes.data.size();
  bytes.add(15, 0x2000, {70, 71, 80, 81}, 1'000);
  bytes.data.resize(whole + 20);
  CAF_CHECK_EQUAL(bytes.parsed().size(), 1u);
  bytes.data.resize(whole + 3);
  CAF_CHECK_EQUAL(bytes.parsed().size(), 1u);
  bytes.data.resize(whole);
  bytes.append(std::uint32_t{15}), bytes.append(std::uint16_t{0}), bytes.append(std::uint16_t{0});
  CAF_CHECK_EQUAL(bytes.parsed().size(), 1u);
  // Shorter than what it should hold.
  ring_bytes odd;
  odd.add(15, 0, {70, 71}, 1);
  odd.add(3, 0, {1, 2}, 1);
  odd.append(std::uint32_t{14}), odd.append(std::uint16_t{0}), odd.append(std::uint16_t{8});
  for (const auto& x : odd.parsed())
    CAF_CHECK(x.kind == perf_record_kind::other);
  CAF_CHECK_EQUAL(odd.parsed().size(), 3u);
}

CAF_TEST(a sample of the clock of a CPU says who was on it) {
  ring_bytes bytes;
  bytes.add(9, 2, {70, 71}, 1'000);
  bytes.add(9, 1, {0, 0}, 2'000);
  const auto found = bytes.parsed();
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK(found[0].kind == perf_record_kind::on_cpu);
  CAF_CHECK_EQUAL(found[0].pid, 70);
  CAF_CHECK_EQUAL(found[0].tid, 71);
  CAF_CHECK(found[0].at == 1us);
  CAF_CHECK(found[1].kind == perf_record_kind::on_cpu);
  CAF_CHECK_EQUAL(found[1].pid, 0);
}
