//! Inputs that must be refused.

use super::super::point::{Datum, Point};
use super::super::subject::{Kind, Subject};
use super::usual::{rows, usual};
use crate::bound::Domain;

/// Inputs that must be refused, with the flag and why.
pub fn invalid(subject: &Subject) -> Vec<(Point, &'static str, String)> {
    let base = usual(subject);
    let mut all = Vec::new();
    for f in subject.fields() {
        let put = |x: &str| match base.get(f.name) {
            Some(Datum::Number(_)) | None => Datum::number(x),
            // The first number of a list or a matrix.
            Some(list) => {
                let mut first = true;
                list.map(&mut |old| match std::mem::take(&mut first) {
                    true => x.to_owned(),
                    false => old.to_owned(),
                })
            }
        };
        for x in outside(f.domain) {
            all.push((
                base.clone().with(f.name, put(x)),
                "OutsideDomain",
                format!("{} = {x}", f.name),
            ));
        }
        for x in ["nan", "inf"] {
            all.push((
                base.clone().with(f.name, put(x)),
                "NotANumber",
                format!("{} = {x}", f.name),
            ));
        }
        if f.default.is_none() {
            all.push((
                base.without(f.name),
                "Missing",
                format!("{} left out", f.name),
            ));
        }
        match f.kind {
            Kind::Layers | Kind::HiddenLayers => {
                let longer = [
                    base.get(f.name).map_or(&[][..], |x| x.entries()),
                    &[Datum::number("1")],
                ]
                .concat();
                if matches!(f.kind, Kind::HiddenLayers) {
                    let p = base.clone().with(f.name, Datum::List(longer));
                    all.push((p, "WrongShape", format!("{}: one number too many", f.name)));
                }
                let p = base.clone().with_number(f.name, "1");
                all.push((p, "WrongShape", format!("{}: a number for a list", f.name)));
            }
            Kind::Matrix => {
                let ragged = rows(&[&["1", "2"], &["3"]]);
                all.push((
                    base.clone().with(f.name, ragged),
                    "WrongShape",
                    format!("{}: rows of two lengths", f.name),
                ));
            }
            // Of one shape in a kernel; one that the next can be multiplied with in a
            // network.
            Kind::Kernel | Kind::Matrices => {
                let first = base.get(f.name).map_or(&[][..], |x| x.entries());
                let other = rows(&[&["1", "2", "3", "4", "5"]]);
                let longer = [first, &[other]].concat();
                all.push((
                    base.clone().with(f.name, Datum::List(longer)),
                    "WrongShape",
                    format!("{}: a matrix that does not fit the others", f.name),
                ));
            }
            _ => {}
        }
    }
    for (name, x, why) in [
        ("layer", "3", "more than K"),
        ("kernel_columns", "3", "no rectangle"),
        ("inactive", "", "all of a layer"),
    ] {
        let put = match base.get(name) {
            None => continue,
            Some(Datum::Number(_)) => Datum::number(x),
            // As many as there are units, or more.
            Some(list) => list.map(&mut |_| "8".to_owned()),
        };
        all.push((
            base.clone().with(name, put),
            "OutsideDomain",
            format!("{name}: {why}"),
        ));
    }
    // A layer that has no threshold, where one is asked for.
    if let (Some(s), Some(_)) = (base.get("inactive"), base.get("layer")) {
        let none = s.map(&mut |_| "0".to_owned());
        all.push((
            base.clone().with("inactive", none),
            "NoCondition",
            "no inactive unit, so no threshold".into(),
        ));
    }
    if let Some(x) = base
        .get("sample")
        .or_else(|| base.get("x").filter(|_| base.get("layers").is_some()))
    {
        let name = if base.get("sample").is_some() {
            "sample"
        } else {
            "x"
        };
        let longer = |x: &Datum| Datum::List([x.entries(), &[Datum::number("1")]].concat());
        let x = match name {
            "sample" => Datum::List(x.entries().iter().map(longer).collect()),
            _ => longer(x),
        };
        all.push((
            base.clone().with(name, x),
            "WrongShape",
            format!("{name}: a number more than the first layer reads"),
        ));
    }
    for (name, s) in [
        ("s2", "3"),
        ("s1", "3"),
        ("s", "100"),
        ("errors", "1001"),
        ("k", "1001"),
    ] {
        if base.get(name).is_some() {
            all.push((
                base.clone().with_number(name, s),
                "OutsideDomain",
                format!("{name} = {s}"),
            ));
        }
    }
    all
}

fn outside(domain: Option<Domain>) -> &'static [&'static str] {
    match domain {
        None => &[],
        Some(Domain::SampleSize | Domain::AtLeastTwo) => &["1", "0", "-5", "2.5"],
        Some(Domain::Trials | Domain::AtLeastOne) => &["0", "-5", "1.5"],
        Some(Domain::Count) => &["-1", "0.5"],
        Some(Domain::Confidence) => &["0", "1", "-0.05", "1.5"],
        Some(Domain::Fraction) => &["-0.125", "1.125"],
        Some(Domain::BelowOne) => &["1", "-0.125"],
        Some(Domain::NonNegative) => &["-1"],
        Some(Domain::Positive) => &["0", "-1"],
        Some(Domain::Above1) => &["1", "0.5"],
    }
}
