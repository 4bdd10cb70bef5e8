//! A table as plain data; `report::table` prints it.

/// A titled table of text; rows may be shorter than the header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// What the table is about.
    pub title: String,
    /// Names of the columns; empty for a table without.
    pub header: Vec<String>,
    /// The cells, row by row. A column of numbers is aligned to the right.
    pub rows: Vec<Vec<String>>,
    /// Lines below the table.
    pub notes: Vec<String>,
}

impl Section {
    /// An empty section with these columns.
    pub fn new<'a>(title: impl Into<String>, header: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            title: title.into(),
            header: header.into_iter().map(str::to_owned).collect(),
            ..Self::default()
        }
    }

    /// The place of the column with this head.
    pub fn column(&self, head: &str) -> Option<usize> {
        self.header.iter().position(|found| found == head)
    }
}
