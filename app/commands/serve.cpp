#include "app/commands/commands.hpp"

#include "actors/host/every_signal_blocked.hpp"
#include "actors/host/expendable_thread.hpp"
#include "actors/host/start_process.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/views/escape.hpp"
#include "app/web/decide_exposure.hpp"
#include "app/web/http_server.hpp"
#include "app/web/listen.hpp"
#include "app/web/read_token.hpp"
#include "app/web/serve_metrics.hpp"
#include "messages/lowered.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

constexpr std::uint16_t default_port = 7788;

struct serve_options {
  std::shared_ptr<place_flags> where;
  std::vector<std::string> listen, names;
  std::string token_file, certificate, key;
  bool behind_tls = false, open = false;
  double idle_exit = 0; ///< Seconds; 0 for never.
};

int refuse(const std::string& sentence) {
  std::cerr << "pmactor serve: " << sentence << '\n';
  return exit_usage;
}

std::string url_of(const web::listen_address& x, bool is_secure) {
  const auto host = x.host.find(':') != x.host.npos ? '[' + x.host + ']' : x.host;
  return (is_secure ? "https://" : "http://") + host + ':' + std::to_string(x.port) + '/';
}

/// @returns what is listened on; both of this machine's own addresses if nothing is said, as far as
/// it has them.
std::vector<web::listening_socket> open_sockets(const std::vector<web::listen_address>& wanted) {
  auto result = web::inherited_sockets();
  if (!result.empty())
    return result;
  if (!wanted.empty()) {
    for (const auto& x : wanted)
      result.push_back(web::listen_on(x));
    return result;
  }
  result.push_back(web::listen_on({"127.0.0.1", default_port}));
  try {
    result.push_back(web::listen_on({"::1", default_port}));
  } catch (const std::runtime_error&) { // a machine without IPv6
  }
  return result;
}

/// Does not wait: without a desktop's own launcher the browser is a child of xdg-open, which ends
/// when the browser does.
void open_browser(const std::string& url) {
#ifdef __APPLE__
  const std::string program = "open";
#else
  const std::string program = "xdg-open";
#endif
  const auto complain = [program, url] {
    std::cerr << "pmactor serve: No browser could be opened by " + program + "; open " + url
                   + " yourself.\n";
  };
  process_order order;
  order.command = {find_program(program, program_path()), url};
  if (order.command.front().empty())
    return complain();
  order.environment = own_environment();
  order.err = STDERR_FILENO;
  order.with = process_order::company::own_session; // Ctrl-C is for us
  order.mask.reset();
  start_expendable("pm-browser", [order, complain] {
    try {
      running_process browser{order};
      const auto end = browser.wait();
      if (end.what != process_exit::how::exited || end.number != 0)
        complain();
    } catch (const std::system_error&) {
      complain();
    }
  });
}

/// Renews what lives until a signal or idleness ends it.
void attend(web::http_server& server, double idle_exit) {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int x : {SIGINT, SIGTERM, SIGHUP})
    sigaddset(&ends, x);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  for (;;) {
    sigset_t waiting;
    // Not sigtimedwait(), which macOS lacks.
    struct timespec half_a_second {
      0, 500'000'000
    };
    ::nanosleep(&half_a_second, nullptr);
    if (::sigpending(&waiting) == 0
        && (sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1
            || sigismember(&waiting, SIGHUP) == 1))
      return;
    server.tend();
    if (idle_exit > 0 && server.idle() > std::chrono::duration<double>(idle_exit))
      return;
  }
}

