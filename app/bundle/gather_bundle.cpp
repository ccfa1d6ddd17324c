#include "app/bundle/gather_bundle.hpp"

#include "app/report/gather_report.hpp"
#include "app/settings/override_settings.hpp"
#include "app/trace/gather_trace.hpp"
#include "messages/time.hpp"

#include <chrono>

namespace pmactor {

bundle_content gather_bundle(event_reader& reader, const std::vector<event_row>& events,
                             const place_flags& flags) {
  bundle_content result;
  const auto where = flags.find();
  for (const auto& x : events) {
    result.events.push_back(gather_report(reader, x, where, evidence_share::all));
    result.pauses.push_back(pauses_within(reader, x));
  }
  result.machine = describe_machine();
  const auto read = read_layered_settings(flags);
  for (const auto& x : all_settings())
    if (const auto value = x.get(read.values); value != x.get({}))
      result.settings.emplace_back(x.key, to_toml_line(x.key, value, ""));
  return result;
}

std::string redacted_bundle(bundle_content content, archive_form form) {
  machine_identity known = identify_machine({});
  for (const auto& x : content.events)
    if (const auto more = identify_machine(x.host.name); !x.host.name.empty())
      known.hosts.insert(known.hosts.end(), more.hosts.begin(), more.hosts.end());
  identity_redactor redactor{std::move(known)};
  const auto written = to_seconds(std::chrono::system_clock::now().time_since_epoch());
  return pack_archive(compose_bundle(std::move(content), redactor.as_redaction()), written, form);
}

} // namespace pmactor
