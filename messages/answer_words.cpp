#include "messages/answer_words.hpp"

namespace pmactor {

std::string_view answer_words(stall_resource resource, answer_tense tense) {
  const bool are_many = resource == stall_resource::cpu;
  switch (tense) {
    case answer_tense::past:
      return "did not answer";
    case answer_tense::perfect:
      return are_many ? "have not answered" : "has not answered";
    case answer_tense::present:
      return are_many ? "do not answer" : "does not answer";
    case answer_tense::again:
      return are_many ? "answer again" : "answers again";
  }
  return {};
}

} // namespace pmactor
