//! Texts of a validation against published figures and of a calibration.

use super::{Lang, fill_text};

catalogue! {
    // Answer
    AnswerFitted:
        "{within} of {judged} figures that a model may be fitted to lie within their tolerance.",
        "可用于拟合的 {judged} 项公开数据中，{within} 项落在容差之内。";
    AnswerHeldOut:
        "Of {judged} held-out figures, never used in a fit, {within} lie within theirs.",
        "从未用于拟合的 {judged} 项保留数据中，{within} 项落在容差之内。";
    AnswerNothing:
        "No figure is about this scenario.",
        "没有与本情景对应的公开数据。";
    AnswerOutside:
        "Outside: {ids}.",
        "超出容差：{ids}。";

    // Tables
    FittedRows: "FITTED: figures that a model may be fitted to", "拟合数据：允许用于拟合的公开数据";
    HeldOutRows: "HELD OUT: figures that are never used in a fit", "保留数据：从不用于拟合的公开数据";
    NotJudgedRows: "NOT JUDGED", "未判定";
    Figure: "figure", "数据";
    Year: "year", "年份";
    Published: "published", "公布值";
    Tolerance: "+-", "容差±";
    Model: "model", "模型";
    Error: "95% +-", "95%±";
    VerdictHead: "verdict", "结论";
    Trust: "trust", "可信度";
    Why: "why", "原因";
    Within: "within", "容差内";
    Outside: "OUTSIDE", "超出";
    High: "high", "高";
    Medium: "medium", "中";
    Low: "low", "低";
    OtherCountry: "another country", "属于其他国家";
    NoCountry: "the scenario names no country", "情景未注明国家";
    OtherScenario: "about other scenarios: {names}", "仅对应其他情景：{names}";
    NoMetric: "no metric {name} here", "本情景无指标 {name}";
    NoStage: "no stage {name} here", "本情景无阶段 {name}";
    NoEvent: "no event {name}", "无事件 {name}";
    NoRoute: "no exit for money {name}", "无此变现退出方式 {name}";
    NothingCounted: "nothing to count on these paths", "所跟踪路径上无可计数对象";
    RowsNote:
        "+- is the tolerance, from sampling error or the spread between sources. 95% +- is the model's Monte Carlo error (jackknife over paths); with * it is more than a third of the tolerance: use more --paths. Sources, units and reasons: --format json, or evidence/*.toml.",
        "容差来自抽样误差或不同来源之间的差异。95%± 为模型的蒙特卡洛误差（逐路径刀切法）；带 * 者超过容差的三分之一，应增加 --paths。来源、口径与理由见 --format json 或 evidence/*.toml。";

    // The chain
    ChainTitle: "FROM DEALS TO THE TREASURY: what is left of a return at each tier", "从投资案例到财政：各层留存的收益";
    Link: "tier", "层级";
    LinkDeals: "deals, gross", "投资案例（毛收益）";
    LinkSubFunds: "net of sub-funds", "扣除子基金费用后";
    LinkRegions: "net of regional funds", "扣除区域基金费用后";
    LinkNational: "net to the treasury", "财政净收益";
    Multiple: "multiple", "倍数";
    MeanIrr: "IRR of mean flows", "平均现金流内部收益率";
    Drag: "lost on the way", "本层损耗";
    ChainNote:
        "On the money of the regional funds: companies of sub-funds at the regions' part, direct projects in full. Sub-funds' fees take {fees} of what is paid in, their carry {carry} of what companies bring.",
        "按区域基金的资金计算：子基金所投企业按区域基金份额计，直投项目全额计。子基金费用占实缴的 {fees}，收益分成占企业回收的 {carry}。";

    // Pacing
    PacingTitle: "PACING of sub-funds by age, over commitments", "子基金按年龄的资金节奏（占认缴）";
    Age: "age", "年龄";
    Called: "called", "累计缴款";
    Distributed: "distributed", "累计分配";
    PacingNote:
        "The nearest fund of Takahashi and Alexander: rates of contribution {rates}, growth {growth}, life {life} years, bow {bow}; it explains {r2} of the variation of the cumulated net flow.",
        "最接近的 Takahashi-Alexander 基金：缴款率 {rates}，增长率 {growth}，存续 {life} 年，弯度 {bow}；可解释累计净现金流变动的 {r2}。";
    PacingNone:
        "No fund of Takahashi and Alexander is near: the mean flows have no IRR.",
        "平均现金流没有内部收益率，无法拟合 Takahashi-Alexander 模型。";

    // A calibration
    CalibratedAnswer:
        "{within} of {all} figures lie within their tolerance, after {trials} trials on the same luck; before it were {before}.",
        "在同一组随机数上试算 {trials} 次后，{all} 项数据中 {within} 项落在容差之内；拟合前为 {before} 项。";
    JStatistic:
        "J = {j} with {freedom} degrees of freedom: a model that is right misses by so much with probability {p}.",
        "J 统计量为 {j}，自由度 {freedom}：若模型正确，出现如此偏差的概率为 {p}。";
    JWithoutFreedom:
        "J = {j}; there are as many numbers as figures, so that it tests nothing.",
        "J 统计量为 {j}；参数与数据个数相同，无法检验。";
    NotAtRest:
        "The search did not come to rest: start again from the result.",
        "搜索尚未收敛：可从本次结果出发继续。";
    NotTold:
        "Not told by these figures: {keys}. Their errors are as wide as their ranges, or they stand at an end of them: free fewer numbers, or name more figures.",
        "这些数据无法识别：{keys}。其误差与区间同宽，或已到达区间端点：请减少自由参数，或增加数据。";
    FittedNumbers: "FITTED NUMBERS", "拟合参数";
    Number: "number", "参数";
    Start: "start", "初值";
    FittedValue: "fitted", "拟合值";
    StandardError: "se", "标准误";
    Range: "range", "区间";
    Told: "told", "可识别";
    ToldYes: "yes", "是";
    ToldNo: "NO", "否";
    ToldEnd: "at an end", "已达端点";
    Figures: "FIGURES before and after", "拟合前后的数据";
    Before: "before", "拟合前";
    After: "after", "拟合后";
    CalibrationNote:
        "A miss counts in standard deviations of the figure, of which its tolerance is 1.96; figures count as independent. Standard errors come from the errors of the figures and of the simulation and hold all other numbers fixed.",
        "偏差以数据的标准差计（容差为其 1.96 倍），各数据视为相互独立。标准误来自数据误差与模拟误差，其余参数保持不变。";
}

/// `term` with each `{name}` replaced by its value.
pub fn fill(term: Term, lang: Lang, values: &[(&str, &str)]) -> String {
    fill_text(term.text(lang), values)
}
