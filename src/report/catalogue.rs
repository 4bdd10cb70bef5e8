//! Every text of a report in English and Chinese. A text without one of the two does not compile.

mod metric;

pub use metric::{
    holder_label, measure_of, metric_label, region_label, route_label, rule_label, rung,
    thing_label, tier_label,
};

use crate::summary::Warning;
use clap::ValueEnum;

/// A language of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English; money in CNY bn and m.
    #[default]
    En,
    /// Chinese; money in 亿元 and 万元.
    Zh,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// The text of this language.
    pub const fn choose(self, en: &'static str, zh: &'static str) -> &'static str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// What stands between a name and what is said of it.
    pub const fn colon(self) -> &'static str {
        self.choose(": ", "：")
    }

    /// A name with what is said of it.
    pub fn labelled(self, name: &str, said: &str) -> String {
        [name, self.colon(), said].concat()
    }
}

macro_rules! catalogue {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        /// A text of the report, named after its use; `{name}` in it is a place for a number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)] // the text says what it is
        pub enum Term { $($name),* }

        impl Term {
            /// Every text.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The text in `lang`.
            pub const fn text(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => lang.choose($en, $zh)),* }
            }
        }
    };
}

pub mod comparison;
pub mod page;
pub mod trace;
pub mod validation;

