// Looks at one daemon's history and health page for its metrics. Needs no answer of the daemon, and never waits for
// its writer.
#pragma once

#include "actors/storage_writer/read_totals_sqlite.hpp"
#include "app/export/compose_metrics.hpp"
#include "app/instance/places.hpp"

#include <string>

namespace pmactor {

/// Kept between two looks, so that each reads only what is new. For one thread at a time.
class metrics_source {
public:
  /// @param labels as in the settings: "rack=r12".
  metrics_source(places where, const std::vector<std::string>& labels);

  /// @returns the document. What cannot be read is left out of it.
  std::string read(exposition_format format);

  /// Why the last document is without the history; empty if it is not.
  const std::string& trouble() const {
    return trouble_;
  }

private:
  places where_;
  metric_labels labels_;
  host_identity host_;
  totals_reader totals_;
  std::string trouble_;
};

} // namespace pmactor
