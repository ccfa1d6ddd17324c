#include "app/commands/commands.hpp"

#include "app/command_line/parse_moment.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/explain/read_record.hpp"
#include "app/instance/launch.hpp"
#include "app/settings/override_settings.hpp"
#include "app/top/curses_terminal.hpp"
#include "app/top/lay_out_top.hpp"
#include "app/top/run_top.hpp"
#include "app/views/escape.hpp"
#include "app/views/terminal.hpp"
#include "messages/time.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>

namespace pmactor {
namespace {

struct top_options {
  std::shared_ptr<place_flags> where;
  std::string at, list, size;
  bool once = false, mouse = false;
};

/// Reads "80x24". @returns whether it is one.
bool parse_size(const std::string& text, std::size_t& width, std::size_t& height) {
  const auto* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, width);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != 'x')
    return false;
  const auto second = std::from_chars(first.ptr + 1, end, height);
  constexpr std::size_t most = 1000;
  return second.ec == std::errc{} && second.ptr == end && width >= least_top_width
         && height >= least_top_height && width <= most && height <= most;
}

int wrong(const std::string& sentence) {
  std::cerr << "pmactor top: " << escaped(sentence) << '\n';
  return exit_usage;
}

int top(const top_options& options) {
  std::size_t width = 80, height = 24;
  if (!options.size.empty() && !parse_size(options.size, width, height))
    return wrong("--size takes columns and lines, e.g. 80x24, of 40x12 or more, not '"
                 + options.size + "'.");
  top_settings settings;
  settings.where = options.where->find();
  settings.longest = record_policy_of(read_layered_settings(as_the_daemon(*options.where)).values).longest_step();
  if (!options.at.empty()) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto moment = parse_moment(options.at, now);
    if (!moment)
      return wrong(std::string{"--at takes a moment like "} + moment_examples + ", not '"
                   + options.at + "'.");
    settings.begin.cursor = to_seconds(std::min(*moment, std::chrono::nanoseconds{now}));
    const auto columns = static_cast<double>(plan_top(width, height).curves_width / 3);
    settings.begin.right =
      std::min(to_seconds(now), *settings.begin.cursor + columns * settings.begin.step());
  }
  for (std::size_t i = 0; i < top_lists; ++i)
    if (options.list == to_string(static_cast<top_list>(i)))
      settings.begin.list = static_cast<top_list>(i);
  settings.mouse = options.mouse;
  if (!options.once && can_draw_on_terminal()) {
    run_top(settings);
    return exit_fine;
  }
  const auto style = style_of(STDOUT_FILENO);
  std::cout << show_top_once(settings, width, height, style.unicode);
  if (!options.once)
    std::cerr << "This is one screen: there is no terminal here whose cursor can be moved. --at "
                 "shows another moment.\n";
  return exit_fine;
}

} // namespace

void add_top(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<top_options>();
  auto* verb = program.add_subcommand("top", "Watch this machine live, and go back in time");
  options->where = add_data_flag(*verb);
  verb
    ->add_option("--at", options->at, std::string{"Begin at this moment, e.g. "} + moment_examples)
    ->type_name("WHEN");
  verb->add_option("--list", options->list, "What stands below the curves")
    ->check(CLI::IsMember({"processes", "units", "events", "actors"}))
    ->type_name("LIST");
  verb->add_flag("--once", options->once, "Print one screen as text");
  verb->add_option("--size", options->size, "The size of that screen, 80x24 by default")
    ->type_name("WxH");
  verb->add_flag("--mouse", options->mouse, "A click into the curves sets the cursor");
  verb->footer("Within it `?` lists the keys. Live, the figures are those of the newest stored sample, whose age is shown "
               "from 2 s on: one is stored each `sampling.normal_interval`, 5 s by default, and every second under stress. "
               "Back in time they are the worst of the column.");
  run_when_chosen(*verb, chosen, options, top);
}

} // namespace pmactor
