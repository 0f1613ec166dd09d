//! A posting as it is read: what it was, of which sort, and where more about it stands.

use crate::kit::calendar::Calendar;
use domain::slices::PostingKind;
use domain::tables::PostingNumber;
use domain::{activities, ledger, redemptions, suggestions, transfers};
use store::points::PostingView;

/// Refunds are no earnings, and what moves between cards is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Earned,
    Spent,
    Returned,
    Corrected,
    Moved,
}

pub fn sort_of(kind: PostingNumber, points: i64) -> Sort {
    match PostingKind::of(kind) {
        Some(PostingKind::Activities(activities::PostingKind::Attendance)) => Sort::Earned,
        Some(PostingKind::Activities(activities::PostingKind::AttendanceCorrected)) => Sort::Corrected,
        Some(PostingKind::Cards(_) | PostingKind::CheckIns(_) | PostingKind::Donations(_)) => Sort::Earned,
        Some(PostingKind::Ledger(ledger::PostingKind::Manual)) if points > 0 => Sort::Earned,
        Some(PostingKind::Ledger(ledger::PostingKind::Manual)) | None => Sort::Corrected,
        Some(PostingKind::Ledger(ledger::PostingKind::PassedOn)) => Sort::Moved,
        Some(PostingKind::Redemptions(redemptions::PostingKind::Redemption)) => Sort::Spent,
        Some(PostingKind::Redemptions(redemptions::PostingKind::RedemptionCancelled)) => Sort::Returned,
        Some(PostingKind::Suggestions(suggestions::PostingKind::SuggestionAccepted)) => Sort::Earned,
        Some(PostingKind::Suggestions(suggestions::PostingKind::SuggestionReopened)) => Sort::Corrected,
        Some(PostingKind::Transfers(transfers::PostingKind::TransferReturned)) => Sort::Returned,
        Some(PostingKind::Transfers(transfers::PostingKind::TransferHeld | transfers::PostingKind::TransferIn)) => {
            Sort::Moved
        }
    }
}

impl Sort {
    /// As a row says it.
    fn word(self, points: i64) -> &'static str {
        match self {
            Sort::Earned => "获得",
            Sort::Spent => "使用",
            Sort::Returned => "退回",
            Sort::Corrected => "更正",
            Sort::Moved if points > 0 => "转入",
            Sort::Moved => "转出",
        }
    }
}

/// Where a reader reads more; empty: nowhere.
fn link(kind: PostingNumber, cause: i64) -> String {
    match PostingKind::of(kind) {
        Some(PostingKind::Activities(_)) => format!("/activities/{cause}"),
        Some(PostingKind::Cards(_)) => "/cards".into(),
        Some(PostingKind::CheckIns(_)) => "/checkins".into(),
        Some(PostingKind::Donations(_)) => format!("/donations/{cause}"),
        Some(PostingKind::Redemptions(_)) => format!("/redemptions/{cause}"),
        Some(PostingKind::Suggestions(_)) => format!("/suggestions/{cause}"),
        // What left the card may have been asked for by somebody else.
        Some(PostingKind::Transfers(transfers::PostingKind::TransferIn)) => format!("/transfers/{cause}"),
        Some(PostingKind::Transfers(_) | PostingKind::Ledger(_)) | None => String::new(),
    }
}

pub struct Line {
    pub what: String,
    pub when: String,
    pub points: i64,
    pub after: i64,
    pub word: &'static str,
    pub link: String,
}

impl Line {
    pub fn of(view: &PostingView, calendar: &Calendar) -> Self {
        let posting = &view.posting;
        Line {
            what: crate::wording::posting(posting.kind, &view.about),
            when: calendar.moment(posting.at),
            points: posting.points,
            after: posting.after,
            word: sort_of(posting.kind, posting.points).word(posting.points),
            link: link(posting.kind, posting.cause),
        }
    }

    /// Sign and figure, with a true minus.
    pub fn signed(&self) -> String {
        signed(self.points)
    }
}

fn signed(points: i64) -> String {
    match points {
        0 => "0".into(),
        1.. => format!("+{points}"),
        _ => format!("−{}", -points),
    }
}

/// A time's sums, by sort; with what was there before they lead to what was there after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub opening: i64,
    pub gained: i64,
    pub used: i64,
    pub returned: i64,
    /// Between cards, and corrections: in sum.
    pub other: i64,
    pub closing: i64,
}

impl Sums {
    pub fn other_signed(&self) -> String {
        signed(self.other)
    }

    pub fn of(opening: i64, found: &[PostingView]) -> Sums {
        let mut sums = Sums { opening, closing: opening, ..Sums::default() };
        for posting in found.iter().map(|view| view.posting) {
            let points = posting.points;
            match sort_of(posting.kind, points) {
                Sort::Earned => sums.gained += points,
                Sort::Spent => sums.used -= points,
                Sort::Returned => sums.returned += points,
                Sort::Corrected | Sort::Moved => sums.other += points,
            }
            sums.closing += points;
        }
        sums
    }
}

sample! { Line { what, when, points, after, word, link } }
sample! { Sums { opening, gained, used, returned, other, closing } }

#[cfg(test)]
mod tests {
    use super::*;
    use domain::tables::{Account, CardId, Posting, PostingId};

    fn posting(kind: impl Into<PostingNumber>, points: i64) -> PostingView {
        let (id, card, account, kind) = (PostingId(1), CardId(1), Account::Spent, kind.into());
        let posting = Posting { id, card, account, points, kind, cause: 7, after: 0, previous: None, at: 0 };
        PostingView { posting, about: String::new() }
    }

    #[test]
    fn refunds_are_no_earnings_and_a_month_adds_up() {
        let found = [
            posting(redemptions::PostingKind::Redemption, -20),
            posting(redemptions::PostingKind::RedemptionCancelled, 20),
            posting(domain::checkins::PostingKind::CheckIn, 3),
            posting(activities::PostingKind::AttendanceCorrected, -5),
            posting(transfers::PostingKind::TransferIn, 40),
        ];
        let sums = Sums::of(10, &found);
        assert_eq!((sums.gained, sums.used, sums.returned, sums.other), (3, 20, 20, 35));
        assert_eq!(sums.closing, 10 + 3 - 20 + 20 + 35);
    }
}
