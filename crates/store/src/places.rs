//! Places, with all that says when they are open.

use crate::Slice;
use crate::fault::Done;
use crate::read::{Reads, columns, query};
use crate::verify::Invariant;
use domain::core::day::plus;
use domain::places::PlaceText;
use domain::places::pickup::{Hours, Opening, SpecialDay};
use domain::tables::{Day, Place, PlaceDay, PlaceHours, PlaceId};
use std::sync::LazyLock;

#[derive(Clone, Debug)]
pub struct PlaceView {
    pub place: Place,
    pub text: PlaceText,
    pub hours: Hours,
}

static PLACES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, t.name, t.address from place p join place_text t on t.place = p.id order by p.id",
        columns::<Place>("p")
    )
});
static HOURS: LazyLock<String> =
    LazyLock::new(|| format!("select {} from place_hours h order by 1, 2, 3", columns::<PlaceHours>("h")));
static DAYS: LazyLock<String> = LazyLock::new(|| {
    format!("select {} from place_day d where d.day >= $1 order by 1, 2, 3", columns::<PlaceDay>("d"))
});

/// A last day on which the place was closed moves on, so lately past days still say something.
const LATELY_DAYS: i64 = 92;

/// Every place; of its special days, those to come and those of the last three months.
pub async fn all(reads: &Reads, today: Day) -> Done<Vec<PlaceView>> {
    let days = query(&DAYS, [plus(today, -LATELY_DAYS).into()]);
    let [places, hours, days] = reads.read([query(&PLACES, []), query(&HOURS, []), days]).await?;
    let mut views = vec![];
    for mut row in places {
        if let Some(place) = row.row::<Place>()? {
            let text = PlaceText { name: row.text()?, address: row.text()? };
            views.push(PlaceView { place, text, hours: Hours::default() });
        }
    }
    let mut of = |place: PlaceId, add: &dyn Fn(&mut Hours)| {
        views.iter_mut().filter(|view| view.place.id == place).for_each(|view| add(&mut view.hours));
    };
    for mut row in hours {
        if let Some(PlaceHours { place, weekday, opens, closes }) = row.row()? {
            of(place, &|hours| hours.week.push(Opening { weekday, from: opens, until: closes }));
        }
    }
    for mut row in days {
        if let Some(PlaceDay { place, day, opens, closes }) = row.row()? {
            of(place, &|hours| hours.special.push(SpecialDay { day, from: opens, until: closes }));
        }
    }
    Ok(views)
}

const INVARIANTS: &[Invariant] = &[Invariant {
    name: "the openings of a day are apart",
    violations: "select a.place from place_hours a join place_hours b on b.place = a.place and b.weekday = a.weekday \
            and b.opens > a.opens and b.opens < a.closes union all select place from place_hours where closes <= opens \
            union all select a.place from place_day a join place_day b on b.place = a.place and b.day = a.day \
            and b.opens > a.opens and b.opens < a.closes",
}];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
