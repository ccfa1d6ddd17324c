// Writes events as OpenTelemetry's logs, a line of JSON for each hundred: what its collector reads from a file.
#pragma once

#include "app/export/compose_otlp_logs.hpp"

#include <ostream>
#include <vector>

namespace pmactor {

/// For one thread at a time.
class otlp_lines {
public:
  /// @param out outlives it. @param observed when they are written, Unix seconds.
  otlp_lines(std::ostream& out, export_origin origin, double observed);

  /// @returns false when the output takes no more.
  bool add(const event_row& x);
  /// Writes what is left.
  void end();

private:
  std::ostream& out_;
  const export_origin origin_;
  const double observed_;
  std::vector<exported_event> waiting_;
};

} // namespace pmactor
