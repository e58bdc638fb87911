//! What was measured: a table for people, JSON for machines. What was not measured is absent, never zero.

use std::path::Path;

use anyhow::Context;
use serde_json::{Map, Value, json};

use crate::machine;

/// One measurement's figures and the circumstances in which they were taken.
#[derive(Debug)]
pub struct Figures {
    name: &'static str,
    rows: Vec<Row>,
    setting: Map<String, Value>,
}

#[derive(Debug)]
struct Row {
    key: String,
    value: f64,
    peers: &'static str,
    aim: Option<Aim>,
}

/// What we want a figure to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aim {
    AtLeast(f64),
    AtMost(f64),
}

impl Aim {
    fn met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(aim) => value >= aim,
            Self::AtMost(aim) => value <= aim,
        }
    }

    fn words(self) -> String {
        match self {
            Self::AtLeast(aim) => format!(">= {aim}"),
            Self::AtMost(aim) => format!("<= {aim}"),
        }
    }
}

/// A count as the number that JSON and arithmetic want.
#[expect(clippy::cast_precision_loss, reason = "counts here stay far below 2^52")]
pub fn number(count: usize) -> f64 {
    count as f64
}

impl Figures {
    /// Of the measurement of this name, taken here and now.
    pub fn new(name: &'static str) -> Self {
        let mut figures = Self { name, rows: Vec::new(), setting: Map::new() };
        for (key, value) in machine::describe() {
            figures.note(key, value);
        }
        figures
    }

    /// A figure; nothing, if it was not measured.
    pub fn add(&mut self, key: impl Into<String>, value: Option<f64>, peers: &'static str, aim: Option<Aim>) {
        if let Some(value) = value {
            self.rows.push(Row { key: key.into(), value: round(value), peers, aim });
        }
    }

    /// A circumstance.
    pub fn note(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.setting.insert(key.into(), value.into());
    }

    /// Prints the table and, where a folder is named, writes the JSON.
    pub fn tell(&self, folder: Option<&Path>) -> anyhow::Result<()> {
        println!("\n{:<28} {:>12}  {:<10} {:<5} peers", self.name, "measured", "aim", "");
        for row in &self.rows {
            let (aim, met) = row
                .aim
                .map_or((String::new(), ""), |aim| (aim.words(), if aim.met(row.value) { "met" } else { "NOT" }));
            println!("{:<28} {:>12}  {aim:<10} {met:<5} {}", row.key, row.value, row.peers);
        }
        println!();
        for (key, value) in &self.setting {
            println!("  {key}: {value}");
        }
        let Some(folder) = folder else { return Ok(()) };
        let path = folder.join(format!("{}.json", self.name));
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        std::fs::write(&path, format!("{:#}\n", self.json()))
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("\n{}", path.display());
        Ok(())
    }

    fn json(&self) -> Value {
        let figures: Map<String, Value> = self.rows.iter().map(|row| (row.key.clone(), json!(row.value))).collect();
        json!({"figures": figures, "setting": self.setting})
    }
}

/// To three decimals: more would be noise.
pub fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_is_absent_and_what_was_is_a_number() {
        let mut figures = Figures::new("sample");
        figures.add("there", Some(1.234_56), "", Some(Aim::AtMost(2.0)));
        figures.add("missing", None, "", Some(Aim::AtLeast(2.0)));
        figures.note("seed", 7);
        let json = figures.json();
        assert_eq!(json["figures"], serde_json::json!({"there": 1.235}));
        assert_eq!(json["setting"]["seed"], 7);
        assert!(json["setting"]["cores"].as_u64().unwrap() >= 1);
    }

    #[test]
    fn an_aim_is_a_floor_or_a_ceiling() {
        assert!(Aim::AtLeast(300.0).met(300.0) && !Aim::AtLeast(300.0).met(299.9));
        assert!(Aim::AtMost(20.0).met(20.0) && !Aim::AtMost(20.0).met(20.1));
    }
}