int serve(const serve_options& options) {
  std::vector<web::listen_address> wanted;
  for (const auto& text : options.listen) {
    const auto x = web::parse_listen_address(text, default_port);
    if (!x)
      return refuse(
        escaped(text)
        + " is no address to listen on; write e.g. 127.0.0.1:7788, [::1]:7788 or 0.0.0.0.");
    wanted.push_back(*x);
  }
  auto sockets = open_sockets(wanted);
  // A socket of the file system admits by its mode.
  const bool is_remote =
    std::any_of(sockets.begin(), sockets.end(), [](const web::listening_socket& x) {
      return !web::is_own_address(x.address.host) && x.address.host != "unix";
    });
  const web::exposure asked{is_remote, !options.token_file.empty(), !options.certificate.empty(), !options.key.empty(),
                            options.behind_tls};
  if (const auto why = web::decide_exposure(asked); !why.empty())
    return refuse(why);
  web::server_settings settings;
  settings.access.is_remote = is_remote;
  for (const auto& name : options.names)
    settings.access.names.push_back(lowered(name));
  if (!options.token_file.empty()) {
    settings.access.token = web::read_token(options.token_file);
    settings.access.session = web::random_word();
  }
  if (!options.certificate.empty()) {
    settings.certificate = web::read_small_file(options.certificate);
    settings.key = web::read_small_file(options.key);
  }
  settings.is_behind_tls = options.behind_tls;
  const bool is_secure = !settings.certificate.empty();
  // Signals are for this thread, which is the one that waits for them.
  std::unique_ptr<web::site> pages;
  std::unique_ptr<web::http_server> server;
  std::vector<std::string> urls;
  {
    const every_signal_blocked quiet;
    pages = std::make_unique<web::site>(*options.where);
    pages->add(metrics_route(*options.where));
    std::vector<owned_descriptor> listening;
    for (auto& x : sockets) {
      urls.push_back(url_of(x.address, is_secure));
      listening.push_back(std::move(x.socket));
    }
    server = std::make_unique<web::http_server>(*pages, std::move(settings), std::move(listening));
  }
  for (const auto& url : urls)
    std::cout << "pmactor serves " << url << '\n';
  std::cout << "It only shows, and ends with Ctrl-C.\n" << std::flush;
  if (options.open)
    open_browser(urls.front());
  attend(*server, options.idle_exit);
  return exit_fine;
}

int serve_checked(const serve_options& options) {
  try {
    return serve(options);
  } catch (const storage_problem& problem) {
    std::cerr << "pmactor serve: " << escaped(problem.what()) << '\n';
  } catch (const std::runtime_error& problem) {
    std::cerr << "pmactor serve: " << problem.what() << '\n';
  }
  return exit_failed;
}

} // namespace

void add_serve(CLI::App& program, command& chosen) {
  auto options = std::make_shared<serve_options>();
  auto* verb = program.add_subcommand(
    "serve", "Show this machine and its history in a browser; only this machine may ask");
  verb->add_flag("--open", options->open, "Open the browser");
  verb
    ->add_option("--listen", options->listen,
                 "Listen on this address instead of 127.0.0.1:7788 and [::1]:7788; another "
                 "machine's needs a token and TLS")
    ->type_name("ADDRESS[:PORT]");
  verb
    ->add_option("--name", options->names,
                 "A name by which the server may be asked for, beside its addresses")
    ->type_name("HOST");
  verb
    ->add_option("--token-file", options->token_file,
                 "Answer only who has the token in this file of mode 0600")
    ->type_name("FILE");
  verb
    ->add_option("--certificate", options->certificate, "Serve by TLS with this certificate (PEM)")
    ->type_name("FILE");
  verb->add_option("--key", options->key, "and this key of it (PEM)")->type_name("FILE");
  verb->add_flag("--behind-tls-proxy", options->behind_tls, "A proxy before it does TLS");
  verb
    ->add_option("--idle-exit", options->idle_exit,
                 "End when no client was connected for so long, as systemd starts it again")
    ->type_name("SECONDS")
    ->check(CLI::Range(0.0, 86400.0).description(""));
  options->where = add_place_flags(*verb);
  run_when_chosen(*verb, chosen, options, serve_checked);
}

} // namespace pmactor
