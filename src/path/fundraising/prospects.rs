//! What chance holds for a sub-fund, whatever happens before it: manager, target, luck in raising, LPs.
//!
//! Every draw stands at its own address, so a batch of coming sub-funds is drawn in vector loops before
//! the region approves them one after the other.

#![allow(clippy::inline_always)] // kernels take the instruction set of the dispatch around them

use super::sub_funds::RaisingContext;
use crate::path::lanes::{normals, room};
use crate::random::{Entity, Purpose, tag, unit_f32, unit_f64};
use crate::scenario::{ManagerPool, SubFundStructure};
use crate::structure::raising::{MAX_CLASSES, SubFundLaws};
use pulp::{Simd, WithSimd};

/// Tells a manager's own draws from those of a sub-fund's manager.
const OF_THE_MANAGER: u32 = 1;

/// Sub-funds drawn together.
const BATCH: usize = 64;

/// What chance holds for one sub-fund.
#[derive(Clone, Copy, Debug, Default)]
pub struct Prospect {
    /// Manager's skill, in standard deviations.
    pub skill: f64,
    /// Index of its sector.
    pub sector: u32,
    /// Luck in raising; nothing for sub-funds that are listed.
    pub raising: RaisingLuck,
}

/// A sub-fund's luck in raising.
#[derive(Clone, Copy, Debug, Default)]
pub struct RaisingLuck {
    /// Target size by the size law, in yuan.
    pub target: f64,
    /// Share that it asks of the region.
    pub requested: f64,
    /// Uniform that decides whether it closes.
    pub closing: f64,
    /// Its own shock to the fraction raised, in standard deviations.
    pub raised: f64,
    /// Parts of the other LPs' money by class.
    pub others: [f64; MAX_CLASSES],
    /// The largest part of one other LP.
    pub largest_other: f64,
}

/// The prospects of one region's sub-funds, a batch at a time.
#[derive(Clone, Debug, Default)]
pub struct Prospects {
    /// Number of the first of the batch, once one is drawn.
    first: Option<u32>,
    drawn: Vec<Prospect>,
    entity: Vec<u32>,
    /// The same for the managers of a pool.
    manager: Vec<u32>,
    words: [Vec<u32>; 4],
    normal: Vec<f32>,
    weight: Vec<f32>,
    category: Vec<u32>,
}

impl Prospects {
    /// Forgets the last path's.
    pub fn clear(&mut self) {
        self.first = None;
    }

    /// The prospect of sub-fund `number` of `region`.
    pub fn of(&mut self, context: &RaisingContext, region: u32, number: u32) -> &Prospect {
        let first = number - number % BATCH as u32;
        if self.first != Some(first) {
            self.first = Some(first);
            self.drawn.resize(BATCH, Prospect::default());
            self.entity.clear();
            let numbers = first..first + BATCH as u32;
            let entity = |number| Entity::sub_fund(region, number).word();
            self.entity.extend(numbers.map(entity));
            context.arch.dispatch(DrawBatch {
                context,
                prospects: self,
            });
        }
        &self.drawn[(number - first) as usize]
    }
}

struct DrawBatch<'a> {
    context: &'a RaisingContext<'a>,
    prospects: &'a mut Prospects,
}

impl WithSimd for DrawBatch<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { context, prospects } = self;
        prospects.draw_managers(simd, context);
        if let Some(pool) = context.scenario.sub_funds.manager_pool {
            prospects.take_managers(simd, context, pool);
        }
        let structure = &context.scenario.sub_funds.structure;
        let laws = &context.structure.raising.sub_funds;
        if let (SubFundStructure::Raised(raising), Some(laws)) = (structure, laws) {
            prospects.draw_raising(simd, context, laws);
            for lp in 0..raising.lp_count {
                prospects.draw_ticket(simd, context, laws, lp);
            }
            prospects.share_out();
        }
    }
}

impl Prospects {
    #[inline(always)]
    fn draw_words<S: Simd>(
        &mut self,
        simd: S,
        context: &RaisingContext,
        purpose: Purpose,
        block: u32,
    ) {
        let words = self.words.each_mut().map(|word| room(word, BATCH));
        let address = tag(purpose, 0, 0);
        context
            .streams
            .fill_words(simd, context.path, &self.entity, address, block, words);
    }

    #[inline(always)]
    fn draw_managers<S: Simd>(&mut self, simd: S, context: &RaisingContext) {
        self.draw_words(simd, context, Purpose::Manager, 0);
        let skill = room(&mut self.normal, BATCH);
        normals(skill, &self.words[0]);
        let sector = room(&mut self.category, BATCH);
        let sectors = &context.structure.raising.sector_cumulative;
        categories(sector, &self.words[1], sectors);
        for (prospect, (skill, sector)) in self.drawn.iter_mut().zip(skill.iter().zip(sector)) {
            prospect.skill = f64::from(*skill);
            prospect.sector = *sector;
        }
    }

