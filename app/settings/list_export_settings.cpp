#include "app/settings/setting_makers.hpp"

namespace pmactor {

std::vector<setting> export_settings() {
  return {
    text(
      "notifications.webhook.url", 1024, [](auto& x) -> auto& { return x.notifications.how.webhook.url; },
      "Where each message is sent by an HTTP POST, for a chat or an on-call tool; \"\" for nowhere. What cannot be "
      "delivered is tried again for an hour, with growing delays. A service keeps itself from the network unless "
      "this was set when `pmactor install` was run; run that again after setting it."),
    list(
      "notifications.webhook.headers", 32, [](auto& x) -> auto& { return x.notifications.how.webhook.headers; },
      "Headers of that request, e.g. \"Authorization: Bearer …\"."),
    text(
      "notifications.webhook.template", 8192, [](auto& x) -> auto& { return x.notifications.how.webhook.body; },
      "The body of that request. {title}, {body}, {line}, {host}, {event_id}, {kind}, {cause} and every other fact of a "
      "message stand for their values, escaped for a text of JSON; {facts} stands for all of them as a JSON object. "
      "\"\" stands for {facts}. For Slack or Mattermost: '{\"text\": \"{host}: {line}\"}'."),

    list(
      "host.labels", 16, [](auto& x) -> auto& { return x.exporter.labels; },
      "Your own labels of this machine, e.g. \"rack=r12\", \"hypervisor=kvm-07\", \"storage=ceph-a\": they stand "
      "beside its name in metrics, exported events and the facts of messages."),

    text(
      textfile_setting, 1024, [](auto& x) -> auto& { return x.exporter.textfile; },
      "A file that the daemon writes metrics to, for node_exporter's textfile collector, e.g. "
      "\"/var/lib/prometheus/node-exporter/pmactor.prom\"; \"\" for none. Its folder must be there."),
    seconds(
      "metrics.interval", 1, 3600, [](auto& x) -> auto& { return x.exporter.textfile_every; },
      "How often that file is written."),

    yes_no(
      "export.journal", [](auto& x) -> auto& { return x.exporter.journal; },
      "Whether each event is sent to systemd's journal when it is known in full, with its facts as fields, where the "
      "daemon's own log goes there too."),
    text(
      "export.otlp.endpoint", 1024, [](auto& x) -> auto& { return x.exporter.otlp.endpoint; },
      "A receiver of OpenTelemetry's logs over HTTP, e.g. \"https://collector:4318\", to which each event is sent; "
      "\"\" for none. What it does not take is kept in the history and sent later. A service keeps itself from the "
      "network unless this was set when `pmactor install` was run; run that again after setting it."),
    list(
      "export.otlp.headers", 32, [](auto& x) -> auto& { return x.exporter.otlp.headers; },
      "Headers of each request, e.g. \"Authorization: Bearer …\"."),
    text(
      "export.otlp.tls_ca", 1024, [](auto& x) -> auto& { return x.exporter.otlp.tls_ca; },
      "A file with the certificates that the receiver's is checked against; \"\" for those of the system."),
    text(
      "export.otlp.tls_certificate", 1024, [](auto& x) -> auto& { return x.exporter.otlp.tls_certificate; },
      "A file with a certificate of this machine's own, where the receiver asks for one."),
    text(
      "export.otlp.tls_key", 1024, [](auto& x) -> auto& { return x.exporter.otlp.tls_key; }, "A file with its key."),
    seconds(
      "export.otlp.heartbeat", 0, 86400, [](auto& x) -> auto& { return x.exporter.otlp.heartbeat; },
      "How often a heartbeat is sent to the receiver; 0 for never."),
    seconds(
      "export.otlp.timeout", 0.1, 300, [](auto& x) -> auto& { return x.exporter.otlp.timeout; },
      "How long one request may take."),
  };
}

} // namespace pmactor
