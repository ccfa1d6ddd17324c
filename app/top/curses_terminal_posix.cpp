#include "app/top/curses_terminal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

#define NCURSES_NOMACROS 1
#ifndef _XOPEN_SOURCE_EXTENDED
#define _XOPEN_SOURCE_EXTENDED 1
#endif
#include <curses.h>

namespace pmactor {
namespace {

volatile std::sig_atomic_t wants_end = 0;

void on_end(int) {
  wants_end = 1;
}

constexpr std::array end_signals{SIGINT, SIGTERM, SIGHUP};

int attributes_of(const cell& x, bool colour) {
  int result = 0;
  switch (x.tone) {
    case paint::plain:
      break;
    case paint::bold:
      result = static_cast<int>(A_BOLD);
      break;
    case paint::dim:
      result = colour ? static_cast<int>(A_DIM) : 0;
      break;
    case paint::red:
      result = colour ? COLOR_PAIR(1) : static_cast<int>(A_BOLD);
      break;
    case paint::yellow:
      result = colour ? COLOR_PAIR(2) : static_cast<int>(A_BOLD);
      break;
    case paint::green:
      result = colour ? COLOR_PAIR(3) : 0;
      break;
  }
  return result | (x.is_reverse ? static_cast<int>(A_REVERSE) : 0);
}

top_input key_of(wint_t code, bool is_function) {
  top_input result;
  const auto set = [&result](top_key key) {
    result.key = key;
    return result;
  };
  if (!is_function) {
    switch (code) {
      case '\r':
      case '\n':
        return set(top_key::enter);
      case '\t':
        return set(top_key::tab);
      case 27:
        return set(top_key::escape);
      case 8:
      case 127:
        return set(top_key::backspace);
      default:
        result.key = static_cast<top_key>(code);
        return result;
    }
  }
  switch (code) {
    case KEY_LEFT:
      return set(top_key::left);
    case KEY_RIGHT:
      return set(top_key::right);
    case KEY_UP:
      return set(top_key::up);
    case KEY_DOWN:
      return set(top_key::down);
    case KEY_PPAGE:
      return set(top_key::page_up);
    case KEY_NPAGE:
      return set(top_key::page_down);
    case KEY_HOME:
      return set(top_key::home);
    case KEY_END:
      return set(top_key::end);
    case KEY_ENTER:
      return set(top_key::enter);
    case KEY_BTAB:
      return set(top_key::back_tab);
    case KEY_F(1): // as in htop
      return set(static_cast<top_key>('?'));
    case KEY_F(10):
      return set(static_cast<top_key>('q'));
    case KEY_BACKSPACE:
    case KEY_DC:
      return set(top_key::backspace);
    default:
      return result;
  }
}

} // namespace

curses_terminal::curses_terminal(bool colour, bool mouse) : colour_{colour} {
  std::setlocale(LC_CTYPE, "");
  if (::newterm(nullptr, stdout, stdin) == nullptr)
    throw std::runtime_error{
      "Cannot draw on this terminal: ncurses does not know its kind. Set TERM, or use "
      "`pmactor top --once`."};
  wants_end = 0;
  for (const auto number : end_signals) { // ncurses' own handlers would end the process from within
    struct sigaction action {};
    action.sa_handler = on_end;
    ::sigaction(number, &action, nullptr);
  }
  ::cbreak();
  ::noecho();
  ::nonl();
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  ::leaveok(stdscr, TRUE);
  ESCDELAY = 25; // so long it waits for what follows an ESC; the function for it is younger than
                 // macOS' ncurses
  ::curs_set(0);
  colour_ = colour && ::has_colors() && ::start_color() == OK;
  if (colour_) {
    const short back = ::use_default_colors() == OK ? -1 : COLOR_BLACK;
    ::init_pair(1, COLOR_RED, back);
    ::init_pair(2, COLOR_YELLOW, back);
    ::init_pair(3, COLOR_GREEN, back);
  }
  if (mouse)
    ::mousemask(BUTTON1_CLICKED | BUTTON1_PRESSED, nullptr);
}

curses_terminal::~curses_terminal() {
  ::endwin();
}

std::size_t curses_terminal::width() const {
  return static_cast<std::size_t>(std::max(0, ::getmaxx(stdscr)));
}

std::size_t curses_terminal::height() const {
  return static_cast<std::size_t>(std::max(0, ::getmaxy(stdscr)));
}

void curses_terminal::show(const canvas& cells) {
  const auto height = std::min(cells.height(), this->height()),
             width = std::min(cells.width(), this->width());
  std::string run;
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width;) {
      const auto begin = x;
      const auto attributes = attributes_of(cells.at(x, y), colour_);
      run.clear();
      for (; x < width && attributes_of(cells.at(x, y), colour_) == attributes; ++x)
        run += cells.at(x, y).glyph;
      ::wattrset(stdscr, attributes);
      ::mvwaddstr(stdscr, static_cast<int>(y), static_cast<int>(begin), run.c_str());
    }
  ::wattrset(stdscr, 0);
  ::wrefresh(stdscr);
}

std::optional<top_input> curses_terminal::read(const top_plan& plan) {
  wint_t code = 0;
  const auto kind = ::wget_wch(stdscr, &code);
  if (kind == ERR)
    return std::nullopt;
  if (kind == KEY_CODE_YES && code == KEY_MOUSE) {
    top_input result;
    MEVENT event{};
    if (::getmouse(&event) == OK && event.x >= 0 && event.y >= 0)
      result.clicked =
        column_at(plan, static_cast<std::size_t>(event.x), static_cast<std::size_t>(event.y));
    return result;
  }
  return key_of(code, kind == KEY_CODE_YES);
}

bool curses_terminal::wait(int wake, int milliseconds) {
  std::array<struct pollfd, 2> all{{{STDIN_FILENO, POLLIN, 0}, {wake, POLLIN, 0}}};
  const auto ready = ::poll(all.data(), all.size(), milliseconds);
  if (ready > 0 && (all[1].revents & POLLIN) != 0) {
    std::array<char, 64> bytes{};
    while (::read(wake, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()))
      ;
  }
  const bool is_gone = ready > 0 && (all[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0
                       && (all[0].revents & POLLIN) == 0;
  return wants_end == 0 && !is_gone;
}

} // namespace pmactor