catalogue! {
    // Header
    Scenario: "scenario", "情景";
    Seed: "seed", "随机种子";
    Paths: "paths", "路径数";
    Overrides: "overrides", "参数覆盖";

    // Answer
    Answer: "THE ANSWER", "结论";
    AnswerConsolidated:
        "Each yuan of national money placed in regional funds brings together {mean} yuan, counted once (95% interval of the mean {interval}); nine paths in ten lie between {p5} and {p95}.",
        "国家资金每投入区域基金 1 元，各层资金不重复计算合计 {mean} 元（均值 95% 区间 {interval}）；九成路径在 {p5} 至 {p95} 之间。";
    AnswerTen:
        "It reaches ten times in {consolidated} of paths ({interval}). Summed over the tiers, the way totals are often announced, the mean is {summed} times and ten times is reached in {p_summed}.",
        "达到 10 倍的概率为 {consolidated}（{interval}）。若按通常公布口径逐层加总（有重复计算），均值为 {summed} 倍，达到 10 倍的概率为 {p_summed}。";
    AnswerSocial:
        "Money from outside every government budget comes to {mean} yuan per national yuan; it reaches ten in {p} of paths ({interval}).",
        "每 1 元国家资金对应各级财政以外的社会资本 {mean} 元；达到 10 倍的概率为 {p}（{interval}）。";
    AnswerReturns:
        "Paid back to the nation per yuan paid in: {dpi} in the median path ({p5} to {p95}), and all of it in {p} of paths; median IRR {irr}.",
        "国家层面每实缴 1 元收回（DPI）：中位路径 {dpi} 元（{p5} 至 {p95}），收回全部本金的概率为 {p}；内部收益率中位数 {irr}。";

    // Columns
    Rung: "rung", "层级";
    Meaning: "what it counts", "口径";
    Mean: "mean", "均值";
    Interval: "95% interval", "均值95%区间";
    MedianInterval: "95% of P50", "中位数95%区间";
    Threshold: "at least", "至少";
    Tier: "tier", "层级";
    Measure: "measure", "指标";
    Route: "route", "退出方式";
    Rule: "rule", "规则";
    Mode: "mode", "方式";
    Limit: "limit", "要求";
    Kept: "kept in", "达标路径";
    VehiclesKept: "vehicles", "达标基金";
    Binds: "binds", "约束生效";
    Count: "number", "数量";
    Proceeds: "proceeds", "回收金额";
    Multiple: "multiple", "回报倍数";
    YearsHeld: "years held", "持有年限";
    Key: "key", "参数";
    Here: "this scenario", "本情景";
    There: "the other", "对照情景";
    Year: "year", "年";

    // Sections
    LadderCommitted:
        "LEVERAGE on committed money, per yuan of national money in regional funds unless a / is given",
        "杠杆倍数（认缴口径，自国家资金逐级向上；未注明分母者，分母为投入区域基金的国家资金）";
    LadderDrawn: "LEVERAGE on drawn money", "杠杆倍数（实缴口径）";
    ReachedByYear:
        "PROBABILITY that a target is reached by the end of a year",
        "各年末前达到目标的概率";
    MoneyByTier: "MONEY by tier (means over paths)", "各层资金（各路径均值）";
    ReturnsByTier: "RETURNS by tier", "各层收益";
    JCurveByTier:
        "J-CURVE AND PAYBACK by tier, in years from the tier's first call",
        "J 曲线与回本（自该层首次缴款起，年）";
    ReturnsByLp:
        "RETURNS OF LPs by class, in regional funds and sub-funds together",
        "各类出资人收益（区域基金与子基金合计）";
    TreasuryCalls: "CALLS ON THE TREASURY by year of the programme", "财政年度缴款计划（按运行年度）";
    Fiscal:
        "FISCAL: what the treasury gets back, against bonds at {bond} a year",
        "财政账：收回资金与年利率 {bond} 的国债相比";
    Structure: "STRUCTURE", "基金结构";
    Exits: "EXITS by route", "退出方式";
    Rules: "RULES", "规则";
    Warnings: "WARNINGS", "提示";
    SpreadNote:
        "P5, P50, P95: 5% of paths lie below P5, half below P50, 95% below P95. The 95% interval is the Monte Carlo error of the mean.",
        "P5、P50、P95：分别有 5%、50%、95% 的路径低于该值。均值95%区间为蒙特卡洛误差。";

    MissingNote:
        "A mean of \"-\": some paths have no value; among the quantiles they rank worst.",
        "均值为“-”：部分路径无数值，计算分位数时列为最差。";

    StalledNote:
        "Stalled companies have not been sold: their amount is residual value, not cash.",
        "停滞企业并未退出：所列金额为剩余价值，并非现金。";

    // Returns and the treasury
    IrrOfMeanFlows: "IRR of mean flows", "平均现金流的内部收益率";
    CallYear: "year", "年度";
    LargestYear: "largest year", "最高年度";
    CallYearNote:
        "Year 1 begins with the programme. What later closes give back counts as a negative call.",
        "第 1 年自启动之日起算。后续关账退回的款项计为负缴款。";
    Bonds: "bonds issued", "国债发行";
    BondsAsCalled: "as called", "随缴款发行";
    BondsUpfront: "up front", "期初一次发行";
    BondsHere: "(this scenario)", "（本情景）";
    BondsCompared: "(compared)", "（对照）";
    PrincipalRecovered: "P(principal recovered)", "收回本金的概率";
    BeatsTheBond: "P(beats the bond)", "收益不低于国债的概率";
    StillHeld: "still held, present value", "届满剩余价值现值";
    FiscalNote:
        "Paid back is cash up to the term. Bonds up front raise the whole capital at once; idle cash earns {cash} and what is left of it comes back at the term. What is still held at the term would add its present value if it were sold at that price.",
        "收回仅计届满前的现金。期初一次发行即一次筹足全部资本，闲置资金收益率为 {cash}，届满时余额退回。届满仍持有的部分如能按账面价值变现，可增加其现值。";

    // Rules
    ModeEnforce: "enforced", "强制";
    ModeReport: "reported", "仅报告";
    ModeOff: "off", "关闭";

    // Values
    NoValue: "none", "无";
    Never: "never", "未达到";

    // Commands
    Valid: "valid", "情景有效";
    NoDifference: "The two scenarios give every key the same value.", "两个情景的全部参数取值相同。";
    Difference: "KEYS THAT DIFFER", "取值不同的参数";
    Written: "Results written to", "结果已写入";

    // Validate
    Tracing: "tracing paths", "跟踪路径";
    Trials: "trials", "试算";

    // Sweep
    Probability: "probability", "概率";
    IntervalOfIt: "95% interval", "95%区间";
    ToFirst: "to the first", "与首行之差";
    PairedInterval: "95% paired", "差值95%区间（配对）";
    SweepHow: "HOW TO READ IT", "说明";
    SweepNote:
        "All points share their luck, so the difference of a mean or probability to that of the first point is compared path by path: its interval is much narrower than those of the two. Intervals are the Monte Carlo error at 95%; all other numbers are held at their base values.",
        "各点使用相同的随机数，均值或概率与首行之差按路径配对计算，其区间远窄于两者各自的区间。区间为 95% 蒙特卡洛误差；其余参数均取基准值。";
    PointsRead: "reading points", "读取各点";
    Interrupted: "Interrupted", "已中断";
    InterruptedNothing: "; nothing was written.", "；未写出任何文件。";
    InterruptedWritten: "; written before: {files}.", "；此前已写出：{files}。";
    InterruptedKept:
        "; {done} of {all} points are kept in {file}: the same command goes on with the rest.",
        "；{all} 个点中已有 {done} 个保存于 {file}：再次运行同一命令即可继续。";
    InterruptedLook:
        "Interrupted: the report is on the {paths} paths that were done.",
        "已中断：报告基于已完成的 {paths} 条路径。";
    PrecisionSoFar:
        "{paths} paths: standard error {error}, asked for {wanted}",
        "{paths} 条路径：标准误为{error}，要求为{wanted}";
    PathProgress:
        "{bar:30} {pos}/{len} paths, {rate} per second, {eta} left{msg}",
        "{bar:30} {pos}/{len} 条路径，每秒 {rate} 条，剩余 {eta}{msg}";
    WorkProgress:
        "{msg} {bar:30} {pos}/{len}, {rate} per second, {eta} left",
        "{msg} {bar:30} {pos}/{len}，每秒 {rate}，剩余 {eta}";
    PointsKept: "Points that were finished before:", "已完成的点：";

    // Sampled assumptions
    Worlds: "worlds", "情景数";
    SampledAnswerLeverage:
        "Assumptions and luck together: each yuan of national money placed in regional funds brings together {p50} yuan, counted once, in the middle case; nine cases in ten lie between {p5} and {p95}. It reaches ten times in {p} ({interval}).",
        "假设与运气合并考虑：国家资金每投入区域基金 1 元，各层资金不重复计算合计中位 {p50} 元；九成情形在 {p5} 至 {p95} 之间。达到 10 倍的概率为 {p}（{interval}）。";
    SampledAnswerReturns:
        "Paid back to the nation per yuan paid in: {p50} in the middle case; nine cases in ten lie between {p5} and {p95}. All of it comes back in {p} ({interval}).",
        "国家层面每实缴 1 元收回（DPI）：中位 {p50} 元；九成情形在 {p5} 至 {p95} 之间。收回全部本金的概率为 {p}（{interval}）。";
    SampledSplit:
        "Assumptions make {share} of its variance ({interval}), luck the rest.",
        "其方差中 {share} 来自假设（{interval}），其余来自运气。";
    SampledHangsOnTwo:
        "It hangs most on `{first}` ({first_share} of the variation between worlds) and `{second}` ({second_share}).",
        "影响最大的假设为 `{first}`（占情景间差异的 {first_share}）和 `{second}`（{second_share}）。";
    SampledHangsOnOne:
        "It hangs most on `{first}` ({first_share} of the variation between worlds); no other number stands out from chance.",
        "影响最大的假设为 `{first}`（占情景间差异的 {first_share}）；其他参数的影响均无法与偶然区分。";
    SampledHangsOnNone:
        "No single number stands out from chance.",
        "没有任何单个参数的影响可与偶然区分。";
    SampledLadder:
        "LEVERAGE on committed money, over assumptions and luck",
        "杠杆倍数（认缴口径），假设与运气合并";
    SampledReturns: "RETURNS, over assumptions and luck", "收益，假设与运气合并";
    OfAssumptions: "assumptions", "假设占方差";
    SampledLeading: "WHAT IT HANGS ON: {metric}", "主要假设：{metric}";
    OfVariation: "of variation", "占情景间差异";
    RankCorrelation: "rank correlation", "秩相关";
    SampledNoise:
        "Shares up to {noise} cannot be told from chance among so many numbers.",
        "在如此多的参数中，不超过 {noise} 的占比无法与偶然区分。";
    SampledHow:
        "{numbers} numbers with a range were drawn in each of {worlds} worlds (triangular over low, base and high unless the scenario says otherwise), and each world met the same {paths} paths of luck. Quantiles and probabilities are over worlds and luck together; 95% intervals count both as drawn, so that more worlds and more paths narrow them. The share of assumptions is the variance of worlds' means, luck averaged out, over all variance.",
        "{worlds} 个情景中，{numbers} 个有区间的参数各自抽样（除情景另有说明外，按低值、基准值、高值的三角分布），每个情景使用相同的 {paths} 条路径。分位数与概率为情景与运气合并的结果；95%区间同时计入两者的抽样误差，增加情景数或路径数均可收窄。假设占方差，指剔除运气后情景均值的方差占总方差的比例。";
    SampledRedrawn:
        "{redrawn} of {drawn} draws had no solution and were drawn again; most lacked: {lacked}",
        "{drawn} 次抽样中有 {redrawn} 次无解，已重新抽样；多数原因：{lacked}";

    // Sensitivity
    PlannedWork: "Scenarios x paths:", "情景数 x 路径数：";
    Tornado: "tornado", "龙卷风图";
    Screening: "screening", "筛选";
    IndicesOfVariance: "indices", "方差指数";
    TornadoOf:
        "TORNADO: {metric} with one number at the ends of its range, less the base",
        "龙卷风图：{metric}，单个参数取区间两端时与基准之差";
    ScreeningOf:
        "SCREENING (Morris): {metric} from one end of a range to the other, anywhere in all ranges",
        "筛选（Morris）：{metric}，各参数在任意位置由低端至高端的变化";
    IndicesOf:
        "INDICES (Sobol): share of the variance of the mean {metric} that each number makes",
        "方差指数（Sobol）：{metric}均值的方差中各参数的占比";
    LowHigh: "low / high", "低值 / 高值";
    AtLow: "at low", "低值";
    AtHigh: "at high", "高值";
    StandardError: "+-se", "标准误差";
    MuStar: "mean size", "平均幅度";
    Mu: "mean", "均值";
    Sigma: "spread", "离散";
    FirstOrder: "alone", "单独作用";
    TotalEffect: "with others", "含交互作用";
    NoiseBias: "noise in both", "两者中的噪声";
    SensitivityNote:
        "All variants meet the same luck. The tornado's errors are of paired differences. In the screening a large spread beside the mean means curvature or interplay; it ranks, and its few paths leave noise. The indices let the numbers that lead vary by the laws of their ranges, all others at their base, and concern the mean over the paths; their 95% intervals come from resampled rows, and the noise that few paths leave in them is estimated from two halves of the paths and not taken off.",
        "全部变体使用相同的随机数。龙卷风图的误差为配对差值的标准误差。筛选中离散相对均值较大，表明存在非线性或交互作用；筛选仅用于排序，路径较少故含噪声。方差指数令主要参数按各自区间的分布变动，其余取基准值，针对各路径的均值；95% 区间由重抽样得出，路径较少带来的噪声由两半路径估计，未予扣除。";

    // Check
    FirstTier: "FIRST TIER at expected take-up", "第一层资金（按预期募资比例）";
    Capital: "national capital", "国家公司资本";
    RunningCost: "running costs over the term", "存续期运营费用";
    FirstNational: "national money in first closes", "首次关账国家出资";
    FirstTotal: "first closes in full", "首次关账总规模";
    LaterNational: "national money offered later", "后续国家出资";
    ExpectedTotal: "regional funds in full, expected", "区域基金预期总规模";
    ActualAsOf: "ACTUAL up to year {year}, and what is left to simulate", "截至第 {year} 年的实际情况及待推演部分";
    ActualSigned: "ACTUAL, signed already, and what is left to simulate", "已签约部分及待推演部分";
    ActualClosed: "sub-funds closed by then", "已关账子基金";
    ActualSignedFunds: "sub-funds signed, to close later", "已签约、待关账子基金";
    ActualSize: "their sizes", "上述子基金规模";
    ActualTickets: "the region's tickets in them", "区域基金认缴";
    ActualPaidIn: "paid in", "已实缴";
    ActualDistributed: "distributed", "已分配";
    ActualNav: "value held", "持有估值";
    ActualProjects: "direct projects", "直投项目";
    ActualCheques: "their cheques", "直投投资额";
    ActualProjectsNav: "value of those paid", "直投持有估值";
    ActualTicketsLeft: "left for tickets, at expected closes", "剩余可投子基金（按预期关账）";
    ActualChequesLeft: "left for direct projects", "剩余可投直投项目";
    LeverageArithmetic:
        "LEVERAGE counted once = r (p / s + 1 - p): first-tier ratio r down, regional share s of a sub-fund across",
        "不重复计算的杠杆倍数 = r (p / s + 1 - p)：行为第一层倍数 r，列为区域基金在子基金中的占比 s";
    ArithmeticNote:
        "p = {part} of a region goes to sub-funds. Fees, GP money and unplaced national money apart: an arithmetic of assumptions, not a verdict.",
        "p = {part} 为区域基金投向子基金的比例。未计费用、GP 出资及未投放的国家资金：仅为假设下的算术，并非结论。";
    TargetNeeds: "WHAT A TARGET NEEDS at the expected first tier", "实现目标所需（按第一层预期规模）";
    Target: "target", "目标倍数";
    SubFundsNeeded: "sub-funds in all", "子基金总规模";
    FundsNeeded: "number at the mean-size limit", "按平均规模上限的只数";
    ShareNeeded: "regional share at most", "区域占比不高于";
    SolvedNumbers:
        "SOLVED so that the mean over luck is the key",
        "为使均值等于参数而求解的数值";
    SolvedMean: "mean", "均值";
    Intercept: "location", "位置";
    Spread: "spread", "离散";
    EventTable:
        "EVENTS by stage: mean probability (base weight)",
        "各阶段事件：平均概率（基准权重）";
    Stage: "stage", "阶段";
    FloorTable: "EARLY-STAGE FLOOR, parts of a sub-fund's size", "早期投资下限（占子基金规模）";
    FeesOverLife: "fees over life, as scheduled", "存续期内计划费用";
    Investable: "left for companies", "可投资金";
    FloorOfSize: "floor, of size", "下限（占规模）";
    FloorOfInvestable: "floor, of what is left for companies", "下限（占可投资金）";
    MixEarly: "early part of the mix, by money", "投资结构中的早期占比（按金额）";
    CompaniesPerFund: "first cheques per sub-fund, about", "每只子基金约首投企业数";
    Levels: "WORTH before a round: declared, and implied by the stage before", "轮前估值：设定值与由前一阶段推算值";
    Declared: "declared", "设定";
    Implied: "implied", "推算";
    FarApart: "more than twice apart: unfollowed stakes step up between levels that do not meet", "相差超过两倍：前后阶段估值不衔接";

    // The market
    Market: "MARKET: what the programme takes of a year", "市场：本项目占全年的比例";
    MarketShare: "of all", "占比对象";
    EarlyDeals: "early deals", "早期投资案例";
    Listings: "listings", "创投支持企业上市";
    MarketNote:
        "Deals and listings are counted by company, those of all investors in proportion to the scenario's yearly numbers. A quarter's places for listings that are taken make others wait.",
        "投资案例与上市均按企业计数，全市场数量取自情景设定。某季度上市名额用满后，其余企业须排队等待。";

    // Sampling
    SamplingTitle: "SAMPLING of luck, and its error", "抽样方式与误差";
    SamplingPlain: "plain: every path has its own luck.", "普通抽样（plain）：各路径相互独立。";
    SamplingAntithetic:
        "antithetic: paths come in pairs with opposite shocks of the economy and of closes.",
        "对偶抽样（antithetic）：路径成对，经济冲击与关账冲击互为相反数。";
    SamplingSobol:
        "sobol: the leading shocks of the economy and of closes are scrambled Sobol points, spread evenly over paths.",
        "Sobol 抽样（sobol）：经济与关账的主要冲击取自随机化 Sobol 点列，在各路径间均匀分布。";
    ReplicateIntervals:
        "Intervals are Student's t over {replicates} independent replicates; a probability with fewer than 16 hits or misses has Wilson's, as from independent paths.",
        "区间按 {replicates} 组独立重复的学生 t 分布计算；命中或未命中少于 16 条路径的概率改用 Wilson 区间（视同各路径独立）。";
    WorthInPlain: "plain paths that one is worth", "一条相当于普通路径数";
    OfRatio: "95% interval", "95%区间";
    VarianceReductionNote:
        "Worth: the variance of a mean from as many plain paths (between paths, over their number) over that from the replicates. The latter rests on few replicates, hence the wide interval (chi-square at 15 degrees of freedom).",
        "相当路径数：同样数量普通路径的均值方差（路径间方差除以路径数）与按重复组估计的方差之比。后者仅依据少数重复组，故区间较宽（15 个自由度的卡方分布）。";
    PathsRounded:
        "{asked} paths were asked for and {paths} were run, so that all replicates are alike.",
        "要求 {asked} 条路径，实际运行 {paths} 条，使各重复组规模一致。";
    PartOfIt: "{error}% of it", "其数值的 {error}%";
    Points: "{error} points", "{error} 个百分点";
    PrecisionReached:
        "Precision: {paths} paths give {on} a standard error of {error}; asked for: {wanted}.",
        "精度：{paths} 条路径使 {on} 的标准误为{error}；要求为{wanted}，已达到。";
    PrecisionMissed:
        "PRECISION NOT REACHED: {paths} paths give {on} a standard error of {error}; asked for: {wanted}. The next doubling would exceed --max-paths {max}.",
        "未达到要求精度：{paths} 条路径下 {on} 的标准误为{error}；要求为{wanted}。再次加倍将超过 --max-paths {max}。";
    PrecisionCutShort:
        "PRECISION NOT REACHED: interrupted after {paths} paths, which give {on} a standard error of {error}; asked for: {wanted}.",
        "未达到要求精度：运行被中断，{paths} 条路径下 {on} 的标准误为{error}；要求为{wanted}。";
    PrecisionWithoutError:
        "PRECISION NOT REACHED: {on} has no mean whose error could be told (some paths have no value, or the mean is 0). Ask for a probability instead, such as national.dpi>=1.",
        "未达到要求精度：{on} 没有可估计误差的均值（部分路径无数值，或均值为 0）。可改用概率，例如 national.dpi>=1。";

    // Warnings
    MarketDominated:
        "In some year the programme takes more than half of all early deals or of all listings: prices, quality and waiting respond in the model, but no evidence covers a programme of that weight.",
        "个别年份本项目占全市场早期投资案例或上市数量一半以上：模型中价格、质量与排队会作出反应，但尚无如此体量项目的实证依据。";
    DirectProjectsUncalled:
        "The scenario has no direct projects (no table [direct]): the part of regional funds that is meant for them is committed and never called, so leverage on drawn money is too high.",
        "本情景未设直投项目（无 [direct] 表）：区域基金中用于直投的部分已认缴但未实缴，因此实缴口径的杠杆倍数偏高。";
    PointAssumptions:
        "Every number of the scenario is held at its base value: intervals and probabilities say nothing about the uncertainty of assumptions, which is larger.",
        "各项参数均取基准值：区间与概率不反映假设本身的不确定性，而后者更大。";
    SketchedQuantiles:
        "The paths were counted and not kept: quantiles are told by buckets that are 0.2% of their value wide. Means, standard deviations and probabilities are of all paths, unrounded.",
        "各路径仅计数而未逐条保存：分位数按宽度为其数值 0.2% 的区间给出；均值、标准差与概率依据全部路径，未经近似。";
    FewPaths:
        "Fewer than 1000 paths: the outer quantiles (P5, P95) rest on few of them.",
        "路径少于 1000 条：P5、P95 等尾部分位数依据的路径很少。";
}

