//! Labels of metrics, tiers, routes and rules, made from the parts of their names.

use crate::report::Names;
use crate::report::catalogue::Lang;

/// A name or a part of one with its label in English and Chinese.
type Label = (&'static str, &'static str, &'static str);

/// Rungs of the ladder: name, label.
const RUNGS: &[Label] = &[
    ("regional", "regional", "区域基金杠杆"),
    ("sub_fund", "sub-fund", "子基金杠杆"),
    ("consolidated", "consolidated (net)", "合并杠杆（净）"),
    ("summed", "summed (gross)", "逐层加总（毛）"),
    ("social", "social capital", "社会资本杠杆"),
    ("private", "private", "民间资本杠杆"),
    ("fiscal", "fiscal", "财政资金杠杆"),
    ("co_investment", "co-investment", "含跟投杠杆"),
    ("credit", "credit", "信贷杠杆"),
    ("total", "total", "总杠杆"),
];

/// What a rung sets in proportion, in a few words.
const MEANINGS: &[Label] = &[
    ("regional", "regional funds, all LPs", "区域基金总规模"),
    (
        "sub_fund",
        "sub-funds / regional money",
        "子基金规模 / 区域基金出资",
    ),
    (
        "consolidated",
        "all money, counted once",
        "全部资金，不重复计算",
    ),
    ("summed", "sizes of all tiers added", "各层规模相加，有重复"),
    (
        "social",
        "money from outside budgets",
        "财政以外的 LP 与 GP 出资",
    ),
    (
        "private",
        "private money / state money",
        "民间及外资 / 全部国有性质资金",
    ),
    ("fiscal", "national + local budgets", "中央与地方财政出资"),
    (
        "co_investment",
        "net + others in its rounds",
        "合并资金加同轮其他投资者",
    ),
];

const TIERS: &[Label] = &[
    ("national", "national company", "国家公司"),
    ("region", "region", "区域基金"),
    ("regions", "all regional funds", "全部区域基金"),
    ("regions.pooled", "all regional funds", "全部区域基金"),
    ("sub_fund.pooled", "sub-funds, pooled", "子基金（合并）"),
    (
        "sub_fund.q25",
        "lower-quartile sub-fund",
        "子基金（下四分位）",
    ),
    ("sub_fund.q50", "median sub-fund", "子基金（中位数）"),
    (
        "sub_fund.q75",
        "upper-quartile sub-fund",
        "子基金（上四分位）",
    ),
    ("direct", "direct projects", "直投项目"),
    ("lp", "LPs", "出资人"),
    ("concession", "concession", "让利"),
    ("early_stage", "early stages", "早期阶段"),
    ("proceeds", "proceeds of companies", "项目回收"),
    (
        "co_investment",
        "other investors in rounds",
        "项目轮次中的其他投资者",
    ),
    ("programme", "programme", "整体"),
];

const MEASURES: &[Label] = &[
    ("paid_in", "paid in", "实缴"),
    ("distributed", "distributed", "分配"),
    ("residual", "residual value", "剩余价值"),
    ("dpi", "DPI", "DPI（已分配倍数）"),
    ("rvpi", "RVPI", "RVPI（剩余价值倍数）"),
    ("tvpi", "TVPI", "TVPI（总价值倍数）"),
    ("irr", "IRR", "内部收益率"),
    ("pme_ks", "PME (KS)", "PME(KS)"),
    ("direct_alpha", "direct alpha", "直接阿尔法"),
    ("years_to_dpi_1", "years to DPI 1", "回本年限（DPI 达 1）"),
    ("peak_annual_call", "peak annual call", "年度最高缴款"),
    (
        "irr_multiple",
        "paths with several IRRs",
        "内部收益率不唯一的路径",
    ),
    ("jcurve_trough", "trough / size", "低点占规模"),
    ("years_to_trough", "years to the trough", "到达低点年限"),
    ("annual_call", "call of year", "年度缴款"),
    ("principal", "principal", "国债本金"),
    ("paid_back", "paid back", "现金收回"),
    (
        "principal_recovered",
        "paid back / principal",
        "收回占本金倍数",
    ),
    ("npv", "NPV at the bond rate", "净现值（按国债利率）"),
    (
        "residual_present_value",
        "still held at the term, present value",
        "届满剩余价值现值",
    ),
    ("size", "size", "规模"),
    ("money", "money", "投资额"),
    ("share", "share of sub-funds' size", "占子基金规模"),
    ("top_1_share", "from the best 1%", "前 1% 项目占比"),
    ("top_5_share", "from the best 5%", "前 5% 项目占比"),
    ("unicorns", "worth 7bn yuan or more", "估值 70 亿以上"),
    ("years_held", "years held", "持有年限"),
    ("idle_share", "idle cash / paid in", "闲置资金占实缴"),
    ("interest", "interest on idle cash", "闲置资金利息"),
    ("sub_fund", "by regional funds", "区域基金让利"),
    ("region", "by the national company", "国家公司让利"),
    ("fee_load", "fees / size", "费用占规模"),
    ("carry", "carried interest", "业绩报酬"),
    ("approved", "approved", "获批"),
    ("closed", "closed", "完成募集"),
    ("failed", "failed to close", "未能募成"),
    ("mean_size", "mean size", "平均规模"),
    ("regional_share", "regional share of size", "区域基金占比"),
    ("funded", "funded", "获投"),
    ("unrealised_at_term", "unrealised at the term", "届满未退出"),
    ("count", "number", "数量"),
    ("proceeds", "proceeds", "回收金额"),
    ("multiple", "multiple", "回报倍数"),
    ("others_share", "share of other LPs", "其他出资人占比"),
    ("failed_share", "share failed to close", "未能募成占比"),
    ("raised_of_target", "raised of target", "募集完成率"),
    ("early_stage_share", "early-stage share", "早期投资占比"),
    ("carry_of_proceeds", "carry / proceeds", "业绩报酬占回收"),
    ("first_cheque_mean", "mean first cheque", "首轮平均投资额"),
    ("stakes", "stakes", "持股数"),
    ("waited", "listings that wait, of all", "排队上市占比"),
    (
        "mean_wait",
        "mean wait of those, years",
        "平均排队时间（年）",
    ),
    (
        "waited_in_vain",
        "wait in vain and are sold, of all",
        "排队未果转并购占比",
    ),
    ("deals_share", "share of early deals", "占早期投资案例比例"),
    ("listings_share", "share of listings", "占上市比例"),
    ("projects", "number", "项目数"),
    ("invested", "invested, of the part set aside", "已投比例"),
    ("cheque_mean", "mean first cheque", "首轮平均投资额"),
    ("follow_ons", "follow-on cheques", "跟投次数"),
    ("follow_on_mean", "mean follow-on cheque", "跟投平均金额"),
    ("follow_on_money", "follow-on money", "跟投金额"),
    ("follow_on_share", "follow-on money / size", "跟投占规模"),
    ("recycled_money", "recycled money", "循环投资金额"),
    ("recycled_share", "recycled money / size", "循环投资占规模"),
    ("partial_count", "sales of a part", "部分转让次数"),
    (
        "additional",
        "of it additional, an assumption",
        "其中新增资金（假设）",
    ),
    (
        "relay",
        "later rounds without the programme, by its stake",
        "后续轮次接力资金（按持股比例）",
    ),
];

const MOBILISED: &[Label] = &[
    (
        "national",
        "national, in regional funds",
        "国家资金（投入区域基金）",
    ),
    ("regions", "regional funds, all LPs", "区域基金总规模"),
    ("sub_funds", "sub-funds, all LPs and GPs", "子基金总规模"),
    (
        "consolidated",
        "all money, counted once",
        "全部资金（不重复计算）",
    ),
    ("budget", "government budgets", "财政资金"),
    ("state_owned", "state-owned LPs", "国有企业资金"),
    ("private", "private and foreign", "民间及外资"),
];

const ROUTES: &[Label] = &[
    ("listing", "listing", "上市"),
    ("trade_sale", "trade sale", "并购"),
    ("transfer", "transfer", "老股转让"),
    ("redemption", "redemption", "回购"),
    ("secondary", "secondary sale", "二手份额转让"),
    ("wound_up", "wound up", "清算"),
    ("written_off", "written off", "核销"),
    ("stalled", "stalled", "停滞"),
    ("alive", "still held", "在投"),
    ("unsold", "listed, unsold", "上市未售"),
];

const THINGS: &[Label] = &[
    ("sub_funds", "sub-funds", "子基金"),
    ("regions", "regional funds", "区域基金"),
    ("companies", "companies", "被投企业"),
    ("deployment", "deployment", "投资"),
    ("mobilised", "mobilised", "动员资金"),
    ("drawn", "drawn", "实缴口径"),
    ("fiscal", "treasury", "财政"),
    ("market", "market", "市场"),
    ("peak", "largest year", "最高年份"),
    ("as_called", "bonds as called", "国债随缴款发行"),
    ("upfront", "bonds up front", "国债期初一次发行"),
    ("on_capital", "on capital", "按总资本"),
    ("seed", "seed", "种子期"),
    ("start_up", "start-up", "初创期"),
    ("early_mid", "early to mid", "早中期"),
    ("growth", "growth", "成长期"),
    ("late", "late", "成熟期"),
    ("early", "early stages", "早期"),
    ("local_government", "local government", "地方财政"),
    ("central_soe", "central SOEs", "中央企业"),
    ("local_soe", "local SOEs", "地方国企"),
    ("bank_aic", "bank AICs", "银行系 AIC"),
    ("insurer", "insurers", "保险资金"),
    ("corporate", "corporates", "产业资本"),
    ("private", "private LPs", "民间资本"),
    ("foreign", "foreign LPs", "外资"),
    ("integrated_circuits", "integrated circuits", "集成电路"),
    ("ai", "AI", "人工智能"),
    ("aerospace", "aerospace", "航空航天"),
    ("low_altitude", "low-altitude economy", "低空经济"),
    ("biomanufacturing", "biomanufacturing", "生物制造"),
    ("future_energy", "future energy", "未来能源"),
];

const HOLDERS: &[Label] = &[
    ("treasury", "treasury", "财政"),
    ("national", "national company", "国家公司"),
    (
        "regional_lps",
        "LPs of regional funds",
        "区域基金其他出资人",
    ),
    (
        "sub_fund_lps",
        "LPs and GPs of sub-funds",
        "子基金其他出资人",
    ),
    ("sub_funds", "sub-funds", "子基金"),
    ("direct", "direct projects", "直投项目"),
    ("fees", "fees", "管理费"),
    ("carry", "carried interest", "业绩报酬"),
    ("running_cost", "running costs", "运营费用"),
    ("interest", "interest", "利息"),
];

const RULES: &[Label] = &[
    (
        "sub_fund_share_min",
        "sub-fund share of a region",
        "区域基金投子基金比例",
    ),
    (
        "early_stage_min",
        "early stage, per sub-fund",
        "子基金早期投资比例",
    ),
    (
        "not_largest_lp",
        "region not the largest LP",
        "区域基金不为最大出资人",
    ),
    (
        "valuation_max",
        "price of early-stage deals",
        "早期项目估值上限",
    ),
    (
        "cheque_max",
        "first cheque to small firms",
        "小企业单笔投资上限",
    ),
    (
        "sub_fund_mean_size_max",
        "mean size of sub-funds",
        "子基金平均规模上限",
    ),
    (
        "national_term",
        "life of the programme, years",
        "国家基金存续期（年）",
    ),
    (
        "investment_period",
        "investment period, years",
        "投资期（年）",
    ),
    (
        "regional_size_min",
        "size of a regional fund",
        "区域基金规模下限",
    ),
    (
        "sub_fund_count_min",
        "number of sub-funds",
        "子基金数量下限",
    ),
    (
        "programme_early_stage_min",
        "early stage, programme",
        "整体早期投资比例",
    ),
    (
        "scale_target",
        "scale target (consolidated)",
        "规模目标（合并杠杆）",
    ),
];

/// English names of regions that scenarios name in Chinese.
const REGIONS: &[Label] = &[
    ("jjj", "Beijing-Tianjin-Hebei", "京津冀"),
    ("yrd", "Yangtze River Delta", "长三角"),
    ("gba", "Greater Bay Area", "粤港澳大湾区"),
];

fn look_up(table: &[Label], key: &str, lang: Lang) -> Option<&'static str> {
    let (_, en, zh) = table.iter().find(|(name, ..)| *name == key)?;
    Some(lang.choose(en, zh))
}

