// libmicrohttpd, loaded when the first server is made: only `pmactor serve` needs it, and what it brings along for TLS.
#pragma once

#include "actors/host/late_library.hpp"

#include <microhttpd.h>

namespace pmactor::web {

struct microhttpd : late_library {
  microhttpd()
    : late_library{{"libmicrohttpd", "libmicrohttpd.so.12", "libmicrohttpd.12.dylib", "libmicrohttpd12",
                    "libmicrohttpd"}} {
  }
  PMACTOR_LATE(MHD_add_response_header);
  PMACTOR_LATE(MHD_create_response_from_buffer_with_free_callback_cls);
  PMACTOR_LATE(MHD_create_response_from_callback);
  PMACTOR_LATE(MHD_destroy_response);
  PMACTOR_LATE(MHD_get_connection_info);
  PMACTOR_LATE(MHD_get_connection_values);
  PMACTOR_LATE(MHD_queue_response);
  PMACTOR_LATE(MHD_resume_connection);
  PMACTOR_LATE(MHD_start_daemon);
  PMACTOR_LATE(MHD_stop_daemon);
  PMACTOR_LATE(MHD_suspend_connection);
};

/// @throws std::runtime_error, one sentence, if it cannot be loaded.
inline const microhttpd& mhd() {
  static const microhttpd loaded;
  loaded.require("Cannot serve");
  return loaded;
}

} // namespace pmactor::web
