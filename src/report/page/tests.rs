use super::*;
use serde_json::json;

#[test]
fn what_is_no_result_of_this_version_is_refused() {
    let refused = |value: Value| render(&value, Lang::En).expect_err("no page");
    assert_eq!(refused(json!({})), PageError::Foreign);
    assert_eq!(refused(json!([1, 2])), PageError::Foreign);
    assert_eq!(refused(json!({"schema_version": 99})), PageError::Form(99));
    let old = json!({"schema_version": 1, "provenance": {}, "metrics": {}});
    assert_eq!(refused(old), PageError::Missing("scenario"));
    let empty = json!({"schema_version": 1, "comparisons": []});
    assert_eq!(refused(empty), PageError::Missing("comparisons"));
}