/// The label of the rung `leverage.<rung>` and what it sets in proportion.
pub fn rung(name: &str, lang: Lang) -> Option<(&'static str, &'static str)> {
    Some((
        look_up(RUNGS, name, lang)?,
        look_up(MEANINGS, name, lang).unwrap_or_default(),
    ))
}

/// The label of a region: the scenario's own name in Chinese, a known English one, else its id.
pub fn region_label(id: &str, names: &Names, lang: Lang) -> String {
    let own = names
        .regions
        .iter()
        .find(|(region, _)| region == id)
        .map(|(_, name)| name.as_str());
    match (look_up(REGIONS, id, lang), own) {
        (Some(label), _) => label.to_owned(),
        (None, Some(name)) => name.to_owned(),
        (None, None) => id.to_owned(),
    }
}

/// A measure's part of a label that names whose it is.
pub fn measure_of(label: &str, lang: Lang) -> &str {
    label
        .rsplit_once(lang.colon())
        .map_or(label, |(_, measure)| measure)
}

/// The label of a tier, `national`, `region.gba`, `sub_fund.pooled` or `lp.insurer`.
pub fn tier_label(tier: &str, names: &Names, lang: Lang) -> Option<String> {
    if let Some(label) = look_up(TIERS, tier, lang) {
        return Some(label.to_owned());
    }
    let (kind, id) = tier.split_once('.')?;
    match kind {
        "region" => Some(region_label(id, names, lang)),
        "lp" => {
            let (class, level) = id.split_once('.').unwrap_or((id, ""));
            let class = look_up(THINGS, class, lang).unwrap_or(class);
            let label = lang.labelled(look_up(TIERS, kind, lang)?, class);
            let levels = [level].into_iter().filter(|level| !level.is_empty());
            Some(with_details(label, &levels.collect::<Vec<_>>(), lang))
        }
        _ => None,
    }
}

