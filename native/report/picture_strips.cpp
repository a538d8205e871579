#include "odin/native/report/sections.h"
#include "odin/native/report/svg.h"
#include "odin/native/sets/display_name.h"

namespace odin::native::report {
namespace {

/// The name without its folders.
std::string short_name(const std::string& name) { return name.substr(name.find_last_of('/') + 1); }

std::string strip(const std::string& heading, const SetDetails& set) {
  if (set.extremes.empty()) return "";
  std::string html = "<h4>" + escape(heading) + "</h4>\n<ul class=\"strip\">\n";
  for (const Picture& p : set.extremes)
    html += "<li><img src=\"data:image/png;base64," + p.png +
            "\" width=\"32\" height=\"32\" alt=\"" + escape(p.name) + "\"><b>" +
            score_text(p.score) + "</b>" + escape(p.class_name) + "<br>" +
            escape(short_name(p.name)) + "</li>\n";
  return html + "</ul>\n";
}

}  // namespace

std::string picture_strips(const Evaluation& e, Captions& captions) {
  if (!e.in) return "";
  std::string html = strip(display_name(e.in_set) + ": lowest scores", *e.in);
  for (const SetDetails& out : e.out)
    html += strip(display_name(out.set) + ": highest scores", out);
  if (html.empty()) return "";
  return "<h3>Where it goes wrong</h3>\n" +
         captions.wide_figure(html,
                              "The in-distribution images that look strangest to the detector, and "
                              "the out-of-distribution images that look most familiar: score, "
                              "the class the network sees, and the image's name or number.");
}

}  // namespace odin::native::report
