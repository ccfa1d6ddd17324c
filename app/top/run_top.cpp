#include "app/top/run_top.hpp"

#include "actors/host/owned_pipe.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/command_line/open_reader.hpp"
#include "app/top/curses_terminal.hpp"
#include "app/top/lay_out_top.hpp"
#include "app/top/load_top.hpp"
#include "app/top/read_moment.hpp"
#include "messages/time.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace pmactor {
namespace {

double present() {
  return to_seconds(std::chrono::system_clock::now().time_since_epoch());
}

top_wish wish_of(const top_state& state, std::size_t width, std::size_t height, double now) {
  top_wish result;
  result.moment = state.cursor;
  result.step = state.step();
  result.last = state.cursor ? last_column_of(state, now) : 0;
  result.width =
    plan_top(std::max(width, least_top_width), std::max(height, least_top_height)).curves_width;
  result.opened = state.opened;
  return result;
}

} // namespace

void run_top(const top_settings& settings) {
  // Shared with the loader's thread, which may outlive this.
  const auto wake = std::make_shared<owned_pipe>(open_pipe());
  for (const auto fd : {wake->read.get(), wake->write.get()})
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
  const auto style = style_of(STDOUT_FILENO);
  top_loader loader{settings.where, settings.longest, [wake] {
                      // A pipe that is full wakes as well.
                      [[maybe_unused]] const auto written = ::write(wake->write.get(), "", 1);
                    }};
  curses_terminal terminal{style.colour, settings.mouse};
  auto state = settings.begin;
  for (;;) {
    const auto page = loader.page();
    const auto width = terminal.width(), height = terminal.height();
    const auto now = present();
    expire_complaint(state, now);
    terminal.show(lay_out_top(state, *page, width, height, now, style.unicode));
    loader.want(wish_of(state, width, height, now));
    // Live, the clock on the screen moves on with each second, and what is said of an input has its time.
    const auto rest = static_cast<int>((1 - (now - std::floor(now))) * 1000) + 1;
    if (!terminal.wait(wake->read.get(), state.cursor && state.complaint.empty() ? 60'000 : rest))
      return;
    while (const auto input = terminal.read(plan_top(width, height))) {
      const auto current = loader.page();
      apply_input(state, *input,
                  surroundings_of(state, *current, terminal.width(), terminal.height(), present()));
      if (state.wants_end)
        return;
      loader.want(wish_of(state, terminal.width(), terminal.height(), present()));
    }
  }
}

std::string show_top_once(const top_settings& settings, std::size_t width, std::size_t height,
                          bool unicode) {
  const auto now = present();
  auto history = open_reader<history_reader>(settings.where);
  auto state = settings.begin;
  if (state.cursor) {
    top_surroundings around;
    around.now = now;
    around.columns = plan_top(width, height).curves_width;
    around.oldest = oldest_sample(history).value_or(0);
    go_to(state, *state.cursor, around);
  }
  const auto page = load_top(settings.where, settings.longest, wish_of(state, width, height, now));
  return lay_out_top(state, page, width, height, now, unicode).text();
}

} // namespace pmactor
