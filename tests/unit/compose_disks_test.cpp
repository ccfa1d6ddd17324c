#define CAF_SUITE compose_disks

#include "actors/switch_recorder/compose_disks.hpp"

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// As Linux 6.18 describes them, without the last line.
constexpr const char* insert_format =
  "name: block_rq_insert\nID: 2105\nformat:\n"
  "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
  "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
  "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
  "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
  "\tfield:dev_t dev;\toffset:8;\tsize:4;\tsigned:0;\n"
  "\tfield:sector_t sector;\toffset:16;\tsize:8;\tsigned:0;\n"
  "\tfield:unsigned int nr_sector;\toffset:24;\tsize:4;\tsigned:0;\n"
  "\tfield:unsigned int bytes;\toffset:28;\tsize:4;\tsigned:0;\n"
  "\tfield:unsigned short ioprio;\toffset:32;\tsize:2;\tsigned:0;\n"
  "\tfield:char rwbs[10];\toffset:34;\tsize:10;\tsigned:0;\n"
  "\tfield:char comm[16];\toffset:44;\tsize:16;\tsigned:0;\n"
  "\tfield:__data_loc char[] cmd;\toffset:60;\tsize:4;\tsigned:0;\n";
constexpr const char* complete_format =
  "name: block_rq_complete\nID: 2107\nformat:\n"
  "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
  "\tfield:dev_t dev;\toffset:8;\tsize:4;\tsigned:0;\n"
  "\tfield:sector_t sector;\toffset:16;\tsize:8;\tsigned:0;\n"
  "\tfield:unsigned int nr_sector;\toffset:24;\tsize:4;\tsigned:0;\n"
  "\tfield:int error;\toffset:28;\tsize:4;\tsigned:1;\n"
  "\tfield:char rwbs[10];\toffset:34;\tsize:10;\tsigned:0;\n"
  "\tfield:__data_loc char[] cmd;\toffset:44;\tsize:4;\tsigned:0;\n";

/// One request as that kernel recorded it, the newest first: completed in the context of another
/// process (28090), issued and inserted by the one that wrote it (28128, "cap").
constexpr const char* recorded[] = {
  "0900000001005000ba6d0000ba6d0000c519c7c8b2010000340000003b083401ba6d00000000e00f000000002879bf00"
  "00000000080000000000"
  "0000044057534d000000000000003000010000000000",
  "0900000001006000e06d0000e06d00006fa8bfc8b20100004400000038080001e06d00000000e00f000000002879bf00"
  "00000000080000000010"
  "0000044057534d00000000000000636170000000000000000000000000004000010000000000",
  "0900000001006000e06d0000e06d0000829fbfc8b20100004400000039080002e06d00000000e00f000000002879bf00"
  "00000000080000000010"
  "0000044057534d00000000000000636170000000000000000000000000004000010000000000",
};

disk_formats formats() {
  auto insert = parse_tracepoint(insert_format), complete = parse_tracepoint(complete_format);
  CAF_REQUIRE(insert && complete);
  auto issue = *insert;
  issue.id = 2104;
  return {*insert, issue, *complete};
}

std::vector<std::byte> bytes_of(std::string_view hex) {
  std::vector<std::byte> result;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    result.push_back(static_cast<std::byte>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16)));
  return result;
}

std::vector<std::byte> all_recorded() {
  std::vector<std::byte> result;
  for (const auto* one : recorded)
    for (const auto x : bytes_of(one))
      result.push_back(x);
  return result;
}

disk_records read(const std::vector<std::byte>& data, const disk_formats& with,
                  recorded_names& names) {
  disk_records result;
  read_disk_records(data.data(), data.size(), false, with, result, names);
  return result;
}

/// A disk that is followed by its records alone.
struct scene {
  disk_records records;
  void add(std::chrono::nanoseconds at, disk_step step, std::int32_t pid, std::uint64_t sector,
           std::uint64_t sectors) {
    records.all.push_back({at, step, pid, 8, sector, sectors * 512});
  }
  std::vector<disk_request> requests(std::chrono::nanoseconds since = 0s) const {
    const auto disks = compose_disks(records, {since, 10s});
    return disks.empty() ? std::vector<disk_request>{} : disks[0].requests;
  }
};

constexpr auto inserted = disk_step::inserted, issued = disk_step::issued,
               completed = disk_step::completed;

} // namespace

CAF_TEST(the kernel says where the fields of a record lie) {
  const auto found = parse_tracepoint(insert_format);
  CAF_REQUIRE(found.has_value());
  CAF_CHECK_EQUAL(found->id, 2105u);
  CAF_CHECK_EQUAL(found->fields.size(), 12u);
  CAF_CHECK((found->fields.at("sector") == tracepoint_field{16, 8}));
  CAF_CHECK((found->fields.at("rwbs") == tracepoint_field{34, 10}));
  CAF_CHECK((found->fields.at("cmd") == tracepoint_field{60, 4}));
  CAF_CHECK(!parse_tracepoint("").has_value());
  CAF_CHECK(!parse_tracepoint("ID: none\n\tfield:int x;\toffset:0;\tsize:4;\n").has_value());
}

