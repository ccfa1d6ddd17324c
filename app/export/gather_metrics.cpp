#include "app/export/gather_metrics.hpp"

#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/export/host_labels.hpp"
#include "app/views/inspect_health.hpp"
#include "messages/time.hpp"

#include <exception>
#include <utility>

namespace pmactor {

metrics_source::metrics_source(places where, const std::vector<std::string>& labels)
  : where_(std::move(where)), labels_(parse_host_labels(labels)), host_(own_host_identity()),
    totals_(where_.database()) {
}

std::string metrics_source::read(exposition_format format) {
  metrics_input x;
  x.version = PMACTOR_VERSION;
  x.host = host_;
  x.labels = labels_;
  x.health = inspect_health(find_health_page(where_));
  trouble_.clear();
  try {
    x.events = totals_.read(to_seconds(x.health.now_wall));
    x.newest = history_reader{where_.database()}.newest();
  } catch (const std::exception& e) {
    trouble_ = e.what();
  }
  return compose_metrics(x, format);
}

} // namespace pmactor
