// What the black box learns of this daemon, and of the one before it.
#pragma once

#include "actors/black_box/ring_host.hpp"
#include "actors/supervision/health_page.hpp"
#include "app/instance/places.hpp"

#include <memory>
#include <optional>

namespace pmactor {

/// To be called before a new health page takes the place of the old one.
/// @returns what the daemon before left on its page; nothing if there is none, or none that can be
/// read.
std::optional<daemon_trace> find_daemon_trace(const places& where);

/// @returns what actors have in hand, the longest first. @param but of this actor nothing is said.
std::vector<box_handler> handlers_in_hand(const health_page& page, std::chrono::nanoseconds now,
                                          std::string_view but);

/// @param page outlives the host.
std::shared_ptr<ring_host> open_black_box(const places& where, const health_page& page,
                                          std::optional<daemon_trace> before, const black_box_policy& policy);

} // namespace pmactor
