#include "app/web/serve_metrics.hpp"

#include "app/export/gather_metrics.hpp"
#include "app/instance/launch.hpp"
#include "app/settings/override_settings.hpp"

#include <memory>
#include <string>

namespace pmactor {

web::route metrics_route(const place_flags& flags) {
  // Kept between two scrapes, so that each reads only what is new.
  const auto source
    = std::make_shared<metrics_source>(flags.find(), read_layered_settings(as_the_daemon(flags)).values.exporter.labels);
  web::route result;
  result.path = "/metrics";
  result.answers = [source](const web::request& x) {
    const auto format = format_for(x.header("accept").value_or(""));
    web::answer answer;
    answer.type = std::string{content_type_of(format)};
    answer.body = source->read(format);
    return answer;
  };
  return result;
}

} // namespace pmactor
