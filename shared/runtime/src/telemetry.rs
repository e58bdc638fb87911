//! Logs, traces and metrics: text on a terminal and JSON elsewhere, OTLP where an endpoint is
//! configured and silence where none is, and the text for `/metrics` always.

use std::{io::IsTerminal, sync::OnceLock, time::Duration};

use opentelemetry::{KeyValue, global, trace::TracerProvider};
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    metrics::{PeriodicReader, SdkMeterProvider},
    propagation::TraceContextPropagator,
    trace::SdkTracerProvider,
};
use prometheus::{Registry, TextEncoder};
use tracing_subscriber::{EnvFilter, Layer, filter::filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// The longest that ending may take because of what is still to be sent.
const FLUSH: Duration = Duration::from_secs(3);

/// What is logged where nothing else is asked for: what we say, and of the libraries only what went wrong.
const LOG: &str = "info,opentelemetry=warn,actix_server=warn,sqlx::postgres::notice=warn";

static REGISTRY: OnceLock<Registry> = OnceLock::new();

/// Keeps telemetry going; dropping it sends what is left, within three seconds.
#[must_use = "telemetry ends when the guard is dropped"]
#[derive(Debug)]
pub struct Guard {
    tracer: Option<SdkTracerProvider>,
    meter: Option<SdkMeterProvider>,
}

/// What [`init`] reads from the environment.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `CURFEW_LOG`, else `RUST_LOG`, else `info`.
    pub filter: Option<String>,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`: the collector's base address for OTLP over HTTP.
    pub endpoint: Option<String>,
    /// JSON rather than text.
    pub json: bool,
    /// Time between two exports of metrics; `OTEL_METRIC_EXPORT_INTERVAL` in ms, else a minute.
    pub interval: Option<Duration>,
}

/// Starts telemetry under the service's name, as the environment says.
pub fn init(service: &str) -> Guard {
    let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    init_with(
        service,
        Options {
            filter: read("CURFEW_LOG").or_else(|| read("RUST_LOG")),
            endpoint: read("OTEL_EXPORTER_OTLP_ENDPOINT"),
            json: !std::io::stderr().is_terminal(),
            interval: read("OTEL_METRIC_EXPORT_INTERVAL").and_then(|ms| ms.parse().ok()).map(Duration::from_millis),
        },
    )
}

/// Starts telemetry as told. Where telemetry runs already (several tests in a process), the first stays.
pub fn init_with(service: &str, options: Options) -> Guard {
    global::set_text_map_propagator(TraceContextPropagator::new());
    let resource = Resource::builder()
        .with_service_name(service.to_owned())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let (tracer, traces_problem) = split(options.endpoint.as_deref().map(|base| tracer(base, &resource)));
    let trace_layer = tracer.as_ref().map(|provider| {
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("curfew"))
            .with_filter(filter_fn(|metadata| !of_the_exporter(metadata.target())))
    });
    let (filter, filter_problem) = match options.filter.as_deref().map(EnvFilter::try_new) {
        Some(Ok(filter)) => (filter, None),
        Some(Err(error)) => (EnvFilter::new(LOG), Some(error.to_string())),
        None => (EnvFilter::new(LOG), None),
    };
    let log_layer = if options.json {
        fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_writer(std::io::stderr)
            .boxed()
    } else {
        fmt::layer().with_target(false).with_writer(std::io::stderr).boxed()
    };
    let first = tracing_subscriber::registry().with(filter).with(log_layer).with(trace_layer).try_init().is_ok();
    let (meter, metrics_problem) =
        if first { meter(options.endpoint.as_deref(), options.interval, resource) } else { (None, None) };
    if let Some(provider) = &meter {
        global::set_meter_provider(provider.clone());
    }
    for problem in [filter_problem, traces_problem, metrics_problem].into_iter().flatten() {
        tracing::warn!("telemetry: {problem}");
    }
    Guard { tracer, meter }
}

/// The metrics of this process in Prometheus' text form; empty before [`init`].
#[must_use]
pub fn prometheus_text() -> String {
    REGISTRY.get().map_or_else(String::new, |registry| {
        TextEncoder::new().encode_to_string(&registry.gather()).unwrap_or_default()
    })
}

/// Spans about sending spans would never end.
fn of_the_exporter(target: &str) -> bool {
    ["opentelemetry", "reqwest", "hyper", "h2", "rustls"].iter().any(|name| target.starts_with(name))
}

fn split<T>(result: Option<Result<T, String>>) -> (Option<T>, Option<String>) {
    match result {
        Some(Ok(value)) => (Some(value), None),
        Some(Err(problem)) => (None, Some(problem)),
        None => (None, None),
    }
}

fn tracer(base: &str, resource: &Resource) -> Result<SdkTracerProvider, String> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", base.trim_end_matches('/')))
        .with_timeout(FLUSH)
        .build()
        .map_err(|error| format!("no traces: {error}"))?;
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.clone()).build())
}

fn meter(
    base: Option<&str>,
    interval: Option<Duration>,
    resource: Resource,
) -> (Option<SdkMeterProvider>, Option<String>) {
    let registry = Registry::new();
    let mut builder = SdkMeterProvider::builder().with_resource(resource);
    let mut problem = None;
    match opentelemetry_prometheus::exporter().with_registry(registry.clone()).build() {
        Ok(reader) => builder = builder.with_reader(reader),
        Err(error) => problem = Some(format!("no /metrics: {error}")),
    }
    if let Some(base) = base {
        let exporter = MetricExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/metrics", base.trim_end_matches('/')))
            .with_timeout(FLUSH)
            .build();
        match exporter {
            Ok(exporter) => {
                let reader =
                    PeriodicReader::builder(exporter).with_interval(interval.unwrap_or(Duration::from_secs(60)));
                builder = builder.with_reader(reader.build());
            }
            Err(error) => problem = Some(format!("no metrics by OTLP: {error}")),
        }
    }
    // An error means that the first registry stays, which is what is wanted.
    drop(REGISTRY.set(registry));
    (Some(builder.build()), problem)
}

impl Drop for Guard {
    fn drop(&mut self) {
        let (tracer, meter) = (self.tracer.take(), self.meter.take());
        if tracer.is_none() && meter.is_none() {
            return;
        }
        let (done, finished) = std::sync::mpsc::channel();
        // A thread of its own: the exporters block, and a collector that is away must not hold up the end.
        let thread = std::thread::Builder::new().name("flush".to_owned()).spawn(move || {
            // Failing to flush leaves nobody to tell: the process is ending.
            drop(tracer.map(|provider| provider.shutdown_with_timeout(FLUSH)));
            drop(meter.map(|provider| provider.shutdown_with_timeout(FLUSH)));
            let _ = done.send(());
        });
        if thread.is_ok() {
            // Running out of time here is the bound itself.
            let _ = finished.recv_timeout(FLUSH);
        }
    }
}
