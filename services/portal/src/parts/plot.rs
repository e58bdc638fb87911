//! A plot, drawn on the server: values over time as an area or as bars. Whoever cannot see it reads its name and what it
//! shows in words; the figures themselves stand in a table beside it, which is the page's to write.

use std::fmt::Write;

use askama::Template;
use askama::filters::HtmlSafe;

use super::Moment;

/// The room that shapes are drawn in; browsers stretch it.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 160.0;

/// How values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stroke {
    /// A line with what is below it.
    Area,
    /// A bar each.
    Bars,
    /// Thin bars, before others.
    ThinBars,
}

/// One line of values, each with its place; none where there is nothing to tell.
pub(crate) struct Series {
    pub name: String,
    pub stroke: Stroke,
    pub values: Vec<Option<f64>>,
}

/// The plot. Every shape is described by its class, so that both themes have their colours.
#[derive(Template)]
#[template(
    source = r#"<figure class="plot"><figcaption id="{{ id }}-name">{{ name }}</figcaption><div class="plot-frame"><div class="plot-y" aria-hidden="true"><span>{{ top }}</span><span>{{ middle }}</span><span>{{ zero }}</span></div><svg role="img" aria-labelledby="{{ id }}-name {{ id }}-said" viewBox="0 0 600 160" preserveAspectRatio="none"><desc id="{{ id }}-said">{{ said }}</desc><path class="plot-grid" d="M0 0.5H600M0 80H600M0 159.5H600"/>{% for (class, path) in shapes %}<path class="{{ class }}" d="{{ path }}"/>{% endfor %}</svg></div><div class="plot-x small quiet" aria-hidden="true"><span>{{ from }}</span><span>{{ until }}</span></div>{% if legend.len() > 1 %}<ul class="plot-legend small">{% for (class, name) in legend %}<li><span class="plot-key {{ class }}"></span> {{ name }}</li>{% endfor %}</ul>{% endif %}</figure>"#,
    ext = "html"
)]
pub(crate) struct Plot {
    id: &'static str,
    name: String,
    /// What it shows, in a sentence.
    said: String,
    shapes: Vec<(&'static str, String)>,
    legend: Vec<(&'static str, String)>,
    top: String,
    middle: String,
    zero: String,
    from: Moment,
    until: Moment,
}

impl HtmlSafe for Plot {}

impl Plot {
    pub(crate) fn new(
        id: &'static str,
        (name, said): (String, String),
        (from, until): (Moment, Moment),
        series: Vec<Series>,
        unit: impl Fn(f64) -> String,
    ) -> Self {
        let most = series.iter().flat_map(|one| one.values.iter().flatten()).copied().fold(0.0, f64::max);
        let top = above(most);
        let shapes = series.iter().map(|one| (class(one.stroke), shape(one, top))).collect();
        let legend = series.into_iter().map(|one| (class(one.stroke), one.name)).collect();
        Self { id, name, said, shapes, legend, top: unit(top), middle: unit(top / 2.0), zero: unit(0.0), from, until }
    }
}

const fn class(stroke: Stroke) -> &'static str {
    match stroke {
        Stroke::Area => "plot-area",
        Stroke::Bars => "plot-bars",
        Stroke::ThinBars => "plot-thin",
    }
}

/// A round number that is not below any value.
fn above(most: f64) -> f64 {
    let mut step = 1.0;
    loop {
        for round in [2.0, 4.0, 6.0, 10.0] {
            if most <= round * step {
                return round * step;
            }
        }
        if step > 1e12 {
            return most;
        }
        step *= 10.0;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a plot has some dozens of places")]
fn shape(series: &Series, top: f64) -> String {
    let wide = WIDTH / series.values.len().max(1) as f64;
    let high = |value: f64| HEIGHT - (value / top).clamp(0.0, 1.0) * HEIGHT;
    let mut path = String::new();
    let values = series.values.iter().enumerate().map(|(at, value)| (at as f64 * wide, *value));
    match series.stroke {
        Stroke::Area => {
            let _ = write!(path, "M0 {HEIGHT}");
            for (x, value) in values {
                let y = high(value.unwrap_or_default());
                let _ = write!(path, "L{x:.1} {y:.1}H{:.1}", x + wide);
            }
            let _ = write!(path, "V{HEIGHT}Z");
        }
        Stroke::Bars | Stroke::ThinBars => {
            let share = if series.stroke == Stroke::Bars { 0.8 } else { 0.4 };
            for (x, value) in values {
                // What happened at once is seen as well.
                let Some(y) = value.map(|value| high(value).min(HEIGHT - 1.0)) else { continue };
                let (left, right) = (x + wide * (1.0 - share) / 2.0, x + wide * f64::midpoint(1.0, share));
                let _ = write!(path, "M{left:.1} {HEIGHT}V{y:.1}H{right:.1}V{HEIGHT}Z");
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_is_a_round_number_above_all_values() {
        for (most, top) in [(0.0, 2.0), (1.2, 2.0), (3.9, 4.0), (4.1, 6.0), (7.0, 10.0), (11.0, 20.0), (950.0, 1000.0)]
        {
            assert!((above(most) - top).abs() < 1e-9, "{most}: {}", above(most));
        }
        assert!(above(f64::MAX).is_finite());
    }

    #[test]
    fn values_become_shapes_inside_the_frame_and_gaps_stay_empty() {
        let values = vec![Some(0.0), None, Some(4.0)];
        let bars = shape(&Series { name: String::new(), stroke: Stroke::Bars, values: values.clone() }, 4.0);
        assert_eq!(bars, "M20.0 160V159.0H180.0V160ZM420.0 160V0.0H580.0V160Z");
        let area = shape(&Series { name: String::new(), stroke: Stroke::Area, values }, 4.0);
        assert_eq!(area, "M0 160L0.0 160.0H200.0L200.0 160.0H400.0L400.0 0.0H600.0V160Z");
    }
}
