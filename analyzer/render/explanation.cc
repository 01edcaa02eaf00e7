// SPDX-License-Identifier: Apache-2.0
#include "analyzer/render/explanation.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/columns.h"
#include "analyzer/base/units.h"
#include "analyzer/render/course.h"
#include "analyzer/render/finding_card.h"
#include "analyzer/render/headline.h"
#include "analyzer/render/sparkline.h"

namespace lw {
namespace {

constexpr size_t kLabelIndent = 4, kTextIndent = 12;

std::string row(std::string_view label, const std::string& text, const Terminal& terminal) {
  return wrapped(fmt::format("{:{}}{:<{}}{}", "", kLabelIndent, label, kTextIndent - kLabelIndent, text),
                 terminal.width, kTextIndent) +
         '\n';
}

// Not wrapped: a curve has its width.
std::string curve_row(std::string_view label, const std::string& curve, const std::string& legend) {
  return fmt::format("{:{}}{:<{}}{}  {}\n", "", kLabelIndent, label, kTextIndent - kLabelIndent, curve, legend);
}

std::string course_rows(const Explanation& explanation, size_t width, const Terminal& terminal) {
  const Course& course = explanation.course;
  f64 most = 0;
  for (const TrendPoint& level : course.levels) most = std::max(most, level.value);
  std::string text =
      curve_row("course", sparkline(course.levels, width, terminal),
                fmt::format("0 to {} in {}", bytes_text(most), duration_text(course.levels.back().at_s)));
  if (course.known()) text += row("", course_text(course), terminal);
  return text;
}

std::string lives_rows(const Explanation& explanation, size_t width, const Terminal& terminal) {
  const std::vector<LifetimeBin>& bins = explanation.lifetimes;
  if (bins.empty()) return "";
  std::vector<TrendPoint> curve;
  std::string points;
  f64 shown = 1.01;
  for (size_t i = 0; i < bins.size(); ++i) {
    curve.push_back({static_cast<f64>(i), bins[i].outlive});
    // A point for each time that the curve has lost a third.
    const bool telling = bins[i].from_s > 0 && (bins[i].outlive < shown * 2 / 3 || i + 1 == bins.size());
    if (!telling) continue;
    points += fmt::format("{}{} at {}", points.empty() ? "" : ", ", share_text(bins[i].outlive),
                          duration_text(bins[i].from_s));
    shown = bins[i].outlive;
  }
  if (curve.size() < 2) return row("lives", "All blocks from here have reached the same age.", terminal);
  return curve_row("lives", sparkline(curve, width, terminal), "share that reaches an age, by doubling ages") +
         row("", points + ".", terminal);
}

std::string share_text_of(const Explanation& explanation) {
  std::string text = fmt::format("{} of what the process has alive", share_text(explanation.share_of_live));
  const f64 of_rss = explanation.share_of_rss_growth;
  if (of_rss > 0) text += fmt::format("; {} of the rise of its resident memory", share_text(std::min(1.0, of_rss)));
  if (of_rss > 1.2) text += " (which rises more slowly than this: the two do not agree yet)";
  return text + ".";
}

std::string doubts_text(const Explanation& explanation) {
  const GrowthCase& growth = *explanation.finding().growth;
  const auto doubt = [](f64 probability) {
    return probability < 1e-3 ? std::string("less than 0.1 %") : share_text(probability);
  };
  return fmt::format(
      "That chance has spread the births so: {}. That old blocks will still be freed, one in five or more: "
      "{}. That this is a start-up: {}.",
      doubt(growth.by_chance), doubt(growth.blocks_die), doubt(growth.still_starting));
}

std::string refuted_text(const Explanation& explanation) {
  const Assessment& finding = explanation.finding();
  switch (finding.verdict) {
    case Verdict::kGrowing:
      return fmt::format(
          "Less than {} alive here after another {} of such running, or one in ten and more of the blocks{} being "
          "freed.",
          bytes_text(explanation.ahead_bytes.low), duration_text(explanation.ahead_s),
          finding.growth->old.age_s > 0 ? " older than " + duration_text(finding.growth->old.age_s) : "");
    case Verdict::kLost:
      return "A pointer to one of these blocks that is kept where nobody looked: packed, encoded, or in a device.";
    case Verdict::kMismatch:
      return "An allocator that documents the two functions as one; or a free that was missed, so that the address had "
             "gone to another block (see the drops).";
    case Verdict::kUnfreed:
      return "That the amount follows the work done: run it with twice the work. If it stays, it is a table; if it "
             "doubles, it is a leak in a short life.";
    default:
      return "The same figures not being there in another run of the same work.";
  }
}

}  // namespace

std::string explanation_text(const Explanation& explanation, const Names& names, unsigned depth,
                             const Terminal& terminal) {
  const std::string whose = "finding of " + process_text(*explanation.report->process);
  return shown_on(terminal, wrapped(whose, terminal.width, 2) + '\n') +
         explanation_body(explanation, names, depth, terminal);
}

std::string explanation_body(const Explanation& explanation, const Names& names, unsigned depth,
                             const Terminal& terminal) {
  const Process& process = *explanation.report->process;
  const Assessment& finding = explanation.finding();
  const size_t width = std::clamp<size_t>(terminal.width / 3, 16, 40);
  std::string text = finding_card(process, finding, explanation.number, names, depth, true, terminal);
  text += course_rows(explanation, width, terminal) + lives_rows(explanation, width, terminal);
  text += row("share", share_text_of(explanation), terminal);
  if (finding.verdict == Verdict::kGrowing) text += row("doubts", doubts_text(explanation), terminal);
  text += row("refuted", refuted_text(explanation), terminal);
  return shown_on(terminal, text);
}

Json json_of(const Explanation& explanation, const Names& names) {
  const Assessment& finding = explanation.finding();
  Json json = json_of(*explanation.report->process, finding, names);
  json["pid"] = explanation.report->process->pid;
  json["course"] = json_of(explanation.course);
  json["lifetimes"] = Json::array();
  for (const LifetimeBin& bin : explanation.lifetimes) {
    json["lifetimes"].push_back({{"from_s", json_number(bin.from_s)},
                                 {"outlive", json_number(bin.outlive)},
                                 {"freed", json_of(bin.freed)},
                                 {"alive", json_of(bin.alive)}});
  }
  json["share_of_live_bytes"] = json_number(explanation.share_of_live);
  json["share_of_rss_growth"] = json_number(explanation.share_of_rss_growth);
  if (finding.verdict == Verdict::kGrowing) {
    json["ahead_s"] = json_number(explanation.ahead_s);
    json["ahead_bytes"] = json_of(explanation.ahead_bytes);
  }
  json["refuted_by"] = refuted_text(explanation);
  return json;
}

std::string explanation_json(const Explanation& explanation, const Names& names) {
  return json_text({{"leakwatch", LW_VERSION}, {"schema", 1}, {"finding", json_of(explanation, names)}});
}

}  // namespace lw
