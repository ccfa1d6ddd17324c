// A report in a real browser: headless Chromium opens it, on a desk and as wide as phones are. Where there is
// none, the test is skipped; `./dev browser` installs it and runs this.
#define CAF_SUITE report_page

#include "app/report/render_report.hpp"

#include "support/example_report.hpp"
#include "support/temporary_folder.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;

namespace {

std::string content(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// @returns the name of a browser; empty if there is none.
std::string find_browser() {
  for (const std::string name : {"chromium", "chromium-browser", "google-chrome"})
    if (std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0)
      return name;
  return {};
}

/// A port at which somebody listens, to see whether anybody calls.
struct listening_port {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int number = 0;

  listening_port() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd, 8) != 0
        || ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("cannot listen");
    number = ntohs(address.sin_port);
  }
  ~listening_port() {
    ::close(fd);
  }
  bool was_called() const {
    pollfd x{fd, POLLIN, 0};
    return ::poll(&x, 1, 0) > 0;
  }
};

} // namespace

CAF_TEST(a browser shows the page without errors or calls or sideways scrolling) {
  const auto browser = find_browser();
  if (browser.empty()) {
    std::cout << "SKIPPED: there is no Chromium here to open a report with.\n";
    return;
  }
  const listening_port port;
  const temporary_folder temporary;
  const auto& folder = temporary.path;
  const auto caller = "http://127.0.0.1:" + std::to_string(port.number) + "/";
  // The longest and the most inviting name that a process may have.
  std::string name = "<img src=" + caller + "1><script src=" + caller + "2></script></style></svg>\"onload=\"alert(1)";
  std::ofstream{folder / "hostile.html"} << render_report(example_report(name));
  std::ofstream{folder / "long.html"} << render_report(example_report(std::string(3000, 'W')));
  std::ofstream{folder / "plain.html"} << render_report(example_report());
  const auto run = [&](const std::string& arguments) {
    const auto command = "timeout 60 " + browser
                         + " --headless=new --no-sandbox --disable-gpu --no-first-run --disable-extensions "
                           "--disable-background-networking --disable-component-update --enable-logging=stderr "
                           "--allow-file-access-from-files --user-data-dir="
                         + (folder / "profile").string() + ' ' + arguments + " >" + (folder / "out").string() + " 2>"
                         + (folder / "err").string();
    return std::system(command.c_str());
  };
  CAF_CHECK_EQUAL(run("--window-size=1200,2600 --screenshot=" + (folder / "page.png").string() + " file://"
                      + (folder / "plain.html").string()),
                  0);
  CAF_CHECK(std::filesystem::exists(folder / "page.png")
            && std::filesystem::file_size(folder / "page.png") > 20'000);
  CAF_CHECK(!contains(content(folder / "err"), "CONSOLE"));

  // What a script of ours finds out about the page in frames as wide as phones are.
  std::ofstream{folder / "frames.html"} << R"(<!DOCTYPE html><body><script>
    const widths = [320, 360, 400, 768, 1200], pages = ['plain', 'hostile', 'long'];
    let open = widths.length * pages.length;
    const results = [];
    for (const page of pages) for (const width of widths) {
      const frame = document.createElement('iframe');
      frame.style.width = width + 'px'; frame.style.height = '3000px'; frame.style.border = 0;
      frame.onload = () => {
        const root = frame.contentDocument.documentElement;
        for (const x of root.querySelectorAll('details')) x.open = true;
        const scripts = root.querySelectorAll('script,img,link,iframe').length;
        const loaded = frame.contentWindow.performance.getEntriesByType('resource').length;
        results.push([page, width, root.scrollWidth > width ? 'WIDER ' + root.scrollWidth : 'fits', scripts, loaded].join(' '));
        if (--open === 0) document.body.innerHTML = '<p>' + results.join('</p><p>') + '</p><p>DONE</p>';
      };
      frame.src = page + '.html';
      document.body.append(frame);
    }
  </script>)";
  CAF_CHECK_EQUAL(run("--virtual-time-budget=10000 --dump-dom file://" + (folder / "frames.html").string()), 0);
  const auto found = content(folder / "out");
  CAF_CHECK(contains(found, "DONE"));
  for (const std::string page : {"plain", "hostile", "long"})
    for (const std::string width : {"320", "360", "400", "768", "1200"})
      CAF_CHECK(contains(found, "<p>" + page + ' ' + width + " fits 0 0</p>"));
  CAF_CHECK(!contains(content(folder / "err"), "CONSOLE"));
  CAF_CHECK(!port.was_called());
}
