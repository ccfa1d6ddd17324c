#include "actors/witness_keeper/witness_child.hpp"

#include "actors/host/expendable_thread.hpp"
#include "actors/host/find_hypervisor.hpp"
#include "actors/host/own_program.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/host/run_process.hpp"
#include "actors/host/shared_memory.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <new>
#include <span>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

/// The page, shared with the child, which has it as descriptor 3. In memory and without a name: no other process
/// can cut it short, which would end its reader by a signal.
class shared_page {
public:
  shared_page() : file_{open_shared_memory(sizeof(witness_page))} {
    void* room = ::mmap(nullptr, sizeof(witness_page), PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0);
    if (room == MAP_FAILED)
      throw std::system_error(errno, std::generic_category(), "the page of the witness child cannot be mapped");
    page_ = new (room) witness_page;
  }
  ~shared_page() {
    ::munmap(page_, sizeof(witness_page));
  }
  shared_page(const shared_page&) = delete;
  shared_page& operator=(const shared_page&) = delete;

  int descriptor() const {
    return file_.get();
  }
  const witness_page& page() const {
    return *page_;
  }

private:
  owned_descriptor file_;
  witness_page* page_ = nullptr;
};

process_order order_of(const std::string& program, int page, const std::string& questions) {
  process_order order;
  order.command = {program.empty() ? own_program().string() : program, "witness", "3"};
  if (!questions.empty())
    order.command.push_back(questions);
  if (const auto* file = std::getenv("XAUTHORITY")) // what its user's X server lets in
    order.environment.push_back(std::string{"XAUTHORITY="} + file);
  order.fourth = page;
  order.ends_with_us = true;
  return order;
}

/// What the keeper and the thread of the child share.
struct shared_child {
  shared_page page;
  cancellation cancel;
  std::atomic<std::int64_t> pid{0}; ///< 0 until it has become the program.
  std::mutex lock; ///< Held for moments only.
  std::string ended;
};

std::string in_words(const process_exit& x) {
  switch (x.what) {
    case process_exit::how::exited:
      return "ended with exit code " + std::to_string(x.number);
    case process_exit::how::killed:
      return "was ended by signal " + std::to_string(x.number);
    case process_exit::how::left_behind:
      return "did not end when it was killed";
    case process_exit::how::not_started:
      break;
  }
  return "could not be started: " + std::generic_category().message(x.number);
}

/// Starts the child and waits for its end: on its thread, with which it ends.
void run_witness(shared_child& mine, const std::string& program, const std::string& questions) {
  std::array<char, 512> unread;
  run_terms terms;
  // It says nothing: the stream's end shows its own where the system has no descriptor for that.
  terms.out.room = [&unread] { return std::span<char>{unread}; };
  terms.out.arrived = [](std::size_t) {};
  terms.look_period = 1h; // there is nothing to look at
  terms.begun = [&mine](pid_t pid) { mine.pid = pid; };
  std::string why;
  try {
    why = in_words(run_process(order_of(program, mine.page.descriptor(), questions), std::move(terms), mine.cancel));
  } catch (const std::exception& e) { // there is no process to be had
    why = std::string{"could not be started: "} + e.what();
  }
  const std::lock_guard guard{mine.lock};
  mine.ended = std::move(why);
}

class witness_process : public witness_child {
public:
  witness_process(const std::string& questions, const std::string& program) {
    start_expendable("pm-witness-run",
                     [mine = shared_, program, questions] { run_witness(*mine, program, questions); });
  }
  ~witness_process() override {
    shared_->cancel.kill();
  }

  const witness_page& page() const override {
    return shared_->page.page();
  }

  std::string ended() override {
    const std::lock_guard guard{shared_->lock};
    return shared_->ended;
  }

  char state_of(std::int64_t thread) override {
    const char own = state_of_thread(shared_->pid, thread);
    return own != '\0' ? own : state_of_thread(thread, thread);
  }

private:
  std::shared_ptr<shared_child> shared_ = std::make_shared<shared_child>(); ///< Also the thread's.
};

} // namespace

std::unique_ptr<witness_child> start_witness_process(const std::string& questions, const std::string& program) {
  return std::make_unique<witness_process>(questions, program);
}

witness_host host_witness(const std::string& questions) {
  witness_host result;
  result.awake = [] { return read_clock(awake_clock); };
  result.start = [questions] { return start_witness_process(questions); };
  result.blocked = blocked_reader();
  result.all_blocked = blocked_finder();
  result.server = server_looker();
  result.hypervisor = find_hypervisor(read_machine_signs());
  return result;
}

} // namespace pmactor
