// Links the children of the topology: which role sends to which, linked anew whenever one of them was restarted.
#pragma once

#include "messages/actors.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pmactor {

/// A child that was added, with what it accepts.
template <class Actor>
struct child_ref {
  std::size_t index = 0;
  std::string id;
};

/// *from* sends to *to*; linked anew whenever one of them was restarted.
struct edge {
  std::string from, to;
  void (*link)(const caf::strong_actor_ptr& from, const std::string& role,
               const caf::strong_actor_ptr& to);
};

/// An edge of the topology. It does not compile unless *From* can be linked to such a sink, and *To* is one.
template <class Sink, class From, class To>
edge connect(const child_ref<From>& from, const child_ref<To>& to) {
  return {from.id, to.id,
          [](const caf::strong_actor_ptr& sender, const std::string& role,
             const caf::strong_actor_ptr& receiver) {
            const Sink sink{caf::actor_cast<To>(receiver)};
            caf::anon_send(caf::actor_cast<From>(sender), link_to{role}, sink);
          }};
}

/// The handles of those that are up, and the links between them. Used by the SUPERVISOR alone.
class wiring {
public:
  explicit wiring(std::vector<edge> edges) : edges_(std::move(edges)) {
  }

  void operator()(std::string_view id, const caf::strong_actor_ptr& handle) {
    const std::string name{id};
    if (!handle) {
      up_.erase(name);
      return;
    }
    up_[name] = handle;
    for (const auto& x : edges_)
      if (x.from == name || x.to == name)
        if (const auto from = up_.find(x.from), to = up_.find(x.to);
            from != up_.end() && to != up_.end())
          x.link(from->second, x.to, to->second);
  }

private:
  std::vector<edge> edges_;
  std::map<std::string, caf::strong_actor_ptr> up_;
};

} // namespace pmactor
