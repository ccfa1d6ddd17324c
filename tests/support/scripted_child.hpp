// A sampler child that a test plays: it writes, is stopped and ends when the test says so, and remembers
// what was asked of it. No process, no thread.
#pragma once

#include "actors/powermetrics_reader/collect_output.hpp"
#include "actors/powermetrics_reader/sampler_child.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace pmactor {

/// Makes the children of a test; outlives them.
class scripted_children {
public:
  struct life {
    std::vector<std::string> command;
    std::shared_ptr<child_output> output;
    int terminated = 0;
    int killed = 0;
    bool alive = true; ///< Its owner has not dropped it.
  };

  std::vector<std::unique_ptr<life>> lives; ///< All that were started, in order.
  bool refuse = false;                      ///< The next one cannot be started.

  child_starter starter() {
    return [this](const std::vector<std::string>& command, std::shared_ptr<child_output> output)
             -> std::unique_ptr<sampler_child> {
      if (refuse)
        throw std::system_error(2, std::generic_category(), "cannot start " + command.at(0));
      lives.push_back(std::make_unique<life>());
      lives.back()->command = command;
      lives.back()->output = std::move(output);
      lives.back()->output->started();
      return std::make_unique<child>(*lives.back(), static_cast<std::int64_t>(1000 + lives.size()));
    };
  }

  life& last() {
    return *lives.back();
  }
  void write(std::string_view bytes, const clock_sample& at = {}) {
    last().output->arrived(bytes, at);
  }
  void say(std::string_view bytes) {
    last().output->said(bytes);
  }
  void end(const child_end& how) {
    last().output->ended(how);
  }

private:
  class child final : public sampler_child {
  public:
    child(life& of, std::int64_t pid) : life_(of), pid_(pid) {
    }
    ~child() override {
      life_.alive = false;
    }
    std::int64_t pid() const override {
      return pid_;
    }
    void terminate() override {
      ++life_.terminated;
    }
    void kill() override {
      ++life_.killed;
    }

  private:
    life& life_;
    std::int64_t pid_;
  };
};

} // namespace pmactor
