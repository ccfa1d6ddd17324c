#include "app/views/write_events.hpp"

#include "app/views/encode_event.hpp"

#include <optional>

namespace pmactor {

event_writer::event_writer(std::ostream& out, event_form form, event_reader& reader, const text_style& style)
  : out_(out), form_(form), reader_(reader), lines_(style, style.is_cut ? std::optional{style.width} : std::nullopt) {
  if (form == event_form::csv)
    out << event_csv_heading();
  else if (form == event_form::array)
    out << '[';
}

bool event_writer::add(const event_row& x) {
  switch (form_) {
    case event_form::list:
      out_ << lines_.add(x, reader_.parts_of(x));
      break;
    case event_form::array:
      out_ << (count_ > 0 ? ",\n" : "\n") << event_json(x);
      break;
    case event_form::json_lines:
      out_ << event_json(x) << '\n';
      break;
    case event_form::csv:
      out_ << event_csv_line(x);
      break;
  }
  ++count_;
  return static_cast<bool>(out_);
}

void event_writer::end() {
  if (form_ == event_form::array)
    out_ << "\n]\n";
}

} // namespace pmactor
