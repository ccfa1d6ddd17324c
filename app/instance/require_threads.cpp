#include "app/instance/require_threads.hpp"

#include <future>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace pmactor {

void require_threads(unsigned count) {
  std::promise<void> over;
  const auto end = over.get_future().share();
  std::vector<std::thread> threads;
  threads.reserve(count);
  std::string why;
  try {
    while (threads.size() < count)
      threads.emplace_back([end] { end.wait(); });
  } catch (const std::system_error& e) {
    why = "Cannot run: the daemon needs " + std::to_string(count) + " threads, and only "
          + std::to_string(threads.size()) + " are to be had (" + e.code().message()
          + "); raise the limit of processes (`ulimit -u`, TasksMax= of the unit, pids.max of the control "
            "group) or of memory (`ulimit -v`).";
  }
  over.set_value();
  for (auto& x : threads)
    x.join();
  if (!why.empty())
    throw std::runtime_error(why);
}

} // namespace pmactor
