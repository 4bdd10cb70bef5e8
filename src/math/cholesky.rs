//! Correlated normal numbers: a correlation matrix and its lower triangular root.

/// A correlation matrix over names, from pairs; what no pair names is 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlations<'a> {
    /// The names in the order of their first pair.
    pub names: Vec<&'a str>,
    /// The matrix, row by row.
    pub rows: Vec<Vec<f64>>,
}

impl<'a> Correlations<'a> {
    /// The matrix of these pairs.
    pub fn of(pairs: impl Iterator<Item = (&'a str, &'a str, f64)> + Clone) -> Self {
        let mut names: Vec<&str> = Vec::new();
        for (first, second, _) in pairs.clone() {
            for name in [first, second] {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let size = names.len();
        let mut rows = vec![vec![0.0; size]; size];
        for (at, row) in rows.iter_mut().enumerate() {
            row[at] = 1.0;
        }
        let place = |name| names.iter().position(|known| *known == name);
        for (first, second, value) in pairs {
            if let (Some(i), Some(j)) = (place(first), place(second)) {
                rows[i][j] = value;
                rows[j][i] = value;
            }
        }
        Self { names, rows }
    }
}

/// The lower triangular L with L L' = `matrix`, which is symmetric: row i has i + 1 entries.
///
/// # Errors
///
/// The first row for which the matrix is not positive definite.
pub fn cholesky(matrix: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, usize> {
    /// Below this a pivot is rounding.
    const SMALLEST: f64 = 1e-10;
    let mut root: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (i, row) in matrix.iter().enumerate() {
        let mut new: Vec<f64> = Vec::with_capacity(i + 1);
        for (j, above) in root.iter().enumerate() {
            let known: f64 = new.iter().zip(above).map(|(a, b)| a * b).sum();
            new.push((row[j] - known) / above[j]);
        }
        let pivot = row[i] - new.iter().map(|entry| entry * entry).sum::<f64>();
        if pivot < SMALLEST {
            return Err(i);
        }
        new.push(pivot.sqrt());
        root.push(new);
    }
    Ok(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_gives_the_matrix_back() {
        let pairs = [("a", "b", 0.5), ("c", "a", -0.3), ("b", "c", 0.2)];
        let matrix = Correlations::of(pairs.iter().copied());
        assert_eq!(matrix.names, ["a", "b", "c"]);
        let root = cholesky(&matrix.rows).expect("positive definite");
        for (i, row) in matrix.rows.iter().enumerate() {
            for (j, &entry) in row.iter().enumerate() {
                let product: f64 = root[i].iter().zip(&root[j]).map(|(a, b)| a * b).sum();
                assert!((product - entry).abs() < 1e-15);
            }
        }
    }

    /// a and b move together, b and c too, but a and c against each other.
    #[test]
    fn correlations_that_contradict_each_other_have_no_root() {
        let pairs = [("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)];
        let matrix = Correlations::of(pairs.iter().copied());
        assert_eq!(cholesky(&matrix.rows), Err(2));
        let sure = Correlations::of([("a", "b", 1.0)].into_iter());
        assert_eq!(cholesky(&sure.rows), Err(1));
    }
}
