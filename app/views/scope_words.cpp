#include "app/views/scope_words.hpp"

#include "messages/pause.hpp"

namespace pmactor {

scope_words words_of_scope(std::string_view scope) {
  switch (pause_scope_from(scope).value_or(pause_scope::unknown)) {
    case pause_scope::daemon_only:
      return {of_pmactor_alone, "its sampler child ran on meanwhile"};
    case pause_scope::daemon_and_sampler:
      return {"pmactor and its sampler child", "other processes need not have been"};
    case pause_scope::system:
      return {"not pmactor alone", "its sampler child was late as well"};
    case pause_scope::unknown:
      break;
  }
  // The child may have run on: it is not named.
  return {of_pmactor_at_least, "no second witness saw if they ran on"};
}

std::string scope_in_words(std::string_view scope) {
  const auto x = words_of_scope(scope);
  return std::string{x.what} + ": " + std::string{x.why};
}

} // namespace pmactor
