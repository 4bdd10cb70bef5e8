//! Texts of a comparison of scenarios, of the prices of rules and of a search for a goal.

use super::{Lang, fill_text};

catalogue! {
    // Comparison: header and answer
    Against: "{other} AGAINST {base}, on the same luck", "{other} 与 {base} 的比较（同一组随机数）";
    BaseLine: "base", "基准";
    OtherLine: "other", "对照";
    AnswerLeverage:
        "Counted once, each yuan of national money placed brings together {other} yuan instead of {base}: {difference} (95% interval {interval}).",
        "国家资金每投入 1 元，不重复计算的合计规模由 {base} 元变为 {other} 元：差异 {difference}（95% 区间 {interval}）。";
    AnswerTen:
        "Ten times is reached in {other} of paths instead of {base}.",
        "达到 10 倍的概率由 {base} 变为 {other}。";
    AnswerDpi:
        "Paid back to the nation per yuan paid in, mean: {other} instead of {base}: {difference} ({interval}).",
        "国家层面每实缴 1 元收回（DPI 均值）由 {base} 变为 {other}：差异 {difference}（{interval}）。";
    AnswerNpv:
        "Against its bonds the treasury ends at {other} instead of {base}: {difference} ({interval}).",
        "与国债相比，财政净现值由 {base} 变为 {other}：差异 {difference}（{interval}）。";
    AnswerReal:
        "Of {all} numbers compared, {real} differ by more than luck.",
        "所比较的 {all} 项数值中，{real} 项的差异超出随机误差。";
    AnswerPaths:
        "Two runs of independent luck would need {ratio} times as many paths to tell the two national DPIs apart as well.",
        "若两次模拟使用互相独立的随机数，要同样精确地区分国家层面 DPI，需要 {ratio} 倍的路径。";
    AnswerSame:
        "The two scenarios give every key the same value: nothing can differ.",
        "两个情景的全部参数取值相同，不可能有差异。";

    // Comparison: tables
    KeysThatDiffer: "WHAT IS DIFFERENT in the scenarios", "两个情景取值不同的参数";
    MoreKeys: "and {count} more; `tierfund check --diff` prints all", "另有 {count} 项；用 `tierfund check --diff` 查看全部";
    LadderSideBySide: "LEVERAGE on committed money, side by side (means)", "杠杆倍数对比（认缴口径，均值）";
    MetricsSideBySide: "OTHER METRICS, side by side (means unless P50 is said)", "其他指标对比（除注明中位数外均为均值）";
    EventsSideBySide: "PROBABILITIES, side by side", "概率对比";
    Metric: "metric", "指标";
    Event: "event", "事件";
    DifferenceHead: "difference", "差异";
    PairedInterval: "95% of it", "差异95%区间";
    RatioHead: "saved", "节省倍数";
    RealHead: "real", "超出随机";
    Yes: "yes", "是";
    No: "no", "否";
    Same: "same", "相同";
    Exact: "exact", "精确";
    Median: "P50", "中位数";
    GainedHead: "gained", "新达到";
    LostHead: "lost", "不再达到";
    PairedNote:
        "Difference: the second scenario less the first, taken path by path on the same luck; pp: percentage points. Saved: how many times the paths two independent runs would need for the same precision. Real: more than luck at 5% over all numbers compared together (Holm).",
        "差异：第二个情景减第一个，在同一组随机数上逐条路径相减；pp 为百分点。节省倍数：两次独立模拟达到同样精度所需路径的倍数。超出随机：对全部比较项合并作 Holm 校正后在 5% 水平上显著。";
    EventNote:
        "Gained and lost: paths on which only the second, or only the first scenario gets there.",
        "新达到、不再达到：仅第二个情景、仅第一个情景达到的路径数。";
    MissingPairs:
        "{metric}: {count} of {paths} paths have no value in one or both scenarios and are left out of the difference.",
        "{metric}：{paths} 条路径中有 {count} 条在一个或两个情景下无数值，未计入差异。";
    RankedPairs:
        "{metric}: {count} of {paths} paths have no value in one or both scenarios and rank worst.",
        "{metric}：{paths} 条路径中有 {count} 条在一个或两个情景下无数值，列为最差。";
    DifferenceOfQuantiles:
        "DIFFERENCE OF QUANTILES: how far P5, P50 and P95 move, with 95% intervals",
        "分位数之差：P5、P50、P95 的移动（附 95% 区间）";
    QuantilesOfDifferences:
        "QUANTILES OF THE DIFFERENCES: what single paths gain or lose",
        "差异的分位数：单条路径的得失";
    QuantileNote:
        "The first table tells how the spread of outcomes moves, the second what the change does to one and the same future. They agree only where every path moves alike.",
        "前表说明结果分布如何移动，后表说明同一未来在两种情景下的得失。只有各路径变动一致时两者才相同。";
    OnlyBase: "Only {scenario} has {count} metrics: {names}", "仅 {scenario} 有 {count} 项指标：{names}";
    AndMore: ", ...", "……";
    DifferentWorlds:
        "The scenarios differ in regions, years or kinds of capital, so some metrics have no counterpart.",
        "两个情景的区域、年限或资金类别不同，部分指标没有对应项。";

    // Prices of rules
    RulesTitle: "WHAT EACH RULE COSTS OR BRINGS", "每项规则的代价与收益";
    RulesAnswer: "THE ANSWER, rule by rule", "结论（逐项规则）";
    RuleDropped: "without the rule: {effects}", "取消该规则：{effects}";
    RuleStep: "{step}: {effects}", "{step}的影响：{effects}";
    RuleNothing: "nothing that stands out of luck", "没有超出随机误差的影响";
    RuleNotBinding: "Not binding.", "未构成约束。";
    RuleBindsIn: "It changes {binds} of decisions.", "改变了 {binds} 的决策。";
    RuleKeptIn: "{kept} of paths keep it.", "{kept} 的路径达标。";
    RuleCurved: "The effect is not in proportion to the step.", "影响与步长不成比例。";
    RuleAbove: "Only a tighter or longer limit could be tried: the other side is no valid scenario ({reason}).", "仅能试算上调一侧：另一侧不是有效情景（{reason}）。";
    RuleBelow: "Only a lower limit could be tried: the other side is no valid scenario ({reason}).", "仅能试算下调一侧：另一侧不是有效情景（{reason}）。";
    RuleNeither: "No step could be tried ({reason}).", "两侧均无法试算（{reason}）。";
    RuleReported: "Only reported in this scenario, not enforced: it changes no decision and has no price.", "本情景中仅作报告，不强制执行：不影响任何决策，不计价格。";
    RuleOutcomes:
        "Outcomes are measured and not priced, because enforcing one would force investors to pay. Kept in this share of paths: {outcomes}.",
        "结果性指标只测量、不计价，因为强制执行等于强迫投资人出资。达标路径占比：{outcomes}。";
    RuleOff: "Off in this scenario.", "本情景中关闭。";
    StepUp: "each {step} more", "每上调 {step}";
    StepYear: "year", "1 年";
    StepPoint: "percentage point", "1 个百分点";
    Years: "{years} years", "{years} 年";
    HeadDpi: "national DPI", "国家层面 DPI";
    HeadEarly: "early-stage money", "早期投资额";
    HeadCompanies: "companies funded", "获投企业数";
    HeadNpv: "treasury NPV", "财政净现值";
    PricesLeverage: "PRICES ON LEVERAGE (committed), per step upward", "对杠杆倍数（认缴口径）的边际影响（每上调一步）";
    PricesResult: "PRICES ON RESULTS, per step upward", "对结果的边际影响（每上调一步）";
    DroppedLeverage: "WITHOUT THE RULE: what leverage would gain or lose", "取消该规则时杠杆倍数的变化";
    DroppedResult: "WITHOUT THE RULE: what results would gain or lose", "取消该规则时结果的变化";
    StepHead: "step", "步长";
    RuleHead: "rule", "规则";
    HalfWidth: "95% +-", "95% ±";
    PriceNote:
        "Each price is half the paired difference between one step up and one step down (one-sided where only one side is valid), on the same luck. In brackets: not more than luck at 5% over all prices together (Holm); 0: no path moves.",
        "边际影响为同一组随机数下上调一步与下调一步之差的一半（仅一侧有效时为单侧差）。括号内数值在 5% 水平上未超出随机误差（对全部影响合并作 Holm 校正）；0 表示所有路径均无变化。";
    DroppedNote:
        "Paired differences to the scenario as it is, on the same luck; brackets and 0 as above.",
        "同一组随机数下与本情景逐路径相减的差异；括号与 0 的含义同上。";
    CurvatureNote:
        "Halving the step tests whether the price is the same close by; a rule whose price changes is marked with ~.",
        "以半步长复算，检验边际影响是否稳定；不稳定者以 ~ 标记。";
    ShareRuleNote:
        "The plan places {plan} of a region in sub-funds: a limit below that changes nothing.",
        "计划将区域基金的 {plan} 投入子基金：低于该比例的下限不改变任何决策。";
    ChequeRuleNote:
        "The mean first cheque is a number of its own and is held: the limit only narrows the spread of cheques.",
        "首投金额均值是单独参数，保持不变：该上限只收窄投资额的离散程度。";
    TermRuleNote:
        "The term itself moves with its limit (national.term).",
        "存续期（national.term）随上限一同变动。";
    PeriodRuleNote:
        "The period itself moves with its limit (national.investment_period).",
        "投资期（national.investment_period）随上限一同变动。";

    // A goal
    GoalMean: "the mean of {metric} is at least {target}", "{metric}的均值不低于 {target}";
    GoalMedian: "the median of {metric} is at least {target}", "{metric}的中位数不低于 {target}";
    GoalProbability: "{metric} is at least {target} with probability {probability}", "{metric}不低于 {target} 的概率达到 {probability}";
    GoalSought: "Sought: the value of {key} at which {goal}.", "求解：{key} 取何值时，{goal}。";
    GoalFound: "{key} = {value} (95% interval {interval}).", "{key} = {value}（95% 区间 {interval}）。";
    GoalFoundOpen: "{key} = {value}; the interval could not be told.", "{key} = {value}；无法给出区间。";
    GoalFrom: "From there upward the target is met.", "自该值起向上满足目标。";
    GoalUpTo: "Up to there the target is met.", "不超过该值时满足目标。";
    GoalMore: "The target is crossed {count} times in the range: this is the first crossing from below. The table shows all.", "在该范围内共穿越目标 {count} 次：此为自低向高的第一次，全部情况见下表。";
    GoalNone: "No value of {key} between {low} and {high} reaches it: the closest is {best} at {at}.", "{key} 在 {low} 至 {high} 之间无一取值可达目标：最接近的是取 {at} 时的 {best}。";
    GoalAll: "Every value of {key} between {low} and {high} reaches it: the least is {best} at {at}.", "{key} 在 {low} 至 {high} 之间任一取值均可达目标：最低的是取 {at} 时的 {best}。";
    GoalInvalid: "{count} of the values tried are no valid scenario and are left out ({reason}).", "所试取值中有 {count} 个不是有效情景，已略去（{reason}）。";
    GoalClipped: "The interval is cut at the end of the range.", "区间在范围端点处截断。";
    GoalMethod: "The interval is the Monte Carlo error of the target at the root, divided by the slope there, on common luck. It holds all other assumptions fixed.", "区间由目标在解处的蒙特卡洛误差除以该处斜率得到（同一组随机数），其他假设保持不变。";
    GoalTried: "VALUES TRIED", "试算取值";
    GoalValue: "value", "取值";
    GoalReached: "reached", "结果";
    GoalMet: "met", "是否满足";
    GoalAsItIs: "as it is", "本情景原值";
}

/// `term` with each `{name}` replaced by its value.
pub fn fill(term: Term, lang: Lang, values: &[(&str, &str)]) -> String {
    fill_text(term.text(lang), values)
}
