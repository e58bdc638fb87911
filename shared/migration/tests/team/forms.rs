//! The forms that an export may have.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use migration::convert;
use serde_json::json;

use crate::support::{NOW, company, generator, item, lines, read};

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn lines_compressed_lines_and_scans_say_the_same() {
    let items = generator::everything();
    let directory = company::directory();
    let compressed = gz(&lines(&items));
    let (half, rest) = items.split_at(40);
    let members = [gz(&lines(half)), gz(&lines(rest))].concat();
    let scan = serde_json::to_vec_pretty(
        &json!({ "Items": items, "Count": items.len(), "ScannedCount": items.len(), "ConsumedCapacity": null }),
    )
    .unwrap();
    let pages =
        [json!({ "Items": half }), json!({ "Items": rest })].map(|page| page.to_string()).join("\n").into_bytes();
    let report =
        |bytes: Vec<u8>| convert(&read(&[("export", bytes)]).0.unwrap(), &directory, NOW.parse().unwrap()).report;
    let plain = report(lines(&items));
    for (form, bytes) in [("compressed", compressed), ("members", members), ("scan", scan), ("pages", pages)] {
        assert_eq!(report(bytes), plain, "{form}");
    }
}

#[test]
fn a_row_may_come_twice_if_it_is_the_same() {
    let items = generator::everything();
    let (once, requests) = read(&[("a.json", lines(&items))]);
    let (twice, again) = read(&[("a.json", lines(&items)), ("b.json", lines(&items))]);
    assert_eq!(requests, again, "each request passes once");
    let report = |export| convert(&export, &company::directory(), NOW.parse().unwrap()).report;
    assert_eq!(report(once.unwrap()), report(twice.unwrap()));
}

#[test]
fn a_cut_scan_is_warned_about() {
    let page = json!({ "Items": [item(&generator::settings())], "NextToken": "eyJ9" }).to_string().into_bytes();
    let (export, _) = read(&[("settings.json", page)]);
    let report = convert(&export.unwrap(), &company::directory(), NOW.parse().unwrap()).report;
    assert!(
        report.warnings.iter().any(|w| w.contains("settings.json says that more pages follow")),
        "{:?}",
        report.warnings
    );
    assert!(
        report.warnings.iter().any(|w| w.contains("the table requests is not in the export")),
        "{:?}",
        report.warnings
    );
}

#[test]
fn only_one_item_is_in_memory_at_a_time() {
    // More than a hundred thousand rows pass; nothing of those that are over stays but their id.
    let row = |n: usize| {
        let mut row = generator::requests(1).remove(0);
        row["id"] = format!("row-{n}").into();
        row["status"] = "ended".into();
        format!("{}\n", json!({ "Item": item(&row) }))
    };
    let bytes: Vec<u8> = (0..20_000).flat_map(|n| row(n).into_bytes()).collect();
    let mut reader = migration::Reader::new();
    let mut count = 0;
    reader.file("requests.json", bytes.as_slice(), &mut |_| count += 1);
    let export = reader.finish().unwrap();
    assert_eq!(count, 20_000);
    assert_eq!(convert(&export, &company::directory(), NOW.parse().unwrap()).report.requests["ended"], 20_000);
}