/// The label of a stage, a sector or a class of LPs: the scenario's own name where no table has it.
pub fn thing_label(id: &str, lang: Lang) -> String {
    look_up(THINGS, id, lang).unwrap_or(id).to_owned()
}

/// The label of a payer or payee of a flow: `treasury`, `region.gba`, `stage.seed`, `exits.listing`, `held.alive`.
pub fn holder_label(holder: &str, names: &Names, lang: Lang) -> String {
    if let Some(label) = look_up(HOLDERS, holder, lang) {
        return label.to_owned();
    }
    match holder.split_once('.') {
        Some(("region", id)) => region_label(id, names, lang),
        Some(("stage", id)) => thing_label(id, lang),
        Some(("exits" | "held", route)) => route_label(route, lang),
        _ => holder.to_owned(),
    }
}

/// The label of an exit route.
pub fn route_label(route: &str, lang: Lang) -> String {
    look_up(ROUTES, route, lang).unwrap_or(route).to_owned()
}

/// The label of a rule.
pub fn rule_label(rule: &str, lang: Lang) -> String {
    look_up(RULES, rule, lang).unwrap_or(rule).to_owned()
}

/// The label of a metric; `None` when a part of its name is in no table (a test holds that every
/// metric of the engine has one). Identifiers of a scenario stand for themselves.
pub fn metric_label(name: &str, names: &Names, lang: Lang) -> Option<String> {
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        ["leverage", rung_name, rest @ ..] => {
            let (label, _) = rung(rung_name, lang)?;
            Some(with_details(label.to_owned(), rest, lang))
        }
        ["exits", route, measure] => {
            let route = look_up(ROUTES, route, lang)?;
            Some(lang.labelled(route, look_up(MEASURES, measure, lang)?))
        }
        ["national", measure @ "annual_call", year] => {
            let (tier, measure) = (
                look_up(TIERS, "national", lang)?,
                look_up(MEASURES, measure, lang)?,
            );
            let year = year.trim_start_matches('0');
            let measure = match lang {
                Lang::En => format!("{measure} {year}"),
                Lang::Zh => format!("第 {year} {measure}"),
            };
            Some(lang.labelled(tier, &measure))
        }
        ["market", measure, details @ ..] => {
            let measure = look_up(MEASURES, measure, lang)?.to_owned();
            let year = |detail: &&str| detail.trim_start_matches('0').to_owned();
            let details: Vec<String> = details.iter().map(year).collect();
            let details: Vec<&str> = details.iter().map(String::as_str).collect();
            Some(with_details(measure, &details, lang))
        }
        ["fiscal", rule @ .., measure] => {
            let account = look_up(THINGS, "fiscal", lang)?.to_owned();
            let account = with_details(account, rule, lang);
            Some(lang.labelled(&account, look_up(MEASURES, measure, lang)?))
        }
        ["mobilised", what] => {
            let mobilised = look_up(THINGS, "mobilised", lang)?;
            Some(lang.labelled(mobilised, look_up(MOBILISED, what, lang)?))
        }
        [
            "companies",
            by @ ("funded_by_sector" | "funded_by_region"),
            id,
        ] => {
            let member = match *by {
                "funded_by_region" => region_label(id, names, lang),
                _ => thing_label(id, lang),
            };
            let label = metric_label("companies.funded", names, lang)?;
            Some(with_details(label, &[&member], lang))
        }
        [
            thing @ ("sub_funds" | "companies" | "deployment"),
            measure,
            rest @ ..,
        ] => {
            let thing = look_up(THINGS, thing, lang)?;
            let measure = look_up(MEASURES, measure, lang)?;
            let label = match lang {
                Lang::En => format!("{thing} {measure}"),
                Lang::Zh => format!("{thing}{measure}"),
            };
            Some(with_details(label, rest, lang))
        }
        _ => {
            let (tier, measure) = name.rsplit_once('.')?;
            let tier = tier_label(tier, names, lang)?;
            Some(lang.labelled(&tier, look_up(MEASURES, measure, lang)?))
        }
    }
}

