//! How much access there was and how late it was removed, on the page of operations: two plots, and their table.

use client::{Figures, FiguresBucket};

use crate::look::Look;
use crate::parts::{Moment, Plot, Series, Stroke, duration};
use crate::texts::Texts;

/// What can be looked at.
const SPANS: [&str; 3] = ["day", "week", "month"];

/// The part of the page.
pub(super) struct Plots {
    /// By their names in addresses.
    pub spans: Vec<(&'static str, &'static str, bool)>,
    pub access: Plot,
    pub lateness: Plot,
    pub rows: Vec<Row>,
}

/// A bucket in the table.
pub(super) struct Row {
    pub at: Moment,
    pub active: i64,
    pub begun: i64,
    pub gone: i64,
    pub lateness: Option<(String, String, String)>,
}

/// The span that an address asks for.
pub(super) fn span(asked: &str) -> &'static str {
    SPANS.into_iter().find(|span| *span == asked).unwrap_or("day")
}

/// Figures as they are shown.
pub(super) fn plots(figures: Figures, span: &str, look: &Look) -> Plots {
    let t = look.t;
    let name = |span: &str| match span {
        "week" => t.figures_week(),
        "month" => t.figures_month(),
        _ => t.figures_day(),
    };
    let ends = || (Moment::new(figures.from, look), Moment::new(figures.until, look));
    let buckets = &figures.buckets;
    let access = Plot::new("plot-access", access_said(buckets, t), ends(), vec![active(buckets, t)], whole);
    let lateness = Plot::new("plot-lateness", lateness_said(buckets, t), ends(), late(buckets, t), |s| time(s, t));
    Plots {
        spans: SPANS.map(|one| (one, name(one), one == span)).to_vec(),
        access,
        lateness,
        rows: buckets.iter().rev().map(|bucket| row(bucket, look)).collect(),
    }
}

fn access_said(buckets: &[FiguresBucket], t: Texts) -> (String, String) {
    let counts = || buckets.iter().map(|bucket| bucket.active);
    let (least, most) = (counts().min().unwrap_or_default(), counts().max().unwrap_or_default());
    let now = counts().next_back().unwrap_or_default();
    (t.figures_access().to_owned(), t.figures_access_said(least, most, now))
}

fn lateness_said(buckets: &[FiguresBucket], t: Texts) -> (String, String) {
    let count: i64 = buckets.iter().map(|bucket| bucket.gone).sum();
    let late = || buckets.iter().filter_map(|bucket| bucket.lateness);
    let worst = |value: fn(client::Lateness) -> f64| late().map(value).fold(0.0, f64::max);
    let said = if count == 0 {
        t.figures_lateness_none().to_owned()
    } else {
        t.figures_lateness_said(count, time(worst(|l| l.median_s), t), time(worst(|l| l.most_s), t))
    };
    (t.figures_lateness().to_owned(), said)
}

#[expect(clippy::cast_precision_loss, reason = "so many accesses are never active")]
fn active(buckets: &[FiguresBucket], t: Texts) -> Series {
    let values = buckets.iter().map(|bucket| Some(bucket.active as f64)).collect();
    Series { name: t.figures_access().to_owned(), stroke: Stroke::Area, values }
}

fn late(buckets: &[FiguresBucket], t: Texts) -> Vec<Series> {
    let values = |value: fn(client::Lateness) -> f64| buckets.iter().map(|b| b.lateness.map(value)).collect();
    vec![
        Series { name: t.figures_most().to_owned(), stroke: Stroke::Bars, values: values(|l| l.most_s) },
        Series { name: t.figures_median().to_owned(), stroke: Stroke::ThinBars, values: values(|l| l.median_s) },
    ]
}

fn row(bucket: &FiguresBucket, look: &Look) -> Row {
    let t = look.t;
    Row {
        at: Moment::new(bucket.at, look),
        active: bucket.active,
        begun: bucket.begun,
        gone: bucket.gone,
        lateness: bucket.lateness.map(|l| (time(l.median_s, t), time(l.p95_s, t), time(l.most_s, t))),
    }
}

fn whole(value: f64) -> String {
    format!("{value:.0}")
}

/// Seconds as people read them.
#[expect(clippy::cast_possible_truncation, reason = "rounded before, and no removal takes longer than years")]
fn time(seconds: f64, t: Texts) -> String {
    if seconds < 10.0 {
        t.seconds(t.tenths(seconds))
    } else if seconds < 120.0 {
        t.seconds(format!("{seconds:.0}"))
    } else {
        duration((seconds / 60.0).round() as i64, t)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_and_spans_are_known() {
        let t = Texts::default();
        for (seconds, words) in [(0.0, "0.0 s"), (2.345, "2.3 s"), (61.7, "62 s"), (300.0, "5 min"), (7200.0, "2 h")] {
            assert_eq!(time(seconds, t), words);
        }
        assert_eq!((span("week"), span("nonsense"), span("")), ("week", "day", "day"));
    }
}
