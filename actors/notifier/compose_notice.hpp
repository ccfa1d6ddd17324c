// Decides the words of a message, and the facts that a program gets with it. Pure. Foreign bytes come out
// clean: one line each, bounded, without control characters.
#pragma once

#include "actors/notifier/decide_notice.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// A message as every sink takes it.
struct notice_message {
  notice_kind kind = notice_kind::pause;
  std::uint64_t number = 0;
  bool is_urgent = false; ///< Something is wrong; else it is good news or just news.
  bool is_test = false;
  std::string title; ///< "Froze 12.3 s, stalled on I/O"; starts with a word of ours.
  std::string body;  ///< Whatever else there is to say, in sentences; may be empty.
  std::string line;  ///< All of it in one line, as the log has it.
  /// One fact for the command's environment and standard input.
  struct fact {
    std::string name; ///< In snake_case.
    std::string value;
    bool is_number = false; ///< Else it is a text.
    friend bool operator==(const fact&, const fact&) = default;
  };
  std::vector<fact> facts;
  friend bool operator==(const notice_message&, const notice_message&) = default;
};

/// @returns the message for people.
notice_message compose_notice(const notice& x);

std::string to_string(const notice_message& x);

} // namespace pmactor
