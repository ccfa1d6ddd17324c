// A thousand simulated machines in one process, for a real Prometheus: each is a target of its own.
//   simulated_fleet serve HOSTS    answers under /0 to /HOSTS-1 on a free port of loopback, which it prints, until its
//                                  standard input ends
//   simulated_fleet day HOSTS INTERVAL
//                                  writes a day of each, a scrape every INTERVAL seconds, as OpenMetrics with times
#include "actors/black_box/ring_host.hpp"
#include "actors/forensics_supervisor/evidence_job_posix.hpp"
#include "app/export/carry_exports.hpp"
#include "app/topology.hpp"
#include "bench/simulated_host.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <vector>

#include <microhttpd.h>

namespace {

using namespace pmactor;
using namespace pmactor::simulation;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds a_day = 24h;

nanoseconds wall_now() {
  return std::chrono::system_clock::now().time_since_epoch();
}

/// @returns the names of all that a daemon on Linux has. None is started: it has them for what it could reach.
std::vector<std::string> actor_names() {
  topology_seams host;
  host.carrier = host_carrier({}, true);
  host.capture = host_evidence_jobs({});
  host.switches = start_host_switches;
  host.box = make_ring_host({});
  host.witness = host_witness();
  host.kernel_log = host_kernel_log();
  host.groups = host_groups();
  host.speed = host_speed();
  const auto page = std::make_unique<health_page>();
  lived_clock lived;
  std::vector<std::string> result;
  for (const auto& x : make_topology({}, host, *page, lived).children)
    result.push_back(x.id);
  return result;
}

/// Each has lived for a day.
std::vector<simulated_host> populate(std::size_t hosts, nanoseconds born) {
  const auto actors = actor_names();
  std::vector<simulated_host> result;
  result.reserve(hosts);
  for (std::size_t i = 0; i < hosts; ++i) {
    result.emplace_back(i, actors, born, 3 * a_day);
    result.back().live(a_day, 60s);
  }
  return result;
}

struct served_fleet {
  nanoseconds born;
  std::vector<simulated_host> hosts;
};

MHD_Result answer(void* to, MHD_Connection* connection, const char* path, const char*, const char*, const char*,
                  std::size_t*, void**) {
  auto& fleet = *static_cast<served_fleet*>(to);
  const auto number = std::strtoul(path + 1, nullptr, 10);
  const auto* accept = ::MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
  const auto format = format_for(accept == nullptr ? "" : accept);
  std::string text;
  if (number < fleet.hosts.size()) {
    auto& host = fleet.hosts[number];
    host.live(wall_now() - fleet.born);
    text = host.metrics(format);
  }
  auto* response = ::MHD_create_response_from_buffer(text.size(), text.data(), MHD_RESPMEM_MUST_COPY);
  ::MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, std::string{content_type_of(format)}.c_str());
  const auto result = ::MHD_queue_response(connection, text.empty() ? MHD_HTTP_NOT_FOUND : MHD_HTTP_OK, response);
  ::MHD_destroy_response(response);
  return result;
}

int serve(std::size_t hosts) {
  const auto born = wall_now() - a_day;
  served_fleet fleet{born, populate(hosts, born)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // One thread: the hosts need no lock.
  auto* server = ::MHD_start_daemon(MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, nullptr, nullptr, &answer, &fleet,
                                    MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_LIMIT, 4096u, MHD_OPTION_END);
  if (server == nullptr) {
    std::fprintf(stderr, "simulated_fleet: cannot listen on loopback\n");
    return 1;
  }
  std::printf("%u\n", static_cast<unsigned>(::MHD_get_daemon_info(server, MHD_DAEMON_INFO_BIND_PORT)->port));
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  ::MHD_stop_daemon(server);
  return 0;
}

/// @returns the sample with the label of its target and the time of the scrape, as Prometheus stores it.
std::string scraped(std::string_view line, std::size_t host, std::int64_t at) {
  const auto instance = "instance=\"host-" + std::to_string(host) + '"';
  const auto value = line.rfind(' ');
  auto series = std::string{line.substr(0, value)};
  if (const auto brace = series.find('{'); brace != std::string::npos)
    series.insert(brace + 1, instance + ',');
  else
    series += '{' + instance + '}';
  return series + std::string{line.substr(value)} + ' ' + std::to_string(at) + '\n';
}

int write_day(std::size_t hosts, std::chrono::seconds interval) {
  const auto born = wall_now() - 2 * a_day;
  auto fleet = populate(hosts, born);
  for (nanoseconds age = a_day; age < 2 * a_day; age += interval)
    for (std::size_t i = 0; i < fleet.size(); ++i) {
      fleet[i].live(age);
      const auto text = fleet[i].metrics(exposition_format::prometheus);
      const auto at = (born + age) / 1s;
      for (std::string_view rest = text; !rest.empty();) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size() + 1);
        if (!line.starts_with('#'))
          std::cout << scraped(line, i, at);
      }
    }
  std::cout << "# EOF\n";
  return std::cout.flush() ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
  const std::string verb = argc > 2 ? argv[1] : "";
  const auto hosts = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
  const auto interval = argc > 3 ? std::strtol(argv[3], nullptr, 10) : 0;
  if (verb == "serve" && hosts > 0 && argc == 3)
    return serve(hosts);
  if (verb == "day" && hosts > 0 && interval > 0)
    return write_day(hosts, std::chrono::seconds{interval});
  std::fprintf(stderr, "usage: simulated_fleet serve HOSTS | simulated_fleet day HOSTS INTERVAL\n");
  return 2;
}