fn with_details(label: String, details: &[&str], lang: Lang) -> String {
    details.iter().fold(label, |label, detail| {
        let detail = look_up(THINGS, detail, lang).unwrap_or(detail);
        match lang {
            Lang::En => format!("{label}, {detail}"),
            Lang::Zh => format!("{label}，{detail}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::LADDER;
    use crate::report::catalogue::tests::has_chinese_marks;
    use crate::summary::tests::summary;

    #[test]
    fn every_label_is_complete_in_both_languages() {
        for table in [
            RUNGS, MEANINGS, TIERS, MEASURES, MOBILISED, ROUTES, THINGS, HOLDERS, RULES, REGIONS,
        ] {
            for (key, en, zh) in table {
                assert!(!en.is_empty() && en.is_ascii(), "{key}: {en}");
                assert!(!zh.is_empty() && has_chinese_marks(zh), "{key}: {zh}");
                assert_eq!(
                    table.iter().filter(|(other, ..)| other == key).count(),
                    1,
                    "{key}"
                );
            }
        }
    }

    #[test]
    fn every_rung_of_the_ladder_has_a_label_and_a_meaning() {
        for name in LADDER {
            let (label, meaning) = rung(name.trim_start_matches("leverage."), Lang::En).unwrap();
            assert!(!label.is_empty() && !meaning.is_empty(), "{name}");
        }
    }

    #[test]
    fn every_metric_of_a_summary_has_a_label() {
        for (name, _) in summary(50).metrics.iter() {
            for lang in Lang::ALL {
                assert!(
                    metric_label(name, &Names::default(), lang).is_some(),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn labels_read_as_fund_people_write_them() {
        let names = Names {
            regions: vec![("west".into(), "成渝创业投资引导基金".into())],
            ..Names::default()
        };
        let zh = |name| metric_label(name, &names, Lang::Zh).unwrap();
        assert_eq!(zh("national.irr"), "国家公司：内部收益率");
        assert_eq!(zh("companies.funded.seed"), "被投企业获投，种子期");
        assert_eq!(
            zh("companies.funded_by_sector.ai"),
            "被投企业获投，人工智能"
        );
        assert_eq!(
            zh("companies.funded_by_region.west"),
            "被投企业获投，成渝创业投资引导基金"
        );
        assert_eq!(zh("region.west.paid_in"), "成渝创业投资引导基金：实缴");
        assert_eq!(
            metric_label("leverage.consolidated.drawn", &names, Lang::En).unwrap(),
            "consolidated (net), drawn"
        );
        assert_eq!(metric_label("nobody.knows", &names, Lang::En), None);
    }
}
