#define CAF_SUITE lay_out_row
#include "actors/storage_writer/lay_out_row.hpp"

#include "support/test.hpp"

#include <limits>

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(every column has its value) {
  scored_sample x;
  x.system.at.wall = 1'700'000'000s + 500ms;
  x.system.interval = 1001ms;
  x.system.cpu_pct = 1;
  x.system.load1 = 2;
  x.system.mem_available = 3;
  x.system.mem_total = 4;
  x.system.swap_used = 5;
  x.system.io_read = 6;
  x.system.io_write = 7;
  x.system.net_sent = 8;
  x.system.net_recv = 9;
  x.cpu_temp_c = 10;
  x.cpu_freq_mhz = 11;
  x.throttled = true;
  x.gpu_pct = 13;
  x.system.psi_cpu_some = 14;
  x.system.psi_mem_some = 15;
  x.system.psi_mem_full = 16;
  x.system.psi_io_some = 17;
  x.system.psi_io_full = 18;
  x.stress = {1.0, 2.0, 20.0, 4.0, 20.0};
  for (int i = 0; i < static_cast<int>(late_parts); ++i)
    x.late.note(static_cast<late_part>(i), 250ms * i);
  const auto row = lay_out_row(x);
  const double expected[] = {1'700'000'000.5, 1.001, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 13, 14, 15,
                             16, 17, 18, 47, 1, 2, 20, 4, 20, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5};
  for (std::size_t i = 0; i < sample_column_count; ++i)
    CAF_CHECK_EQUAL(row.values[i], std::optional<double>{expected[i]});
}

CAF_TEST(of several that were late the latest counts and what was not asked is absent) {
  scored_sample x;
  x.late.note(late_part::disk, 1234567ns);
  x.late.note(late_part::disk, 900us);
  x.late.note(late_part::cpu, -3ms); // a timer that came early is not late
  lateness before;
  before.note(late_part::beat, 2s);
  x.late.add(before);
  const auto row = lay_out_row(x);
  CAF_CHECK_EQUAL(row[sample_column::late_disk], std::optional<double>{0.001235});
  CAF_CHECK_EQUAL(row[sample_column::late_cpu], std::optional<double>{0.0});
  CAF_CHECK_EQUAL(row[sample_column::late_beat], std::optional<double>{2.0});
  CAF_CHECK(!row[sample_column::late_memory]);
  CAF_CHECK(!row[sample_column::late_desktop]);
}

CAF_TEST(absent and not finite are absent) {
  scored_sample x;
  x.system.cpu_pct = std::numeric_limits<double>::quiet_NaN();
  x.system.load1 = std::numeric_limits<double>::infinity();
  x.throttled = false;
  const auto row = lay_out_row(x);
  CAF_CHECK(!row[sample_column::cpu_pct]);
  CAF_CHECK(!row[sample_column::load_avg]);
  CAF_CHECK(!row[sample_column::mem_available]);
  CAF_CHECK_EQUAL(row[sample_column::throttled], std::optional<double>{0.0});
}

CAF_TEST(a share of memory is known where the memory and what is free of it are) {
  sample_row row;
  CAF_CHECK(!memory_available_percent(row));
  row[sample_column::mem_available] = 4e9;
  CAF_CHECK(!memory_available_percent(row));
  row[sample_column::mem_total] = 0;
  CAF_CHECK(!memory_available_percent(row));
  row[sample_column::mem_total] = 16e9;
  CAF_CHECK_EQUAL(memory_available_percent(row), std::optional<double>{25.0});
}

CAF_TEST(a text is cut at a whole character) {
  CAF_CHECK_EQUAL(cut_text("Grüße", 10), "Grüße");
  CAF_CHECK_EQUAL(cut_text("Grüße", 4), "Grü");
  CAF_CHECK_EQUAL(cut_text("Grüße", 3), "Gr");
  CAF_CHECK_EQUAL(cut_text("\x80\x80\x80\x80", 2), "");
}
