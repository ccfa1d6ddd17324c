#include "actors/witness_keeper/witness_child.hpp"

#include "actors/host/find_hypervisor.hpp"
#include "actors/host/own_program.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/host/shared_memory.hpp"
#include "actors/host/start_process.hpp"

#include <cerrno>
#include <cstdlib>
#include <new>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

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

process_order order_of(int page, const std::string& questions) {
  process_order order;
  order.command = {own_program().string(), "witness", "3"};
  if (!questions.empty())
    order.command.push_back(questions);
  if (const auto* file = std::getenv("XAUTHORITY")) // what its user's X server lets in
    order.environment.push_back(std::string{"XAUTHORITY="} + file);
  order.fourth = page;
  order.ends_with_us = true;
  return order;
}

class real_witness : public witness_child {
public:
  explicit real_witness(const std::string& questions) : process_{order_of(page_.descriptor(), questions)} {
  }
  ~real_witness() override {
    process_.leave_behind();
  }

  const witness_page& page() const override {
    return page_.page();
  }

  std::string ended() override {
    const auto end = process_.look();
    if (!end)
      return {};
    switch (end->what) {
      case process_exit::how::exited:
        return "ended with exit code " + std::to_string(end->number);
      case process_exit::how::killed:
        return "was ended by signal " + std::to_string(end->number);
      case process_exit::how::not_started:
      case process_exit::how::left_behind:
        break;
    }
    return "could not be started: " + std::generic_category().message(end->number);
  }

  char state_of(std::int64_t thread) override {
    const char own = state_of_thread(process_.pid(), thread);
    return own != '\0' ? own : state_of_thread(thread, thread);
  }

private:
  shared_page page_;
  running_process process_;
};

} // namespace

witness_host host_witness(const std::string& questions) {
  witness_host result;
  result.awake = [] { return read_clock(awake_clock); };
  result.start = [questions] { return std::make_unique<real_witness>(questions); };
  result.blocked = blocked_reader();
  result.all_blocked = blocked_finder();
  result.server = server_looker();
  result.hypervisor = find_hypervisor(read_machine_signs());
  return result;
}

} // namespace pmactor
