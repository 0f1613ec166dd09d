//! Pick-up hours: when the desk hands prizes over.

/// A weekly opening: days from 1 (Monday) to 7, minutes of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    pub weekday: i64,
    pub from: i64,
    pub until: i64,
}

/// When a prize can be collected next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Open now, until this minute of the day.
    Now { until: i64 },
    /// In so many days (0: later today), from this minute of the day.
    Later { days: i64, weekday: i64, from: i64 },
}

const DAYS_A_WEEK: i64 = 7;

/// None: the desk never opens.
pub fn next(openings: &[Opening], weekday: i64, minute: i64) -> Option<Next> {
    let today = |opening: &&Opening| opening.weekday == weekday;
    let open = openings.iter().filter(today).find(|o| (o.from..o.until).contains(&minute));
    if let Some(open) = open {
        return Some(Next::Now { until: open.until });
    }
    let wait = |opening: &Opening| {
        let days = (opening.weekday - weekday).rem_euclid(DAYS_A_WEEK);
        // Today's opening is over: the same hour next week.
        let days = if days == 0 && opening.from <= minute { DAYS_A_WEEK } else { days };
        (days, opening.from, opening.weekday)
    };
    let (days, from, weekday) = openings.iter().map(wait).min()?;
    Some(Next::Later { days, weekday, from })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEKEND: [Opening; 4] = [
        Opening { weekday: 6, from: 510, until: 690 },
        Opening { weekday: 6, from: 810, until: 1_020 },
        Opening { weekday: 7, from: 510, until: 690 },
        Opening { weekday: 7, from: 810, until: 1_020 },
    ];

    #[test]
    fn the_next_opening_is_found() {
        let monday = next(&WEEKEND, 1, 600);
        assert_eq!(monday, Some(Next::Later { days: 5, weekday: 6, from: 510 }));
        assert_eq!(next(&WEEKEND, 6, 510), Some(Next::Now { until: 690 }));
        assert_eq!(next(&WEEKEND, 6, 690), Some(Next::Later { days: 0, weekday: 6, from: 810 }));
        assert_eq!(next(&WEEKEND, 7, 1_020), Some(Next::Later { days: 6, weekday: 6, from: 510 }));
    }

    #[test]
    fn a_desk_open_once_a_week_opens_again_next_week() {
        let tuesday = [Opening { weekday: 2, from: 540, until: 600 }];
        assert_eq!(next(&tuesday, 2, 600), Some(Next::Later { days: 7, weekday: 2, from: 540 }));
        assert_eq!(next(&[], 2, 600), None);
    }
}
