//! Tables of text whose columns line up, Chinese ones too.

use super::text::wrap;
use crate::table::Section;
use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use std::fmt::Write as _;
use std::ops::RangeInclusive;

/// Columns that a report should fit.
pub const WIDTH: usize = 100;

/// Columns that heads are broken into at most and at least, where a table is too wide.
const HEAD: RangeInclusive<usize> = 8..=30;
/// Fewest columns that names in front of rows are broken into.
const NAME: usize = 18;

/// The section as text; nothing at all for a table without rows.
pub fn render(section: &Section) -> String {
    let is_table = !section.header.is_empty();
    if section.rows.is_empty() && (is_table || section.notes.is_empty()) {
        return String::new();
    }
    let mut text = format!("\n{}\n", broken(&section.title, WIDTH, "  "));
    if !section.rows.is_empty() {
        let _ = writeln!(text, "{}", laid_out(section));
    }
    for note in &section.notes {
        let _ = writeln!(text, "  {}", broken(note, WIDTH - 2, "  "));
    }
    text
}

/// The table. Where it is wider than [`WIDTH`] its columns move together; if that is not enough heads, then names in front of
/// rows, then both take several lines.
fn laid_out(section: &Section) -> String {
    for gap in [2, 1] {
        let shown = grid(section, gap);
        if is_narrow(&shown) {
            return shown;
        }
    }
    let mut heads = HEAD.rev().map(|width| with_heads(section, width));
    if let Some(heads) = heads.find(fits) {
        return grid(&heads, 1);
    }
    let names = with_names(section);
    if fits(&names) {
        return grid(&names, 1);
    }
    grid(&with_names(&with_heads(section, *HEAD.start())), 1)
}

/// The section with heads of at most so many columns, where their words allow it; keys are broken at their dots.
fn with_heads(section: &Section, width: usize) -> Section {
    let parted = |head: &String| broken(&head.replace('.', ". "), width, "").replace(". ", ".");
    Section {
        header: section.header.iter().map(parted).collect(),
        ..section.clone()
    }
}

/// The section with names in front of its rows that leave the other columns the room that they need.
fn with_names(section: &Section) -> Section {
    let widest = |text: &str| text.lines().map(columns).max().unwrap_or(0);
    let excess = widest(&grid(section, 1)).saturating_sub(WIDTH);
    let names = section.rows.iter().filter_map(|row| row.first());
    let longest = names.map(|name| columns(name)).max().unwrap_or(0);
    let width = longest.saturating_sub(excess).max(NAME);
    let mut narrow = section.clone();
    for name in narrow.rows.iter_mut().filter_map(|row| row.first_mut()) {
        *name = broken(name, width, "  ");
    }
    narrow
}

/// `text` in lines of at most `width` columns, those after the first behind `indent`; as it is where it is no wider.
fn broken(text: &str, width: usize, indent: &str) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    wrap(text, width - indent.len()).join(&format!("\n{indent}"))
}

/// Whether the section's table is no wider than [`WIDTH`], with its columns moved together.
pub fn fits(section: &Section) -> bool {
    is_narrow(&grid(section, 1))
}

fn is_narrow(text: &str) -> bool {
    text.lines().all(|line| columns(line) <= WIDTH)
}

/// The table with `gap` blanks between its columns.
fn grid(section: &Section, gap: u16) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('-')));
    table.set_content_arrangement(ContentArrangement::Disabled);
    if !section.header.is_empty() {
        table.set_header(&section.header);
    }
    let widest = section.rows.iter().map(Vec::len).max().unwrap_or(0);
    let columns = widest.max(section.header.len());
    for row in &section.rows {
        table.add_row((0..columns).map(|i| Cell::new(row.get(i).map_or("", String::as_str))));
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding(if index == 0 { (2, 0) } else { (gap, 0) });
        if is_numeric(section, index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Columns that a text takes on a terminal: two for a Chinese character, else one.
pub fn columns(text: &str) -> usize {
    let wide = |c: &char| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ff60}');
    text.chars().count() + text.chars().filter(wide).count()
}

/// Whether most cells of a column begin like a number; a lone "-" has no say.
fn is_numeric(section: &Section, column: usize) -> bool {
    let cells = || {
        section
            .rows
            .iter()
            .filter_map(|row| row.get(column))
            .filter(|c| !c.is_empty() && *c != "-")
    };
    let numbers = cells()
        .filter(|cell| {
            cell.trim_start_matches(['-', '+', '('])
                .starts_with(|c: char| c.is_ascii_digit())
        })
        .count();
    column > 0 && 2 * numbers > cells().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section() -> Section {
        Section {
            rows: vec![
                vec!["合并杠杆".into(), "8.95".into(), "全部资金".into()],
                vec!["x".into(), "-12.10".into()],
            ],
            ..Section::new("杠杆倍数", ["层级", "均值", "含义"])
        }
    }

    #[test]
    fn chinese_columns_line_up_and_numbers_stand_on_the_right() {
        let expected = "
杠杆倍数
  层级        均值  含义
----------------------------
  合并杠杆    8.95  全部资金
  x         -12.10
";
        assert_eq!(render(&section()), expected);
    }

    #[test]
    fn a_wide_table_moves_its_columns_together() {
        let mut wide = section();
        wide.rows[0][2] = "x".repeat(WIDTH - 18);
        assert!(fits(&wide));
        assert!(is_narrow(&render(&wide)));
        wide.rows[0][2] += "x";
        assert!(!fits(&wide));
    }

    #[test]
    fn heads_and_names_take_several_lines_where_a_table_is_too_wide() {
        let mut wide = section();
        wide.header[1] = "a head of many words ".repeat(6);
        wide.header[2] = "sub_funds.requested_share_mean".to_owned();
        assert!(!fits(&wide) && is_narrow(&render(&wide)));
        assert!(!render(&wide).contains("sub_funds. "));
        let mut wide = section();
        wide.rows[0][0] = "a name of many words ".repeat(6);
        wide.notes = vec!["a note of many words ".repeat(6)];
        wide.title = "a title of many words ".repeat(6);
        assert!(!fits(&wide) && is_narrow(&render(&wide)));
        wide.rows[0][2] = "x".repeat(50);
        wide.header[1] = "another head of words".repeat(3);
        assert!(is_narrow(&render(&wide)), "{}", render(&wide));
    }

    #[test]
    fn nothing_to_show_shows_nothing() {
        assert_eq!(render(&Section::new("empty", ["a"])), "");
    }

    #[test]
    fn no_line_ends_in_blanks() {
        assert!(
            render(&section())
                .lines()
                .all(|line| line == line.trim_end())
        );
    }
}
