#include "app/views/pager.hpp"

#include "actors/host/owned_pipe.hpp"
#include "actors/host/start_process.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

/// @returns what the shell is to run; empty for nothing.
std::string pager_command() {
  const auto* chosen = std::getenv("PAGER");
  if (chosen == nullptr) {
    const auto* path = std::getenv("PATH");
    return find_program("less", path != nullptr ? path : "/usr/bin:/bin").empty() ? "" : "less";
  }
  return std::string{chosen} == "cat" ? "" : chosen;
}

} // namespace

struct pager::running {
  owned_descriptor terminal; ///< Our standard output as it was.
  std::unique_ptr<running_process> process;
  void (*on_broken_pipe)(int) = SIG_DFL;
  void (*on_interrupt)(int) = SIG_DFL;
};

pager::pager() : style_{style_of(STDOUT_FILENO)} {
  const auto command = pager_command();
  if (::isatty(STDOUT_FILENO) == 0 || command.empty())
    return;
  try {
    auto pipe = open_pipe();
    process_order order;
    order.command = {"/bin/sh", "-c", command};
    order.environment = own_environment({"LESS"});
    const auto* less = std::getenv("LESS");
    order.environment.push_back(std::string{"LESS="} + (less != nullptr ? less : "FRX"));
    order.in = pipe.read.get();
    order.out = STDOUT_FILENO;
    order.err = STDERR_FILENO;
    order.with = process_order::company::ours;
    order.folder.clear();
    order.mask.reset();
    auto result = std::make_unique<running>();
    result->process = std::make_unique<running_process>(order);
    result->terminal = owned_descriptor{::dup(STDOUT_FILENO)};
    if (result->terminal.get() < 0 || ::dup2(pipe.write.get(), STDOUT_FILENO) < 0)
      return;
    // A reader who has seen enough must not end us before we have waited for the pager.
    result->on_broken_pipe = ::signal(SIGPIPE, SIG_IGN);
    result->on_interrupt = ::signal(SIGINT, SIG_IGN); // Ctrl-C is the pager's affair
    running_ = std::move(result);
    style_.colour = false;
  } catch (const std::system_error&) { // then without one
  }
}

pager::~pager() {
  if (!running_)
    return;
  std::cout.flush();
  std::fflush(stdout);
  ::dup2(running_->terminal.get(), STDOUT_FILENO); // closes the pipe: the pager has it all
  // What did not go out, as the pager has ended, is not wanted.
  std::clearerr(stdout);
  std::cout.clear();
  ::signal(SIGPIPE, running_->on_broken_pipe);
  running_->process->wait();
  ::signal(SIGINT, running_->on_interrupt);
}

} // namespace pmactor
