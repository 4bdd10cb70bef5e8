//! One row per path as Apache Parquet: what pandas, polars, DuckDB and R read at once and in their own types.
//!
//! A column `path` of whole numbers, then one column of doubles per metric under its name; a missing value is null. Units and
//! provenance stand in the file's key-value metadata. Nothing depends on time or machine: same results, same bytes.

use crate::outcomes::Outcomes;
use crate::summary::Provenance;
use crate::summary::estimate::unit_key;
use ::parquet::basic::{Compression, Encoding, Repetition, Type as Physical, ZstdLevel};
use ::parquet::data_type::{DoubleType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::Type;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows of one group: some tens of megabytes, which a reader can take on its own.
const GROUP: usize = 1 << 16;

/// Writes one row per path.
///
/// # Errors
///
/// Those of `out`.
pub fn write_paths(
    outcomes: &Outcomes,
    from: &Provenance,
    out: impl Write + Send,
) -> io::Result<()> {
    write(outcomes, from, out).map_err(|error| match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    })
}

fn write(
    outcomes: &Outcomes,
    from: &Provenance,
    out: impl Write + Send,
) -> Result<(), ParquetError> {
    let schema = Arc::new(schema(outcomes)?);
    let properties = Arc::new(properties(outcomes, from)?);
    let mut file = SerializedFileWriter::new(out, schema, properties)?;
    let columns = outcomes.specs.len();
    let mut values = Vec::with_capacity(GROUP);
    let paths = outcomes.paths();
    for start in (0..paths).step_by(GROUP) {
        let end = paths.min(start + GROUP);
        let mut group = file.next_row_group()?;
        put_numbers(&mut group, outcomes.first_path, start..end)?;
        for column in 0..columns {
            let rows = outcomes.rows[start * columns..end * columns].chunks_exact(columns);
            values.clear();
            values.extend(rows.map(|row| row[column]));
            put_values(&mut group, &values)?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(())
}

fn schema(outcomes: &Outcomes) -> Result<Type, ParquetError> {
    let field = |name: &str, physical, repetition| {
        let field = Type::primitive_type_builder(name, physical).with_repetition(repetition);
        field.build().map(Arc::new)
    };
    let mut fields = vec![field("path", Physical::INT64, Repetition::REQUIRED)?];
    for spec in &outcomes.specs {
        fields.push(field(&spec.name, Physical::DOUBLE, Repetition::OPTIONAL)?);
    }
    Type::group_type_builder("paths")
        .with_fields(fields)
        .build()
}

fn properties(outcomes: &Outcomes, from: &Provenance) -> Result<WriterProperties, ParquetError> {
    let units: BTreeMap<&str, &str> = outcomes
        .specs
        .iter()
        .map(|spec| (spec.name.as_str(), unit_key(spec.unit)))
        .collect();
    let json = |value: serde_json::Result<String>| {
        value.map_err(|error| ParquetError::External(Box::new(error)))
    };
    let texts = [
        ("tierfund.provenance", json(serde_json::to_string(from))?),
        ("tierfund.units", json(serde_json::to_string(&units))?),
    ];
    let metadata = texts.map(|(key, text)| KeyValue::new(key.to_owned(), text));
    let built = WriterProperties::builder()
        .set_created_by(format!("tierfund version {}", from.version))
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        // Hardly a value of a path occurs twice: a dictionary is slower and larger than bytes in streams.
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::BYTE_STREAM_SPLIT)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_key_value_metadata(Some(metadata.to_vec()))
        .build();
    Ok(built)
}

fn put_numbers<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<W>,
    first: u64,
    rows: std::ops::Range<usize>,
) -> Result<(), ParquetError> {
    let numbers: Vec<i64> = rows.map(|row| (first + row as u64) as i64).collect();
    if let Some(mut column) = group.next_column()? {
        column
            .typed::<Int64Type>()
            .write_batch(&numbers, None, None)?;
        column.close()?;
    }
    Ok(())
}

fn put_values<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<W>,
    values: &[f64],
) -> Result<(), ParquetError> {
    let present: Vec<i16> = values
        .iter()
        .map(|value| i16::from(value.is_finite()))
        .collect();
    let values: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if let Some(mut column) = group.next_column()? {
        column
            .typed::<DoubleType>()
            .write_batch(&values, Some(&present), None)?;
        column.close()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::tests::{outcomes, provenance};
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    use ::parquet::record::RowAccessor;

    fn written(paths: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_paths(&outcomes(paths), &provenance(paths), &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn every_number_reads_back_as_the_same_bits_and_a_missing_one_as_null() {
        let made = outcomes(2000);
        let bytes = written(2000);
        let file = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let mut missing = 0;
        let mut rows = 0;
        for (number, (row, values)) in file
            .get_row_iter(None)
            .unwrap()
            .zip(made.rows())
            .enumerate()
        {
            let row = row.unwrap();
            assert_eq!(row.get_long(0).unwrap(), number as i64);
            for (column, value) in values.iter().enumerate() {
                if let Ok(read) = row.get_double(column + 1) {
                    assert_eq!(read.to_bits(), value.to_bits());
                } else {
                    assert!(value.is_nan());
                    missing += 1;
                }
            }
            rows += 1;
        }
        assert_eq!(rows, 2000);
        assert!(missing > 0, "the made-up outcomes have missing values");
    }

    #[test]
    fn the_file_says_where_it_is_from_and_what_its_columns_count() {
        let bytes = written(50);
        assert_eq!(bytes, written(50), "same results, same bytes");
        let file = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let metadata = file.metadata().file_metadata();
        let pairs = metadata.key_value_metadata().unwrap();
        let get = |key: &str| {
            let found = pairs.iter().find(|pair| pair.key == key).unwrap();
            let text = found.value.as_deref().unwrap();
            serde_json::from_str::<serde_json::Value>(text).unwrap()
        };
        assert_eq!(get("tierfund.provenance")["seed"], 1);
        assert_eq!(get("tierfund.units")["national.irr"], "rate_per_year");
        assert_eq!(metadata.created_by(), Some("tierfund version 0.1.0"));
    }
}
