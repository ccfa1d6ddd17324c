#include "app/history/read_lead_ups.hpp"

#include "app/views/render_samples.hpp"

namespace pmactor {

std::vector<sample_row> steps_of_lead_ups(history_reader& history, sample_range range, double step) {
  std::vector<sample_row> result;
  step_summary summary{step};
  range.kept = lead_ups::alone;
  range.order = sample_order::time;
  history.samples(range, [&](const sample_row& row) {
    if (auto done = summary.add(row))
      result.push_back(*done);
    return true;
  });
  if (auto done = summary.finish())
    result.push_back(*done);
  return result;
}

} // namespace pmactor