CAF_TEST(a recorded request belongs to the process that inserted it) {
  recorded_names names;
  const auto disks =
    compose_disks(read(all_recorded(), formats(), names), {0s, std::chrono::hours{24}});
  CAF_REQUIRE_EQUAL(disks.size(), 1u);
  CAF_CHECK_EQUAL(disks[0].number >> 20, 254u);
  CAF_REQUIRE_EQUAL(disks[0].requests.size(), 1u);
  const auto& x = disks[0].requests[0];
  CAF_CHECK_EQUAL(x.pid, 28128);
  CAF_CHECK_EQUAL(x.bytes, 4096u);
  CAF_CHECK(x.is_over);
  CAF_CHECK((x.ended - x.began == std::chrono::nanoseconds{0xc8c719c5 - 0xc8bf9f82}));
  CAF_CHECK_EQUAL(names.names[28128], "cap");
  CAF_CHECK_EQUAL(names.names.count(28090), 0u); // it only was there as the disk answered
}

CAF_TEST(fields are read where this kernel has them) {
  auto moved = formats();
  for (auto& x : moved)
    x.fields["nr_sector"] = {28, 4}; // which is `bytes`, or `error`
  recorded_names names;
  const auto records = read(all_recorded(), moved, names);
  CAF_REQUIRE_EQUAL(records.all.size(), 2u); // the completion has no error, so no sectors
  CAF_CHECK_EQUAL(records.all[0].bytes, 4096u * 512);
  moved[0].fields.erase("dev");
  CAF_CHECK(is_usable(formats()));
  CAF_CHECK(!is_usable(moved));
}

CAF_TEST(what is cut short or of impossible fields is left out) {
  recorded_names names;
  auto data = all_recorded();
  for (std::size_t size = 0; size < data.size(); ++size) {
    const std::vector<std::byte> cut(data.begin(),
                                     data.begin() + static_cast<std::ptrdiff_t>(size));
    CAF_CHECK(read(cut, formats(), names).all.size() < 3);
  }
  data[24] = std::byte{0xff}; // it claims more than it has
  CAF_CHECK_EQUAL(read(data, formats(), names).all.size(), 2u);
  auto beyond = formats();
  for (auto& x : beyond)
    x.fields["sector"] = {60'000, 8};
  CAF_CHECK(read(all_recorded(), beyond, names).all.empty());
  for (auto& x : beyond)
    x.fields["sector"] = {16, 7}; // no number
  CAF_CHECK(read(all_recorded(), beyond, names).all.empty());
}

CAF_TEST(discards and flushes and orders to zones move no data) {
  for (const std::string_view what : {"44", "46", "4e", "5a52"}) { // D, F, N, ZR
    std::string one{recorded[2]};
    one.replace(124, 6, "000000");
    one.replace(124, what.size(), what);
    recorded_names names;
    CAF_CHECK(read(bytes_of(one), formats(), names).all.empty());
  }
}

CAF_TEST(a request that was merged before it was issued is one) {
  scene s;
  s.add(1s, inserted, 21, 100, 8);
  s.add(2s, inserted, 22, 108, 8);
  s.add(3s, issued, 99, 96, 20); // a third came in front of the first
  s.add(4s, completed, 98, 96, 20);
  const auto found = s.requests();
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK((found[0] == disk_request{1s, 4s, 21, 20 * 512, true}));
}

CAF_TEST(a request that is completed in parts goes on until the last) {
  scene s;
  s.add(1s, issued, 21, 100, 16);
  s.add(2s, completed, 98, 100, 4);
  CAF_REQUIRE_EQUAL(s.requests().size(), 2u);
  CAF_CHECK((s.requests()[1] == disk_request{1s, 10s, 21, 12 * 512, false}));
  s.add(3s, completed, 98, 104, 12);
  CAF_CHECK((s.requests()[1] == disk_request{1s, 3s, 21, 12 * 512, true}));
}

CAF_TEST(of a request whose begin was overwritten the owner is not known) {
  scene s;
  s.records.covers_from = 2s;
  s.add(1s, issued, 21, 100, 8); // of one CPU, while another has overwritten what it had until then
  s.add(3s, completed, 98, 100, 8);
  s.add(4s, issued, 22, 200, 8);
  const auto found = s.requests();
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK((found[0] == disk_request{2s, 3s, -1, 8 * 512, true}));
  CAF_CHECK((found[1] == disk_request{4s, 10s, 22, 8 * 512, false}));
  CAF_CHECK_EQUAL(s.requests(5s).size(), 1u); // the other had ended
}
