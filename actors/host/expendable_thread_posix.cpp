#include "actors/host/expendable_thread.hpp"

#include "actors/host/child_setup.hpp"
#include "actors/host/every_signal_blocked.hpp"
#include "actors/host/name_thread.hpp"

#include <atomic>
#include <cstdio>
#include <iostream>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

std::atomic<int> running{0};

} // namespace

void start_expendable(const char* name, std::function<void()> work) {
  const every_signal_blocked guard;
  ++running;
  try {
    std::thread{[name, work = std::move(work)]() mutable {
      name_thread(name);
      restore_priority(); // its starter's may be raised
      work();
      work = nullptr; // what it shares goes before it counts as ended
      --running;
    }}.detach();
  } catch (...) {
    --running;
    throw;
  }
}

bool expendable_job::start(const char* name, std::function<void()> work) {
  if (is_at_work_->exchange(true))
    return false;
  try {
    start_expendable(name, [is_at_work = is_at_work_, work = std::move(work)] {
      work();
      is_at_work->store(false);
    });
  } catch (const std::system_error&) {
    is_at_work_->store(false);
    return false;
  }
  return true;
}

bool expendable_threads_run() {
  return running > 0;
}

int end_process(int exit_code) {
  if (!expendable_threads_run())
    return exit_code;
  std::cout.flush();
  std::fflush(nullptr);
  ::_exit(exit_code);
}

} // namespace pmactor
