//! Texts of a trace: one path in full.

use super::{Lang, fill_text};

catalogue! {
    // Header
    Path: "path", "路径";
    TimeNote:
        "Years count from {start}; 3-Q2 is the second quarter of the third year. Sub-funds and companies go by their numbers in the random draws.",
        "年份自 {start} 起算；3-Q2 为第 3 年第 2 季度。子基金与企业以其随机数编号称呼。";

    // Overview
    EconomyByYear: "ECONOMY by year", "经济环境（按年）";
    Cycle: "cycle", "周期";
    Index: "index", "市场指数";
    Window: "window open", "上市窗口开放";
    QuartersOf: "{open} of {all} quarters", "{all} 季中 {open} 季";
    Tree: "MONEY, tier below tier", "资金树（自上而下）";
    Size: "size", "认缴";
    PaidIn: "paid in", "实缴";
    Fees: "fees", "费用";
    Carry: "carry", "业绩报酬";
    Distributed: "distributed", "分配";
    Held: "held", "剩余价值";
    Irr: "IRR", "内部收益率";
    National: "national company", "国家公司";
    SubFundsOf: "sub-funds ({count})", "子基金（{count} 只）";
    CompaniesOf: "companies ({count})", "被投企业（{count} 家）";
    ProjectsOf: "direct projects ({count})", "直投项目（{count} 个）";
    TreeNote:
        "Of companies and projects: cheques are paid in, proceeds distributed. Fees of the national company are its running costs.",
        "被投企业与直投项目：实缴为投资额，分配为退出回收。国家公司的费用为运营费用。";
    Closes: "CLOSES of regional funds", "区域基金关账";
    Region: "region", "区域基金";
    Date: "year", "时间（年）";
    NationalMoney: "national", "国家出资";
    Others: "other LPs", "其他出资人";
    Total: "total", "合计";
    MoneyByYear: "MONEY by year, called in and paid out", "资金流量（按年）";
    NationalIn: "national: in", "国家公司缴款";
    RegionsIn: "regions: in", "区域基金缴款";
    SubFundsIn: "sub-funds: in", "子基金缴款";
    Out: "out", "分配";
    NavByYear: "NAV at the end of each year, at the market's level, before carry", "年末净值（按市场水平估值，未扣业绩报酬）";
    AllSubFunds: "all sub-funds", "全部子基金";
    Nav: "NAV", "净值";

    // What the aggregate hides
    Highlights: "WHAT THE AGGREGATE HIDES", "总量背后";
    TopShare:
        "The {count} companies below brought {share} of all proceeds of sub-funds, the best hundredth of companies {hundredth}; {below} of companies brought less than they cost.",
        "下列 {count} 家企业贡献了子基金全部退出回收的 {share}，前 1% 的企业贡献了 {hundredth}；{below} 的企业未收回成本。";
    BelowOne:
        "{share} of sub-funds stayed below a TVPI of 1.",
        "{share} 的子基金总价值倍数（TVPI）低于 1。";
    TopCompanies: "COMPANIES that brought the most", "回收最多的企业";
    BestFunds: "BEST SUB-FUNDS by TVPI", "表现最好的子基金（按 TVPI）";
    WorstFunds: "WORST SUB-FUNDS by TVPI", "表现最差的子基金（按 TVPI）";
    SubFund: "sub-fund", "子基金";
    Company: "company", "企业";
    Stage: "first cheque", "首投阶段";
    Cheque: "cheque", "投资额";
    End: "end", "结局";
    ProceedsShare: "of all", "占全部";

    // Region
    Lps: "LPs of the region", "区域基金出资人";
    Lp: "LP", "出资人";
    CloseAt: "close {date}", "{date} 年关账";
    Committed: "committed", "认缴";
    RegionByYear: "CASH of the region by year", "区域基金现金流（按年）";
    Called: "called", "缴款";
    OfNational: "national", "其中国家";
    IntoSubFunds: "to sub-funds", "投向子基金";
    FromSubFunds: "back", "分回";
    IntoProjects: "to projects", "投向直投项目";
    FromProjects: "back", "回收";
    IdleCash: "cash held", "闲置资金";
    PassedOn: "of it passed on", "其中让利";
    Projects: "DIRECT PROJECTS ({count})", "直投项目（{count} 个）";
    Project: "project", "项目";
    Signed: "signed", "已签";
    ProjectsNote:
        "2-7 is project 7 of those that the money of the second close pays.",
        "2-7 表示第二次关账资金所投的 7 号项目。";
    SubFunds: "SUB-FUNDS that closed: {closed} of {approved} approved", "完成募集的子基金：获批 {approved} 只，成立 {closed} 只";
    Closed: "closed", "成立";
    RegionShare: "region's", "区域占比";
    Skill: "skill", "能力";
    Sector: "sector", "行业";
    Companies: "firms", "企业数";

    // Sub-fund
    Facts: "SUB-FUND {number} of {region}", "{region}子基金 {number} 号";
    InvestsFrom: "invests, pays fees, holds until", "投资期、收费期、持有期至";
    FeeBudget: "fee budget", "费用预算";
    Opening: "actual up to", "实际情况截至";
    OpeningOf:
        "{quarter}: paid in {paid}, distributed {distributed}, held {nav}",
        "{quarter}：实缴 {paid}，已分配 {distributed}，持有估值 {nav}";
    Early: "into early stages, of size", "投早金额占规模";
    RuleBinds: "rules that bound", "生效的规则";
    NotLargest: "region not the largest LP", "区域基金不为最大出资人";
    MeanSize: "mean size", "平均规模";
    NoRule: "none", "无";
    Holders: "HOLDERS", "出资人构成";
    Ticket: "ticket", "认缴";
    ShareOfSize: "share", "占比";
    Gp: "GP", "普通合伙人（GP）";
    CashByQuarter: "CASH by quarter", "现金流（按季）";
    Quarter: "quarter", "季度";
    Cheques: "cheques", "投资";
    Proceeds: "proceeds", "退出回收";
    ToHolders: "to holders", "分配";
    RegionPassedOn: "passed on", "区域让利";
    Waterfall: "WATERFALL: what each claim took", "分配瀑布（各顺位所得）";
    Capital: "capital", "返还本金";
    Hurdle: "hurdle", "门槛收益";
    CatchUp: "catch-up", "追补";
    Split: "split", "超额分成";
    CarryOfIt: "of it carry", "其中业绩报酬";
    CompaniesTitle: "COMPANIES ({count})", "被投企业（{count} 家）";
    Rounds: "rounds", "后续轮次";
    Own: "own", "持股";
    PostMoney: "post-money", "投后估值";
    RoundsNote: "Rounds: + up, - down, with the year.", "后续轮次：+ 为估值上升，- 为估值下降，数字为年份。";
    RoundSignsNote: "Rounds: + up, - down, in their order; --company shows their dates.", "后续轮次：按先后顺序，+ 为估值上升，- 为估值下降；日期见 --company。";

    // Company
    Story: "COMPANY {company} of sub-fund {fund}, {region}", "{region}子基金 {fund} 号投资企业 {company}";
    StoryCheque:
        "{date}  first cheque of {cheque} for {own} of the company ({stage}); price after the round {post}",
        "{date}  首次投资 {cheque}，持股 {own}（{stage}），投后估值 {post}";
    StoryOpening:
        "       actual up to the date from which it is simulated; its value then was {value}",
        "       截至推演起点为实际情况，当时估值 {value}";
    StoryUp:
        "{date}  up round out of {stage}: worth x {growth}, own {own}, stake worth {stake}",
        "{date}  {stage}完成新一轮融资：企业价值 x {growth}，持股 {own}，所持股权 {stake}";
    StoryFollowOn: "{date}  follow-on cheque of {paid} in this round", "{date}  本轮跟投 {paid}";
    StoryDown:
        "{date}  down round in {stage}: worth x {growth}, own {own}, stake worth {stake}",
        "{date}  {stage}折价融资：企业价值 x {growth}，持股 {own}，所持股权 {stake}";
    StoryFail: "{date}  fails in {stage}", "{date}  {stage}经营失败";
    StoryTradeSale: "{date}  sold to another company; stake at the market's price {stake}", "{date}  被并购，所持股权按市价 {stake}";
    StoryListing: "{date}  listed; stake at the market's price {stake}", "{date}  上市，所持股权按市价 {stake}";
    StoryStalled: "{date}  stalls in {stage}; stake worth {stake}", "{date}  {stage}陷入停滞，所持股权 {stake}";
    StoryReceipt:
        "{quarter}  {route}: {amount} received for what had cost {cost}",
        "{quarter}  {route}：收回 {amount}，对应成本 {cost}";
    StoryHeld:
        "{quarter}  {route} at the term: worth {amount}, cost {cost}",
        "{quarter}  届满时{route}：价值 {amount}，成本 {cost}";
    StorySum:
        "In all {proceeds} came back on {cheque}: {multiple} times the cost.",
        "合计投入 {cheque}，收回 {proceeds}，为成本的 {multiple} 倍。";
    StorySumHeld:
        "In all {proceeds} came back on {cheque}, and {residual} is held: {multiple} times the cost.",
        "合计投入 {cheque}，收回 {proceeds}，剩余价值 {residual}，为成本的 {multiple} 倍。";
}

/// `term` with each `{name}` replaced by its value.
pub fn fill(term: Term, lang: Lang, values: &[(&str, &str)]) -> String {
    fill_text(term.text(lang), values)
}
