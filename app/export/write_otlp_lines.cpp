#include "app/export/write_otlp_lines.hpp"

#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t events_a_line = 100;

} // namespace

otlp_lines::otlp_lines(std::ostream& out, export_origin origin, double observed)
  : out_(out), origin_(std::move(origin)), observed_(observed) {
}

bool otlp_lines::add(const event_row& x) {
  waiting_.push_back(describe_event(x));
  if (waiting_.size() == events_a_line)
    end();
  return static_cast<bool>(out_);
}

void otlp_lines::end() {
  if (!waiting_.empty())
    out_ << compose_otlp_logs(origin_, waiting_, observed_) << '\n';
  waiting_.clear();
}

} // namespace pmactor
