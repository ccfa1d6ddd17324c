#define CAF_SUITE name_event_folder

#include "actors/forensics_supervisor/name_event_folder.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const event_id id = mint_event_id(event_kind::pause, 1'768'900'213'250ms);

} // namespace

CAF_TEST(a folder is named by time and kind) {
  CAF_CHECK_EQUAL(name_event_folder(id, 1), "2026-01-20T09-10-13Z-pause");
  CAF_CHECK_EQUAL(name_event_folder(id, 2), "2026-01-20T09-10-13Z-pause.2");
}

CAF_TEST(an id is unlike that of another kind or time and contains both) {
  CAF_CHECK(id != mint_event_id(event_kind::sleep, started_of(id)));
  CAF_CHECK(id < mint_event_id(event_kind::pause, started_of(id) + 8ns));
  for (const auto kind : {event_kind::pause, event_kind::sleep, event_kind::critical})
    for (const auto started : {std::chrono::nanoseconds{0}, std::chrono::nanoseconds{-8},
                               std::chrono::nanoseconds{1'768'900'213'250ms}}) {
      const auto one = mint_event_id(kind, started);
      CAF_CHECK(kind_of(one) == kind);
      CAF_CHECK(started_of(one) == started);
    }
}

CAF_TEST(every time has a name that sorts and is known again) {
  for (const auto started : {std::chrono::nanoseconds{0}, std::chrono::nanoseconds{-1},
                             std::chrono::nanoseconds::max(), std::chrono::nanoseconds::min()}) {
    const auto name = name_event_folder(mint_event_id(event_kind::critical, started), 1);
    CAF_CHECK(is_event_folder(name));
  }
  CAF_CHECK(is_event_folder("2026-01-20T09-10-13Z-x")); // as earlier versions named them
  CAF_CHECK(is_event_folder("2026-01-20T09-10-13Z-7.2"));
}

CAF_TEST(names of others are not taken for ours) {
  for (const char* name : {"", ".", "..", "2026-01-20T09-10-13Z", "2026-01-20T09-10-13Z-", "keep",
                           "2026-01-20T09-10-13Z-7/../../x", "2026-01-20T09-10-13Z-7 ",
                           ".2026-01-20T09-10-13Z-7"})
    CAF_CHECK(!is_event_folder(name));
  for (const char* name : {"", ".pause-", ".pause-1x", "pause-1", ".party-1", ".pause-99999999999999999999"})
    CAF_CHECK(!event_of_open_folder(name));
}

CAF_TEST(a folder that is being written names its event) {
  CAF_CHECK_EQUAL(name_open_folder(id), ".pause-1768900213250000000");
  CAF_CHECK(event_of_open_folder(name_open_folder(id)) == id);
  const auto old = mint_event_id(event_kind::critical, -5ns);
  CAF_CHECK(event_of_open_folder(name_open_folder(old)) == old);
  for (std::size_t kind = 0; kind < event_kinds; ++kind) {
    const auto one = mint_event_id(static_cast<event_kind>(kind), started_of(id));
    CAF_CHECK(event_of_open_folder(name_open_folder(one)) == one);
  }
}
