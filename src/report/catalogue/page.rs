//! Texts of the workbook and of the page.

use super::{Lang, fill_text};

catalogue! {
    // Sheets
    SheetAnswer: "Answer", "结论";
    SheetMetrics: "Metrics", "全部指标";
    SheetProbabilities: "Probabilities", "概率";
    SheetRules: "Rules", "规则";
    SheetExits: "Exits", "退出";
    SheetCurves: "Curves", "时间序列";
    SheetFlows: "Flows", "资金流向";
    SheetParameters: "Assumptions", "参数与假设";

    // Heads
    Label: "what", "项目";
    Name: "name", "名称";
    Unit: "unit", "单位";
    UnitMultiple: "times", "倍";
    UnitRate: "% a year", "年率";
    UnitShare: "share", "比例";
    UnitMoney: "CNY bn", "亿元";
    UnitCount: "number", "数量";
    UnitYears: "years", "年";
    Low95: "95% low", "95%区间下限";
    High95: "95% high", "95%区间上限";
    Deviation: "sd over paths", "路径间标准差";
    Event: "event", "事件";
    Probability: "probability", "概率";
    EndOfYear: "end of year", "年末";
    Payer: "from", "付款方";
    Payee: "to", "收款方";
    MeanOverPaths: "mean, CNY bn", "均值（亿元）";
    ProceedsByYear: "proceeds by year, mean, CNY bn", "各年回收金额均值（亿元）";
    BaseValue: "base", "基准值";
    LowValue: "low", "低值";
    HighValue: "high", "高值";
    Source: "source", "来源";
    Scheme: "random numbers", "随机数方案";

    // Page: frame
    Skip: "Skip to the content", "跳到正文";
    Contents: "Contents", "目录";
    Theme: "light / dark", "浅色 / 深色";
    Print: "print", "打印";
    CopyData: "copy data", "复制数据";
    DataTable: "data as a table", "数据表";
    Zoom: "zoom", "缩放";
    ZoomBack: "zoom back", "还原";
    Footer:
        "Made by tierfund. Every number of this page is one of the result that it carries (and that --format json prints). Charts: Apache ECharts 6.1.0, Apache License 2.0.",
        "由 tierfund 生成。页内数字均取自本文件所附的结果（与 --format json 输出一致）。图表使用 Apache ECharts 6.1.0(Apache License 2.0)。";
    NoScript:
        "Charts need JavaScript; the tables hold the same numbers.",
        "图表需要启用 JavaScript；数据表包含相同的数字。";
    Value: "value", "数值";
    Interval95: "95% interval", "95%区间";

    // Page: blocks
    BlockAnswer: "The answer", "结论";
    BlockLeverage: "Leverage", "杠杆倍数";
    BlockFlows: "Where the money goes", "资金流向";
    BlockTime: "Over time", "时间进程";
    BlockReturns: "Returns", "收益";
    BlockFiscal: "The treasury", "财政账";
    BlockExits: "Companies and exits", "企业与退出";
    BlockMarket: "The market", "市场份额";
    BlockRules: "Rules", "规则";
    BlockAssumptions: "Assumptions", "参数与假设";
    BlockConvergence: "Precision", "精度";
    BlockLead: "What it hangs on", "主要假设";
    BlockOther: "Other metrics", "其他指标";
    BlockEvents: "Probabilities", "概率";
    BlockKeys: "What differs", "参数差异";

    // Page: the answer
    AnswerFiscal:
        "Against bonds at {bond} a year the treasury ends at a net present value of {npv} in the median path ({p5} to {p95}); it is not below zero in {p} of paths.",
        "与年利率 {bond} 的国债相比，财政净现值中位数为 {npv}（{p5} 至 {p95}）；不低于零的概率为 {p}。";
    MainNumbers: "Main numbers", "主要数字";
    StepsTitle: "A yuan of national money, tier by tier", "1 元国家资金的逐级放大";
    StepsSummary:
        "Each bar adds a tier. Regional funds hold {regional} yuan per yuan of national money; with sub-funds, counted once, it is {consolidated}. Money beside it in rounds is associated, not caused.",
        "每一段为一个层级。区域基金为国家资金的 {regional} 倍；加上子基金、不重复计算为 {consolidated} 倍。项目轮次中的其他投资为相伴资金，并非由其引致。";
    StepRegions: "regional funds, all LPs", "区域基金（含全部出资人）";
    StepSubFunds: "and LPs, GPs of sub-funds", "加：子基金其他出资人";
    StepCoInvestment: "and others in the rounds", "加：项目轮次其他投资者";
    StepFrom: "from", "起";
    StepTo: "to", "止";
    RungsTitle: "Leverage by definition, committed", "各口径杠杆倍数（认缴）";
    RungsSummary:
        "Means over paths; the line across a bar runs from P5 to P95.",
        "各路径均值；横线为 P5 至 P95。";
    RungsSampledSummary:
        "Means over assumptions and luck; the line across a bar runs from P5 to P95.",
        "假设与运气合并的均值；横线为 P5 至 P95。";

    // Page: leverage
    AtLeastTitle: "Probability of reaching k times", "达到 k 倍的概率";
    AtLeastSummary:
        "Ten times is reached in {consolidated} of paths counted once, and in {social} for social capital.",
        "不重复计算达到 10 倍的概率为 {consolidated}，社会资本达到 10 倍的概率为 {social}。";
    ReachedTitle: "Reached by the end of a year", "各年末前达到的概率";
    ReachedSummary:
        "Share of paths on which commitments had reached the multiple by then. Click a name to hide it.",
        "截至各年末认缴达到该倍数的路径占比。点击图例可隐藏曲线。";
    LeverageTimeTitle: "Leverage as it builds up", "杠杆倍数的形成过程";
    LeverageTimeSummary:
        "Commitments by the end of a year over national money placed by the term; means over paths.",
        "各年末累计认缴与届满时国家出资之比，各路径均值。";
    ArithmeticTitle: "What leverage hangs on", "杠杆倍数取决于什么";
    ArithmeticSummary:
        "Counted once, by first-tier ratio (down) and the regional share of a sub-fund (across). Arithmetic, fees left out; no simulation.",
        "不重复计算的倍数：纵轴为第一层倍数，横轴为区域基金在子基金中的占比。仅为算术，未计费用，非模拟结果。";
    RegionalShare: "regional share of a sub-fund", "区域基金在子基金中的占比";
    FirstTierRatio: "first-tier ratio", "第一层倍数";

    // Page: flows
    DownTitle: "Down: from the treasury to companies", "投出：从财政到企业";
    DownSummary:
        "Mean money over the life of the programme, from those who pay to the companies' stages and to managers' fees.",
        "存续期内资金均值，从出资人到被投企业各阶段及管理费。";
    BackTitle: "Back: from exits to those who get it", "收回：从退出到各出资人";
    BackSummary:
        "Mean money over the life of the programme, from exits by route to LPs, managers' carry and the treasury.",
        "存续期内资金均值，从各退出方式到出资人、业绩报酬及财政。";
    BackByStageSummary:
        "Mean money over the life of the programme, from companies by the stage of their first cheque through exits to LPs, managers' carry and the treasury.",
        "存续期内资金均值，从首次投资各阶段的企业经各退出方式，到出资人、业绩报酬及财政。";
    MeanAmount: "mean", "均值";

    // Page: time
    JCurveTitle: "J-curve of the national company", "国家公司 J 曲线";
    JCurveSubTitle: "J-curve of all sub-funds", "子基金合计 J 曲线";
    JCurveSummary:
        "Distributions less calls so far, at the end of each year. The bands hold the middle 90% and 50% of paths, the line the median.",
        "各年末累计分配减累计缴款。色带为中间 90% 与 50% 的路径，线为中位数。";
    NavFanTitle: "What the national company holds (NAV)", "国家公司持有净值（NAV）";
    NavFanSummary:
        "Net asset value at the end of each year, at the market's level; bands as before.",
        "各年末按当时市场水平计算的净值；色带含义同前。";
    CallsByYearTitle: "Calls on the treasury by year", "财政年度缴款";
    CallsByYearSummary:
        "Means over paths, with P5 to P95. The largest year of a path is {peak} in the median.",
        "各路径均值及 P5 至 P95。单一路径最高年度缴款的中位数为 {peak}。";
    CallsTitle: "Calls by quarter (drawn)", "各季度缴款（实缴）";
    DistributionsTitle: "Distributions by quarter", "各季度分配";
    NetTitle: "Cumulated net flow", "累计净现金流";
    NavTitle: "NAV by tier", "各层净值（NAV）";
    CurveSummary: "Means over paths. Click a name to hide it.", "各路径均值。点击图例可隐藏曲线。";
    NavSummary:
        "Means over paths. Tiers hold one another: their NAVs must not be added. Click a name to hide it.",
        "各路径均值。各层之间相互持有，净值不可相加。点击图例可隐藏曲线。";

    // Page: returns
    HistogramSummary:
        "Number of paths by value: P5 {p5}, P50 {p50}, P95 {p95}.",
        "各取值的路径数：P5 {p5}，P50 {p50}，P95 {p95}。";
    ReturnsTable: "Returns by tier", "各层收益";
    LpTable: "Returns of LPs by class", "各类出资人收益";
    FiscalIntro:
        "Bonds cost {bond} a year, idle cash of bonds issued up front earns {cash}. Paid back is cash up to the term.",
        "国债年利率 {bond}；期初一次发行时闲置资金收益率 {cash}。收回仅计届满前的现金。";
    FiscalTable: "The treasury's account against its bonds", "财政资金与国债成本对照";

    FiscalChances: "Does the money come back?", "资金能否收回";

    // Page: companies
    StructureTable: "Sub-funds, direct projects and companies", "子基金、直投项目与企业";
    ExitsTitle: "Ends of stakes by route", "各退出方式数量";
    ExitsSummary:
        "Number of stakes per path, mean and P5 to P95. Wound up, written off and stalled are no exits.",
        "每条路径的持股数，均值及 P5 至 P95。清算、核销与停滞并非退出。";
    ProceedsTitle: "Proceeds by route", "各退出方式回收金额";
    ProceedsSummary: "Cash per path, mean and P5 to P95.", "每条路径的现金回收，均值及 P5 至 P95。";
    InAndOutTitle: "Into companies and out of them, by quarter", "各季度投出与回收";
    Cheques: "cheques to companies", "投向企业";
    Proceeds: "proceeds of companies", "企业回收";
    RoutesOverTimeTitle: "Proceeds by route and quarter", "各季度各退出方式回收金额";
    RoutesOverTimeSummary:
        "Means over paths, one route upon the other. Click a name to hide it.",
        "各路径均值，按退出方式堆叠。点击图例可隐藏。";
    StagesTitle: "Companies by stage of the first cheque", "首次投资阶段分布";
    SectorsTitle: "Companies by sector", "行业分布";
    RegionsTitle: "Companies by regional fund", "区域基金分布";
    StagesSummary:
        "Distinct companies per path, {all} in all; mean and P5 to P95.",
        "每条路径的企业数（去重），合计 {all}；均值及 P5 至 P95。";
    ConcentrationTable: "How concentrated proceeds are", "回收资金集中度";
    ExitTable: "Exits by route, per path", "各退出方式（每条路径）";
    MarketTitle: "Share of the country's deals and listings", "占全国投资案例与上市的比例";
    MarketSummary:
        "Means over paths by year. In the largest year of a path it is {deals} of early deals and {listings} of listings.",
        "各年均值。单一路径最高年份占早期投资案例 {deals}，占上市 {listings}。";
    WaitTable: "Waiting for a listing", "上市排队";

    // Page: background
    RulesTitle: "Share of paths that keep a rule", "各规则的达标路径占比";
    RulesSummary: "Of all paths, those that keep the rule.", "遵守该规则的路径占全部路径的比例。";
    RulesTable: "Rules: measured, kept, binding", "规则：实测值、达标与约束";
    ParametersTable: "Every number of the scenario", "情景的全部参数";
    ParametersNote:
        "Low and high are the plausible range; a source A-.. is an assumption, S-.. a document. scenarios/ASSUMPTIONS.md explains each. Intervals and probabilities hold all of them at their base.",
        "低值与高值为合理区间；来源 A-.. 为假设，S-.. 为文献，详见 scenarios/ASSUMPTIONS.md。区间与概率均以基准值计算。";
    ConvergenceTable: "How far the main numbers would move with other luck", "主要数字的蒙特卡洛误差";
    ConvergenceNote:
        "Four times as many paths halve these intervals. They say nothing about assumptions.",
        "路径数增至四倍，区间约减半。区间不反映假设的不确定性。";
    WithoutValue: "without a value", "无数值";

    // Page: sampled assumptions
    SampledTitle: "assumptions and luck", "假设与运气";
    SharesTitle: "Share of the variance from assumptions", "方差中来自假设的占比";
    SharesSummary: "The rest is luck. The line across a bar is its 95% interval.", "其余来自运气。横线为 95% 区间。";
    LeadTitle: "Rank correlation with assumptions", "与各假设的秩相关";

    // Page: sensitivity, sweep, prices of rules
    TornadoTitle: "Tornado", "龙卷风图";
    TornadoSummary:
        "One number at the ends of its range, all others at their base: the change of the mean, on the same luck.",
        "单个参数取区间两端、其余取基准值时均值的变化（同一组随机数）。";
    IndicesTitle: "Share of the variance, with interplay", "方差占比（含交互作用）";
    IndicesSummary:
        "Total Sobol indices of the numbers that lead; the line across a bar is the 95% interval.",
        "主要参数的 Sobol 总效应指数；横线为 95% 区间。";
    ScreeningTable: "Screening of every number (Morris)", "全部参数筛选（Morris）";
    BlockSweep: "The sweep", "参数扫描";
    BlockPoints: "All numbers", "全部数值";
    SweepTitle: "Measure", "指标";
    SweepSummary: "Means over paths, all points on the same luck.", "各路径均值，各点使用同一组随机数。";
    BlockPrices: "What rules cost and bring", "规则的边际影响";
    PricesSummary:
        "Effect of one more percentage point, 1yi (100m yuan) or year of a limit; the line across a bar is the paired 95% interval.",
        "上限或下限每提高 1 个百分点、1 亿元或 1 年的影响；横线为配对 95% 区间。";
    PricesNote:
        "Each limit is moved up and down on the same luck, all else equal. docs/comparison.md tells how to read prices.",
        "各项限额在同一组随机数下上下移动，其余不变。解读方法见 docs/comparison.md。";
    Effect: "effect", "影响";

    // Page: comparison
    ComparisonTitle: "Scenarios on the same luck", "同一组随机数下的情景比较";
    SideTitle: "Leverage side by side, committed", "杠杆倍数对比（认缴）";
    SideSummary: "Means over paths.", "各路径均值。";
    DifferencesTitle: "Differences of multiples", "倍数之差";
    DifferencesSummary:
        "The other scenario less the base, path by path; the line across a bar is the paired 95% interval.",
        "对照情景减基准情景，按路径配对；横线为配对 95% 区间。";
    EventsTitle: "Probabilities side by side", "概率对比";
    EventsSummary: "Share of paths.", "路径占比。";
    PairedNote:
        "Path p of both scenarios draws the same random numbers, so differences are taken path by path. Real: by more than luck, after Holm's adjustment over all rows.",
        "两个情景的第 p 条路径使用相同的随机数，差异按路径配对计算。“超出随机”指经 Holm 校正后差异仍超出随机误差。";
}

/// `term` with each `{name}` replaced by its value.
pub fn fill(term: Term, lang: Lang, values: &[(&str, &str)]) -> String {
    fill_text(term.text(lang), values)
}