    /// Gives each sub-fund a manager of the region's pool: its skill is a part of the manager's own and a part of its
    /// own, so that it has the same law as without a pool. The words of [`Self::draw_managers`] still stand.
    #[inline(always)]
    fn take_managers<S: Simd>(&mut self, simd: S, context: &RaisingContext, pool: ManagerPool) {
        let manager = room(&mut self.manager, BATCH);
        let size = f64::from(pool.size);
        let draws = self.entity.iter().zip(&self.words[2]);
        for (manager, (&sub_fund, &word)) in manager.iter_mut().zip(draws) {
            let number = (unit_f64(word) * size) as u32;
            let region = Entity::from_word(sub_fund).of_region();
            *manager = Entity::sub_fund(region, number.min(pool.size - 1)).word();
        }
        let words = self.words.each_mut().map(|word| room(word, BATCH));
        let address = tag(Purpose::Manager, OF_THE_MANAGER, 0);
        let (streams, path) = (context.streams, context.path);
        streams.fill_words(simd, path, &self.manager, address, 0, words);
        let skill = room(&mut self.normal, BATCH);
        normals(skill, &self.words[0]);
        let persistence = pool.persistence.fraction();
        let parts = [persistence, 1.0 - persistence].map(libm::sqrt);
        for (prospect, manager) in self.drawn.iter_mut().zip(skill) {
            prospect.skill = parts[0] * f64::from(*manager) + parts[1] * prospect.skill;
        }
    }

    #[inline(always)]
    fn draw_raising<S: Simd>(&mut self, simd: S, context: &RaisingContext, laws: &SubFundLaws) {
        self.draw_words(simd, context, Purpose::SubFund, 0);
        let normal = room(&mut self.normal, BATCH);
        normals(normal, &self.words[1]);
        let draws = self.words[0].iter().zip(&*normal);
        for (prospect, (&word, z)) in self.drawn.iter_mut().zip(draws) {
            prospect.raising = RaisingLuck {
                target: laws.target.quantile(unit_f64(word)),
                requested: laws.requested.sample_from_normal(f64::from(*z)),
                ..RaisingLuck::default()
            };
        }
        self.draw_words(simd, context, Purpose::SubFund, 1);
        let normal = room(&mut self.normal, BATCH);
        normals(normal, &self.words[1]);
        let draws = self.words[0].iter().zip(&*normal);
        for (prospect, (&word, z)) in self.drawn.iter_mut().zip(draws) {
            prospect.raising.closing = unit_f64(word);
            prospect.raising.raised = f64::from(*z);
        }
    }

    /// The ticket of one other LP per sub-fund: weight and class. Two LPs share the words of a block.
    #[inline(always)]
    fn draw_ticket<S: Simd>(
        &mut self,
        simd: S,
        context: &RaisingContext,
        laws: &SubFundLaws,
        lp: u32,
    ) {
        let pair = (lp % 2) as usize;
        if pair == 0 {
            self.draw_words(simd, context, Purpose::SubFundLps, lp / 2);
        }
        let weight = room(&mut self.weight, BATCH);
        laws.ticket_weight.fill(weight, &self.words[2 * pair]);
        let class = room(&mut self.category, BATCH);
        let classes = &context.structure.raising.class_cumulative;
        categories(class, &self.words[2 * pair + 1], classes);
        for (prospect, (&weight, &class)) in self.drawn.iter_mut().zip(weight.iter().zip(&*class)) {
            let (luck, weight) = (&mut prospect.raising, f64::from(weight));
            luck.others[class as usize % MAX_CLASSES] += weight;
            luck.largest_other = luck.largest_other.max(weight);
        }
    }

    /// From weights to parts of their sum.
    #[inline(always)]
    fn share_out(&mut self) {
        for prospect in &mut self.drawn {
            let luck = &mut prospect.raising;
            let scale = 1.0 / luck.others.iter().sum::<f64>();
            luck.others = luck.others.map(|weight| weight * scale);
            luck.largest_other *= scale;
        }
    }
}

/// Categories by their cumulated probabilities.
#[inline(always)]
fn categories(out: &mut [u32], words: &[u32], cumulative: &[f32]) {
    out.fill(0);
    for &bound in cumulative {
        for (category, &word) in out.iter_mut().zip(words) {
            *category += u32::from(unit_f32(word) >= bound);
        }
    }
}