/// The text of a warning.
pub const fn warning(code: Warning) -> Term {
    match code {
        Warning::DirectProjectsUncalled => Term::DirectProjectsUncalled,
        Warning::FewPaths => Term::FewPaths,
        Warning::MarketDominated => Term::MarketDominated,
        Warning::PointAssumptions => Term::PointAssumptions,
        Warning::SketchedQuantiles => Term::SketchedQuantiles,
    }
}

/// `term` with each `{name}` replaced by its value.
pub fn fill(term: Term, lang: Lang, values: &[(&str, &str)]) -> String {
    fill_text(term.text(lang), values)
}

/// `text` with each `{name}` replaced by its value.
fn fill_text(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_text_is_complete_in_both_languages() {
        let texts = |lang| Term::ALL.iter().map(move |term| term.text(lang));
        let of_traces = |lang| trace::Term::ALL.iter().map(move |term| term.text(lang));
        let of_comparisons = |lang| {
            comparison::Term::ALL
                .iter()
                .map(move |term| term.text(lang))
        };
        let of_pages = |lang| page::Term::ALL.iter().map(move |term| term.text(lang));
        let all = |lang| {
            texts(lang)
                .chain(of_traces(lang))
                .chain(of_comparisons(lang))
                .chain(of_pages(lang))
                .chain(
                    validation::Term::ALL
                        .iter()
                        .map(move |term| term.text(lang)),
                )
        };
        for (en, zh) in all(Lang::En).zip(all(Lang::Zh)) {
            assert!(!en.trim().is_empty() && !zh.trim().is_empty(), "{en}: {zh}");
            assert!(en.is_ascii(), "{en}");
            assert!(!zh.is_ascii(), "{zh}");
            assert_eq!(places(en), places(zh), "both name the same numbers");
            assert!(has_chinese_marks(zh), "{zh}");
        }
    }

    /// Whether no Chinese character is followed by a Latin comma, colon or bracket.
    pub(super) fn has_chinese_marks(text: &str) -> bool {
        let followed = text.chars().zip(text.chars().skip(1));
        let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        !followed
            .into_iter()
            .any(|(before, after)| is_chinese(before) && ",;:()".contains(after))
    }

    #[test]
    fn numbers_go_to_their_places() {
        let text = fill(
            Term::AnswerSocial,
            Lang::Zh,
            &[("mean", "5.09"), ("p", "0.0%"), ("interval", "0.0..0.2%")],
        );
        assert_eq!(
            text,
            "每 1 元国家资金对应各级财政以外的社会资本 5.09 元；达到 10 倍的概率为 0.0%（0.0..0.2%）。"
        );
    }
}
