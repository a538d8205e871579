#include "odin/native/report/page.h"

#include <cstdio>

#include "odin/native/report/svg.h"

namespace odin::native::report {
namespace {

// In- and out-of-distribution are the blue and the vermilion of Okabe and Ito's palette, which
// people with color blindness can distinguish; everything else is a shade of the text's color.
constexpr const char* kStyle = R"css(
:root {
  --page: #ffffff; --ink: #1b1e23; --muted: #626973; --rule: #e6e8eb; --axis: #8d949e;
  --in: #0072b2; --out: #d55e00; --tint: #f6f7f8;
  --serif: Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Cambria, Georgia, "Liberation Serif", serif;
  --sans: "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15181c; --ink: #e6e8eb; --muted: #9ba3ad; --rule: #2b3037; --axis: #707984;
    --in: #5cb3e8; --out: #f08a45; --tint: #1c2025;
  }
}
@media print {
  :root {
    --page: #ffffff; --ink: #000000; --muted: #555555; --rule: #e2e2e2; --axis: #888888;
    --in: #0072b2; --out: #d55e00; --tint: #ffffff; color-scheme: light;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 1232px; padding: 48px 28px 72px;
  background: var(--page); color: var(--ink); font: 17px/1.55 var(--serif);
}
h1 { font-size: 34px; line-height: 1.2; font-weight: 600; margin: 0 0 6px; letter-spacing: -.01em; }
h1, h2 { text-wrap: balance; }
h2 { font-size: 25px; line-height: 1.25; font-weight: 600; margin: 64px 0 8px; padding-top: 20px; border-top: 1px solid var(--ink); }
h3 { font-size: 19px; font-weight: 600; margin: 44px 0 4px; }
h4 { font: 600 13px/1.4 var(--sans); margin: 22px 0 8px; }
h1, h2, h4, p, figcaption, td.name { overflow-wrap: anywhere; }
p { margin: 6px 0; max-width: 44em; }
.lead { color: var(--muted); }
code { font-size: .82em; overflow-wrap: anywhere; }
a { color: inherit; text-decoration-color: var(--axis); text-underline-offset: 2px; }
dl.facts { display: flex; flex-wrap: wrap; gap: 10px 36px; margin: 18px 0 0; font-family: var(--sans); }
dl.facts div { min-width: 0; }
dl.facts dt { font-size: 11.5px; color: var(--muted); }
dl.facts dd { margin: 0; font-size: 15px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dl.facts.large dd { font-size: 24px; letter-spacing: -.01em; }
progress { display: block; width: 100%; height: 6px; margin: 14px 0 0; border: 0; border-radius: 3px; overflow: hidden; appearance: none; background: var(--rule); }
progress::-webkit-progress-bar { background: var(--rule); }
progress::-webkit-progress-value { background: var(--in); }
progress::-moz-progress-bar { background: var(--in); }
figure { margin: 20px 0 30px; }
figcaption { font: 13px/1.5 var(--sans); color: var(--muted); max-width: 62em; margin-top: 8px; }
figcaption b { color: var(--ink); font-weight: 600; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(264px, 1fr)); gap: 22px 16px; }
.panels h4 { grid-column: 1 / -1; margin: 10px 0 -14px; }
.panels svg { width: 100%; max-width: 360px; height: auto; }
.panels.large { grid-template-columns: repeat(auto-fill, minmax(420px, 1fr)); }
.panels.large svg { max-width: 520px; }
.wide { overflow-x: auto; }
.wide svg { display: block; }
.wide > svg { max-width: none; }
svg text { font-family: var(--sans); fill: var(--ink); font-variant-numeric: tabular-nums; }
svg .title { font-size: 12.5px; font-weight: 600; }
svg .tick { font-size: 10px; fill: var(--muted); }
svg .label { font-size: 10.5px; fill: var(--muted); }
svg .legend { font-size: 10.5px; }
svg .note { font-size: 10px; fill: var(--muted); }
svg .axis { stroke: var(--axis); stroke-width: 1; shape-rendering: crispEdges; }
svg .rule { stroke: var(--rule); stroke-width: 1; shape-rendering: crispEdges; }
svg .marker { stroke: var(--ink); stroke-width: 1; }
svg .line { fill: none; stroke-width: 1.7; stroke-linejoin: round; stroke: var(--ink); }
svg .step { fill: none; stroke-width: 1.2; stroke-linejoin: miter; }
svg .line.in, svg .step.in { stroke: var(--in); }
svg .line.out, svg .step.out { stroke: var(--out); }
svg .line.baseline { stroke: var(--axis); stroke-dasharray: 4 2.5; }
svg .line.diagonal { stroke: var(--axis); stroke-width: 1; stroke-dasharray: 1.5 3; }
svg .line.shade1 { stroke: var(--in); stroke-opacity: .28; }
svg .line.shade2 { stroke: var(--in); stroke-opacity: .5; }
svg .line.shade3 { stroke: var(--in); stroke-opacity: .75; }
svg .line.shade4 { stroke: var(--in); }
svg .area { fill-opacity: .2; stroke: none; }
svg .bar { fill-opacity: .62; }
svg .dot { fill-opacity: .28; }
svg .dot.strong { fill-opacity: 1; }
svg .in.area, svg .in.bar, svg .in.dot, svg .in.key { fill: var(--in); }
svg .out.area, svg .out.bar, svg .out.dot, svg .out.key { fill: var(--out); }
svg .odin.dot { fill: var(--ink); }
svg .baseline.dot { fill: var(--axis); }
svg .cell { fill: var(--in); stroke: var(--page); stroke-width: 1; }
svg .value { font-size: 10px; }
svg .inverse { fill: var(--page); }
svg .frame { fill: none; stroke: var(--out); stroke-width: 2.5; }
table { border-collapse: collapse; font: 14px/1.35 var(--sans); font-variant-numeric: tabular-nums; width: 100%; min-width: 720px; border-top: 1.5px solid var(--ink); border-bottom: 1.5px solid var(--ink); }
th { font-weight: 600; text-align: right; padding: 8px 10px; vertical-align: bottom; }
thead th { border-bottom: 1px solid var(--ink); font-size: 12.5px; }
td { text-align: right; padding: 4px 10px; white-space: nowrap; }
th:first-child, td.name, td.method { text-align: left; }
th.method { text-align: left; }
tbody tr:first-child td { padding-top: 9px; }
tbody tr:last-child td { padding-bottom: 9px; }
tbody + tbody tr:first-child td { border-top: 1px solid var(--rule); }
td.name { vertical-align: top; white-space: normal; }
td small, th small { color: var(--muted); font-size: 12px; font-weight: 400; }
td .paper { display: inline-block; min-width: 3.3em; color: var(--muted); font-size: 12px; }
td.best { font-weight: 600; }
td.best .paper { font-weight: 400; }
.strip { display: flex; flex-wrap: wrap; gap: 12px; margin: 0; padding: 0; list-style: none; }
.strip li { width: 84px; font: 11px/1.35 var(--sans); color: var(--muted); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.strip img { display: block; width: 84px; height: 84px; object-fit: contain; image-rendering: pixelated; border-radius: 2px; margin-bottom: 4px; }
.strip b { display: block; color: var(--ink); font-weight: 600; }
footer { margin-top: 72px; padding-top: 14px; border-top: 1px solid var(--rule); color: var(--muted); font: 13px/1.55 var(--sans); }
footer p { max-width: 62em; }
@media (max-width: 820px) {
  .wide {
    --shade: color-mix(in srgb, var(--ink) 16%, transparent);
    background:
      linear-gradient(90deg, var(--page) 30%, transparent) 0 0 / 40px 100% no-repeat local,
      linear-gradient(270deg, var(--page) 30%, transparent) 100% 0 / 40px 100% no-repeat local,
      linear-gradient(90deg, var(--shade), transparent) 0 0 / 12px 100% no-repeat scroll,
      linear-gradient(270deg, var(--shade), transparent) 100% 0 / 12px 100% no-repeat scroll;
  }
}
@media (max-width: 640px) {
  body { padding: 24px 16px 48px; font-size: 16px; }
  h1 { font-size: 27px; } h2 { font-size: 22px; margin-top: 48px; }
  .panels, .panels.large { grid-template-columns: 1fr; }
  .panels svg { max-width: 420px; }
  table { min-width: 620px; }
  .strip { display: grid; grid-template-columns: repeat(5, 1fr); gap: 12px 8px; }
  .strip li { width: auto; font-size: 10px; }
  .strip img { width: 100%; height: auto; }
  td, th { padding-left: 6px; padding-right: 6px; }
  dl.facts { display: grid; grid-template-columns: 1fr 1fr; gap: 12px 20px; }
}
@media print {
  @page { margin: 14mm; }
  .wide { background: none; }
  body { padding: 0; max-width: none; font-size: 10.5pt; }
  figure, .strip li, tbody, .panels svg { break-inside: avoid; }
  h2, h3, h4, section > p { break-after: avoid; }
  h2 { margin-top: 32px; }
  .strip { display: grid; grid-template-columns: repeat(10, 1fr); gap: 6px; }
  .strip li { width: auto; font-size: 7pt; }
  .strip img { width: 100%; height: auto; }
  .panels { grid-template-columns: repeat(4, 1fr); gap: 10px 6px; }
  .panels.large { grid-template-columns: repeat(2, 1fr); }
  .wide { overflow: visible; } .wide > svg { max-width: 100%; height: auto; } table { min-width: 0; font-size: 8.5pt; }
  td, th { padding-left: 5px; padding-right: 5px; }
}
)css";

std::string numbered(const char* kind, int number, const std::string& caption) {
  return "<figcaption><b>" + std::string(kind) + " " + std::to_string(number) + ".</b> " + caption +
         "</figcaption>\n";
}

}  // namespace

std::string page(const std::string& title, const std::string& body, int reload_seconds) {
  const std::string reload = reload_seconds == 0 ? ""
                                                 : "<meta http-equiv=\"refresh\" content=\"" +
                                                       std::to_string(reload_seconds) + "\">\n";
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
         reload + "<title>" + escape(title) + "</title>\n<style>" + kStyle +
         "</style>\n</head>\n<body>\n" + body + "</body>\n</html>\n";
}

std::string Captions::figure(const std::string& charts, const std::string& caption) {
  return "<figure>\n<div class=\"panels\">\n" + charts + "</div>\n" +
         numbered("Figure", ++figures_, caption) + "</figure>\n";
}

std::string Captions::pair_figure(const std::string& charts, const std::string& caption) {
  return "<figure>\n<div class=\"panels large\">\n" + charts + "</div>\n" +
         numbered("Figure", ++figures_, caption) + "</figure>\n";
}

std::string Captions::wide_figure(const std::string& content, const std::string& caption) {
  return "<figure>\n<div class=\"wide\">\n" + content + "</div>\n" +
         numbered("Figure", ++figures_, caption) + "</figure>\n";
}

std::string Captions::table(const std::string& rows, const std::string& caption) {
  return "<figure>\n<div class=\"wide\">\n<table>\n" + rows + "</table>\n</div>\n" +
         numbered("Table", ++tables_, caption) + "</figure>\n";
}

std::string fact(const std::string& name, const std::string& value) {
  return "<div><dt>" + name + "</dt><dd>" + escape(value) + "</dd></div>";
}

std::string percent(double fraction, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, 100 * fraction);
  return text;
}

std::string score_text(double score) {
  char text[32];
  std::snprintf(text, sizeof text, "%#.7g", score);
  return text;
}

}  // namespace odin::native::report
