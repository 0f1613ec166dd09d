//! Rows as they begin: a new column is filled in here, once.

use super::{BRANCH, MORNING};
use domain::activities::{ActivityText, Rules, SaveActivity, Times};
use domain::prizes::{PrizeText, SavePrize};
use domain::tables::*;

pub fn reader(id: ReaderId) -> Reader {
    let (state, notices) = (ReaderState::Active, false);
    Reader {
        id,
        state,
        card: None,
        unread: 0,
        read_upto: 0,
        notices,
        muted: 0,
        unfollowed: false,
        followed_at: 0,
        consents: 0,
        privacy: 0,
        at: MORNING,
    }
}

pub fn card(id: CardId) -> Card {
    let state = CardState::Active;
    Card {
        id,
        reader: None,
        state,
        balance: 0,
        last: None,
        last_redemption: None,
        frozen: false,
        successor: None,
        at: MORNING,
    }
}

pub fn staff(id: StaffId) -> Staff {
    let state = StaffState::Active;
    Staff { id, state, branch: BRANCH, failures: 0, locked_until: 0, at: MORNING, since: 0 }
}

/// Just proposed.
pub fn suggestion(id: SuggestionId, reader: ReaderId, card: CardId, isbn: i64) -> Suggestion {
    let (kind, state, decided_by) = (SuggestionKind::Title, SuggestionState::Proposed, None);
    let (price, readers, points, decided_at) = (0, 1, 0, 0);
    Suggestion { id, kind, state, isbn, reader, card, price, readers, points, decided_at, decided_by, at: MORNING }
}

/// Two copies of one title are promised.
pub fn donation(id: DonationId, reader: ReaderId, card: CardId, place: PlaceId) -> Donation {
    let (received_by, decided_by) = (None, None);
    let (received, accepted, points, received_at, decided_at, shelved_at) = (0, 0, 0, 0, 0, 0);
    let (state, copies, last_day, at) = (DonationState::Offered, 2, 20270122, MORNING);
    Donation {
        id,
        state,
        reader,
        card,
        place,
        copies,
        received,
        accepted,
        points,
        last_day,
        received_at,
        received_by,
        decided_at,
        decided_by,
        shelved_at,
        at,
    }
}

pub fn donated_book(donation: DonationId, number: i64, isbn: i64, copies: i64) -> DonatedBook {
    let (condition, received, accepted, fate) = (BookCondition::Good, 0, 0, BookFate::Kept);
    DonatedBook { donation, number, isbn, copies, condition, received, accepted, fate }
}

pub fn waiting(id: OutboxId, channel: Channel) -> Outbox {
    let state = OutboxState::Waiting;
    Outbox { id, channel, cause: 1, reader: None, state, attempts: 0, next_at: MORNING, at: MORNING }
}

/// On sale, with some in stock.
pub fn prize(id: PrizeId, on_hand: i64) -> Prize {
    let (branch, state) = (BRANCH, PrizeState::Shown);
    Prize {
        id,
        branch,
        state,
        points: 60,
        received: on_hand,
        on_hand,
        reserved: 0,
        handed_over: 0,
        written_off: 0,
        per_card: 0,
        visible_from: 0,
        visible_until: 0,
        position: 1,
        place: None,
        at: MORNING,
    }
}

/// The form of such a prize: a new one, or one that is edited.
pub fn prize_form(prize: Option<PrizeId>) -> SavePrize {
    let (branch, state) = (BRANCH, PrizeState::Shown);
    let text = PrizeText { title: "黄铜波纹书签".into(), ..PrizeText::default() };
    SavePrize {
        prize,
        branch,
        state,
        points: 60,
        per_card: 0,
        visible_from: 0,
        visible_until: 0,
        position: 1,
        place: None,
        text,
        pictures: vec![],
    }
}

/// One of that prize, waiting at the desk for this card.
pub fn redemption(id: RedemptionId, card: CardId, prize: PrizeId) -> Redemption {
    Redemption {
        id,
        card,
        reader: ReaderId(11),
        prize,
        points: 60,
        state: RedemptionState::Pending,
        last_day: 20271123,
        previous: None,
        reminded: 0,
        at: MORNING,
        settled_at: 0,
        settled_by: None,
    }
}

pub fn member(reader: ReaderId, id: MemberId, birth_day: i64) -> Member {
    let state = MemberState::Active;
    Member { reader, id, state, birth_day, card: None, guardian: None, consented_at: 0, at: MORNING }
}

pub const DAY: Millis = 86_400_000;
/// In a week, 9 to 11 o'clock; one may sign up from now on and cancel until the day before.
pub const STARTS: Millis = MORNING + 7 * DAY;
pub const TIMES: Times = Times {
    opens: MORNING,
    closes: STARTS,
    withdraw_until: STARTS - DAY,
    starts: STARTS,
    ends: STARTS + 2 * 3_600_000,
    start_day: 20261130,
};
/// Ten points a card for whoever comes, up to three at once.
pub const RULES: Rules = Rules {
    points: 10,
    per_participant: false,
    block_minutes: 0,
    minutes_min: 0,
    code: VenueCode::Renewing,
    walk_ins: false,
    age_min: 0,
    age_max: 0,
    companions: false,
    escorted: false,
    party_max: 3,
    series: None,
};

/// Published, with so many places.
pub fn activity(id: ActivityId, capacity: i64) -> Activity {
    let Times { opens, closes, withdraw_until, starts, ends, start_day } = TIMES;
    Activity {
        id,
        branch: BRANCH,
        kind: ActivityKind::Reader,
        state: ActivityState::Published,
        opens,
        closes,
        withdraw_until,
        starts,
        ends,
        start_day,
        capacity,
        taken: 0,
        waiting: 0,
        present: 0,
        confirmed_at: 0,
        at: MORNING,
    }
}

pub fn activity_rules(activity: ActivityId) -> ActivityRules {
    RULES.row(activity)
}

/// The form of such an activity: a new one, or one that is edited.
pub fn activity_form(activity: Option<ActivityId>, capacity: i64) -> SaveActivity {
    let text = ActivityText { title: "亲子故事会".into(), ..ActivityText::default() };
    let (branch, kind, times, rules) = (BRANCH, ActivityKind::Reader, TIMES, RULES);
    SaveActivity {
        activity,
        branch,
        kind,
        times,
        capacity,
        rules,
        text,
        pictures: vec![],
        place_moved: false,
        news: String::new(),
    }
}

pub fn volunteer(reader: ReaderId, member: Option<MemberId>, state: VolunteerState) -> Volunteer {
    let birth_day = 0;
    Volunteer {
        reader,
        member,
        state,
        birth_day,
        guardian: false,
        minutes: 0,
        reviewed_at: 0,
        reviewed_by: None,
        at: MORNING,
    }
}

pub fn participant(
    activity: ActivityId,
    reader: ReaderId,
    member: Option<MemberId>,
    party: PartyId,
    state: ParticipantState,
) -> Participant {
    Participant {
        activity,
        reader,
        member,
        party,
        state,
        companion: false,
        promoted_at: 0,
        in_at: 0,
        out_at: 0,
        minutes: 0,
        card: None,
        due: 0,
        settled_at: MORNING,
        appealed_at: 0,
        declined_at: 0,
        at: MORNING,
    }
}
