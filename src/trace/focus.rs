//! A part of a trace: one region, one sub-fund of it, one company of that.

use super::{RegionTrace, SubFundTrace, Trace};
use crate::scenario::reader::suggestion;
use std::fmt;

/// What a trace is narrowed to; each needs the one before it, the region only where there are several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Focus<'a> {
    /// Name of a region in the scenario's keys.
    pub region: Option<&'a str>,
    /// Number of a sub-fund in its region.
    pub sub_fund: Option<u32>,
    /// Number of a company in its sub-fund.
    pub company: Option<u32>,
}

/// Why a trace cannot be narrowed, with what there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No region has this name.
    Region {
        /// The name.
        asked: String,
        /// The one that was probably meant.
        meant: Option<String>,
        /// All names.
        known: Vec<String>,
    },
    /// There are several regions, and none was named.
    WhichRegion(Vec<String>),
    /// No sub-fund of this number closed.
    SubFund {
        /// The region.
        region: String,
        /// The number.
        asked: u32,
        /// How many closed.
        closed: usize,
        /// How many were approved; their numbers begin with 0.
        approved: u32,
    },
    /// No sub-fund was named to which the company belongs.
    WhichSubFund,
    /// No company of this number was financed.
    Company {
        /// The region and the sub-fund's number.
        of: (String, u32),
        /// The number.
        asked: u32,
        /// How many were financed.
        financed: usize,
        /// The largest number among them.
        last: Option<u32>,
    },
}

impl Trace {
    /// This trace with nothing but what `focus` asks for in its lists of regions, sub-funds and companies.
    ///
    /// # Errors
    ///
    /// When there is no such thing on this path.
    pub fn narrow(mut self, focus: Focus) -> Result<Self, Missing> {
        if let Some(asked) = focus.region {
            let known: Vec<String> = self.regions.iter().map(|r| r.id.clone()).collect();
            self.regions.retain(|region| region.id == asked);
            if self.regions.is_empty() {
                let meant = suggestion(asked, known.iter().map(String::as_str));
                return Err(Missing::Region {
                    asked: asked.to_owned(),
                    meant: meant.map(str::to_owned),
                    known,
                });
            }
        }
        match (focus.sub_fund, focus.company, &mut self.regions[..]) {
            (None, None, _) => {}
            (None, Some(_), _) => return Err(Missing::WhichSubFund),
            (Some(sub_fund), company, [region]) => {
                region.narrow(sub_fund)?;
                if let (Some(company), [fund]) = (company, &mut region.sub_funds[..]) {
                    fund.narrow(&region.id, company)?;
                }
            }
            (Some(_), _, regions) => {
                let known = regions.iter().map(|region| region.id.clone());
                return Err(Missing::WhichRegion(known.collect()));
            }
        }
        Ok(self)
    }
}

impl RegionTrace {
    fn narrow(&mut self, sub_fund: u32) -> Result<(), Missing> {
        let closed = self.sub_funds.len();
        self.sub_funds.retain(|fund| fund.number == sub_fund);
        if self.sub_funds.is_empty() {
            return Err(Missing::SubFund {
                region: self.id.clone(),
                asked: sub_fund,
                closed,
                approved: self.approved,
            });
        }
        Ok(())
    }
}

impl SubFundTrace {
    fn narrow(&mut self, region: &str, company: u32) -> Result<(), Missing> {
        let financed = self.companies.len();
        let last = self.companies.last().map(|company| company.number);
        self.companies.retain(|found| found.number == company);
        if self.companies.is_empty() {
            return Err(Missing::Company {
                of: (region.to_owned(), self.number),
                asked: company,
                financed,
                last,
            });
        }
        Ok(())
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region {
                asked,
                meant,
                known,
            } => {
                let known = known.join(", ");
                write!(f, "there is no region `{asked}`; the regions are {known}")?;
                match meant {
                    Some(meant) => write!(f, "; did you mean `{meant}`?"),
                    None => Ok(()),
                }
            }
            Self::WhichRegion(known) => write!(
                f,
                "--sub-fund needs --region: there are several regions, {}",
                known.join(", ")
            ),
            Self::SubFund {
                region,
                asked,
                closed,
                approved,
            } => {
                write!(
                    f,
                    "no sub-fund {asked} of region `{region}` closed on this path: "
                )?;
                if asked < approved {
                    write!(f, "it was approved and failed to close; ")?;
                }
                write!(f, "{closed} of {approved} approved ones did")?;
                match approved.checked_sub(1) {
                    Some(last) => write!(f, ", with numbers from 0 to {last}"),
                    None => Ok(()),
                }
            }
            Self::WhichSubFund => f.write_str("--company needs --sub-fund"),
            Self::Company {
                of: (region, fund),
                asked,
                financed,
                last,
            } => {
                write!(
                    f,
                    "sub-fund {fund} of region `{region}` has no company {asked} on this path: it financed {financed}"
                )?;
                match last {
                    Some(last) => write!(f, ", with numbers from 0 to {last}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for Missing {}
