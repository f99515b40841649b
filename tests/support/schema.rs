//! The committed JSON Schema, which every JSON line that a test sees has to follow.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::repository;

/// What every JSON line begins with.
const START: &str = "{\"v\":1,\"type\":";

/// The names of the lines that the schema describes.
pub(crate) fn schema_lines() -> Vec<String> {
    let schema = schema();
    let lines = schema["anyOf"].as_array().unwrap().iter();
    let name = |line: &Value| {
        let reference = line["$ref"].as_str().unwrap();
        reference.strip_prefix("#/$defs/").unwrap().to_owned()
    };
    lines.map(name).collect()
}

fn schema() -> Value {
    let path = repository("schemas").join("output.schema.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A validator of one of the schema's definitions.
fn validator(schema: &Value, definition: &str) -> Validator {
    let reference = format!("#/$defs/{definition}");
    let only = json!({"$ref": reference, "$defs": schema["$defs"]});
    jsonschema::draft202012::new(&only).unwrap()
}

/// The names and validators of the lines of each `type`: `summary` is printed by several commands.
fn validators() -> &'static BTreeMap<String, Vec<(String, Validator)>> {
    static VALIDATORS: OnceLock<BTreeMap<String, Vec<(String, Validator)>>> = OnceLock::new();
    VALIDATORS.get_or_init(|| {
        let schema = schema();
        let mut validators: BTreeMap<String, Vec<(String, Validator)>> = BTreeMap::new();
        for line in schema_lines() {
            let kind = &schema["$defs"][&line]["properties"]["type"];
            let kinds = kind.get("enum").and_then(Value::as_array);
            let kinds = kinds.map_or(std::slice::from_ref(&kind["const"]), Vec::as_slice);
            for kind in kinds {
                let named = (line.clone(), validator(&schema, &line));
                let kind = kind.as_str().unwrap().to_owned();
                validators.entry(kind).or_default().push(named);
            }
        }
        validators
    })
}

/// Which of the schema's lines this one is.
#[track_caller]
pub(crate) fn line_name(line: &str) -> String {
    let value: Value = serde_json::from_str(line).unwrap();
    let kind = value["type"].as_str().unwrap();
    let known = validators().get(kind).map_or(&[][..], Vec::as_slice);
    if let Some((name, _)) = known
        .iter()
        .find(|(_, validator)| validator.is_valid(&value))
    {
        return name.clone();
    }
    let errors = known
        .iter()
        .flat_map(|(_, validator)| validator.iter_errors(&value));
    let errors: Vec<_> = errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    panic!(
        "schemas/output.schema.json does not allow this `{kind}`:\n{line}\n{}",
        errors.join("\n")
    )
}

/// Asserts that every JSON line in an output follows the schema.
#[track_caller]
pub(crate) fn check_lines(output: &[u8]) {
    let text = String::from_utf8_lossy(output);
    // The last line of a command that was killed has no end.
    let lines = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    for line in lines.filter(|line| line.starts_with(START)) {
        line_name(line);
    }
}

/// What is wrong with a line of the store.
pub(crate) fn store_line_errors(line: &Value) -> Vec<String> {
    let validator = validator(&schema(), "record");
    let errors = validator.iter_errors(line);
    errors.map(|error| error.to_string()).collect()
}
