//! The tables: every row that a decision can read or write.

use crate::core::row::{Cells, Key, Row, Shape, cell_enum, ids, rows};

ids! {
    /// A person signed in through WeChat.
    ReaderId,
    /// A library card; it holds the points.
    CardId,
    PrizeId, RedemptionId, PostingId, OutboxId, MessageId, StaffId, BranchId, CodeId, PersonId,
    /// Where prizes of a branch are handed over.
    PlaceId,
    /// Somebody whom a reader signs up; needs no card.
    MemberId,
    /// What readers or volunteers come to.
    ActivityId,
    /// Those who were signed up together.
    PartyId,
    AnnouncementId,
    /// A link by which a guardian is asked to consent.
    InvitationId,
    /// A book that readers want the library to have.
    SuggestionId,
    /// A slip of books that a reader gives.
    DonationId,
    /// What readers often ask, with its answer.
    QuestionId,
    /// What the library tells everybody (公告).
    BulletinId,
    /// A thread between a reader and the library.
    FeedbackId,
    /// 积分转移: one request.
    TransferId,
    /// What a message says: the number of a slice's `MessageKind`.
    MessageNumber,
    /// Why a posting was made: the number of a slice's `PostingKind`.
    PostingNumber,
    /// What a library sets: the number of a `Rule`.
    RuleNumber,
    /// What staff are: the number of a built-in `Role`, or of one of the library's own.
    RoleNumber,
}

/// Milliseconds since 1970-01-01 UTC, or a length in milliseconds.
pub type Millis = i64;
/// A calendar day where the library is: 20261129.
pub type Day = i64;
/// A calendar month: 202611.
pub type Month = i64;
/// Whole minutes: a length, or since midnight where the library is.
pub type Minutes = i64;
/// Whole points.
pub type Points = i64;

cell_enum! {
    /// What the library system last said of a card.
    CardState { Active = 1, Expired = 2, Lost = 3, Ended = 4 }
}
cell_enum! { ReaderState { Active = 1, Closed = 2 } }
cell_enum! { PrizeState { Shown = 1, Hidden = 2 } }
cell_enum! {
    /// A redemption goes only from pending to one of the others; a hand-over undone in time goes back.
    RedemptionState { Pending = 1, Collected = 2, Expired = 3, Cancelled = 4 }
}
cell_enum! { StaffState { Active = 1, Disabled = 2 } }
cell_enum! {
    /// The system accounts: the other side of every posting.
    Account { FirstBinding = 1, CheckIn = 2, Activity = 3, Volunteer = 4, Suggestion = 5, Donation = 6, Manual = 7,
        Opening = 8, Spent = 9, Held = 10, Closed = 11 }
}
cell_enum! {
    /// What an SMS code is good for.
    Purpose { Bind = 1 }
}
cell_enum! {
    /// `Open`: the library is to answer.
    FeedbackState { Open = 1, Answered = 2, Closed = 3 }
}
cell_enum! {
    QuestionCategory { Cards = 1, Points = 2, Prizes = 3, Activities = 4, Books = 5, Other = 6 }
}
cell_enum! {
    /// Where the library's own words stand: under 积分规则, under 图书捐赠, over 志愿者注册.
    Passage { Rules = 1, Donations = 2, Volunteers = 3 }
}
cell_enum! {
    /// What messages are about, as a reader can switch it off for WeChat.
    Topic { Cards = 1, Redemptions = 2, Activities = 3, Volunteers = 4, Suggestions = 5, Donations = 6, Feedback = 7 }
}
cell_enum! {
    Channel {
        Sms = 1,
        /// A template message: the same id is sent once, so it may be tried again.
        WeChat = 2,
        /// A subscribe message, which uses up a consent.
        WeChatOnce = 3,
        /// An SMS that is no code: codes are never behind it.
        SmsNotice = 4,
    }
}
cell_enum! {
    /// `Unknown`: the party never said whether it sent; nobody tries again.
    /// `Sending`: somebody is sending it now, until `next_at`.
    OutboxState { Waiting = 1, Sent = 2, Failed = 3, Unknown = 4, Sending = 5 }
}
cell_enum! {
    /// `AtDesk`: somebody must see the reader's identity card first, and nothing is held.
    TransferState { Held = 1, AtDesk = 2, Approved = 3, Declined = 4, Withdrawn = 5 }
}
cell_enum! {
    /// Of a change of number.
    PhoneSide { New = 1, Old = 2 }
}
cell_enum! { SessionKind { Reader = 1, Staff = 2 } }
cell_enum! { StockMovementKind { Received = 1, WrittenOff = 2 } }
cell_enum! { PlaceState { Open = 1, Closed = 2 } }
cell_enum! { MemberState { Active = 1, Removed = 2 } }
cell_enum! {
    /// 读者活动, 志愿者活动
    ActivityKind { Reader = 1, Volunteer = 2 }
}
cell_enum! { ActivityState { Draft = 1, Published = 2, Cancelled = 3 } }
cell_enum! {
    /// What is scanned at the venue.
    VenueCode {
        /// Another one every 30 seconds.
        Renewing = 1,
        /// Printed.
        Static = 2,
        /// Staff tick names.
        None = 3,
    }
}
cell_enum! {
    /// One participant's place. From enrolled or waiting to one of the others; staff can correct who was there.
    ParticipantState {
        Enrolled = 1,
        Waiting = 2,
        /// By the reader.
        Withdrawn = 3,
        /// By staff.
        Removed = 4,
        /// The library cancelled the activity.
        Freed = 5,
        Attended = 6,
        NoShow = 7,
        /// A no-show that staff have excused.
        Excused = 8,
    }
}
cell_enum! {
    /// 图书推荐, 申请增加复本
    SuggestionKind { Title = 1, Copy = 2 }
}
cell_enum! {
    /// From proposed by staff's decision, which can be taken back until the book has arrived; what is accepted is ordered and arrives.
    SuggestionState { Proposed = 1, Accepted = 2, Declined = 3, Ordered = 4, Arrived = 5 }
}
cell_enum! {
    /// From offered by the desk to received and by staff's decision to its end; or the books never came.
    DonationState { Offered = 1, Received = 2, Accepted = 3, Declined = 4, Lapsed = 5, Cancelled = 6 }
}
cell_enum! {
    /// 全新, 良好, 有笔记或磨损
    BookCondition { New = 1, Good = 2, Worn = 3 }
}
cell_enum! {
    /// What becomes of a donated title's declined copies: none were, 退还, 代为处理.
    BookFate { Kept = 1, Returned = 2, Disposed = 3 }
}
cell_enum! {
    /// `Paused`, `Left`: by the volunteer. `Suspended`: by staff.
    VolunteerState { Applied = 1, Approved = 2, Declined = 3, Paused = 4, Suspended = 5, Left = 6 }
}
cell_enum! {
    /// What the program does by itself.
    Job { Expiry = 1, Reminders = 2, Rebindings = 3, PatronRefresh = 4, AccountToken = 5, Sweep = 6,
        /// Follows what staff did to an activity, participant by participant.
        Participants = 7,
        /// Asks the catalogue whether donated books stand on the shelf.
        Shelving = 8,
        /// Closes accounts whose readers have thought about it.
        Closings = 9,
        /// Puts together what readers want to have of their data, and takes away what is old.
        Exports = 10,
        /// Tells readers of prizes that are back.
        StockAlerts = 11 }
}
cell_enum! {
    /// What the account holds of WeChat.
    Token { Access = 1, JsapiTicket = 2 }
}

rows! {
    /// `last` is the newest posting: each posting names the one before it; redemptions likewise.
    /// `successor`: everything of it has gone to that card, which stands for it; such a one is never bound again.
    Card(id: CardId) { reader: Option<ReaderId>, state: CardState, balance: Points, last: Option<PostingId>,
        last_redemption: Option<RedemptionId>, frozen: bool, successor: Option<CardId>, at: Millis } in "card";
    /// The other side of every posting.
    SystemAccount(account: Account) { balance: Points } in "system_account";
    /// The way from a barcode's keyed hash to its card.
    Barcode(high: i64, low: i64) { card: CardId } in "barcode";
    /// Keyed hashes by which a card's holder is known: identity number and the library system's patron id. 0: none.
    CardHolder(card: CardId) { identity_high: i64, identity_low: i64, patron_high: i64, patron_low: i64 } in "card_holder";
    /// A keyed hash by which a person is known: an identity number, a patron id, a barcode.
    PersonName(high: i64, low: i64) { person: PersonId } in "person_name";
    /// `same_as`: has turned out to be that person. `awarded`: the card that had the first-binding award.
    Person(id: PersonId) { same_as: Option<PersonId>, awarded: Option<CardId> } in "person";
    /// Messages up to `read_upto` are read, whatever their own rows say.
    /// `notices`: also in WeChat. `muted`: but not of these topics, a bit for each. `unfollowed`: WeChat says that it reaches
    /// them no more, `followed_at`: when that was known last. `consents`: how many subscribe messages the reader has allowed.
    /// `privacy`: which version of 隐私说明 they have agreed to; 0: none yet.
    Reader(id: ReaderId) { state: ReaderState, card: Option<CardId>, unread: i64, read_upto: i64, notices: bool,
        muted: i64, unfollowed: bool, followed_at: Millis, consents: i64, privacy: i64, at: Millis } in "reader";
    /// The way from a WeChat identity's keyed hash to its reader.
    WeChatUser(high: i64, low: i64) { reader: ReaderId } in "wechat_user";
    /// The way from a phone number's keyed hash to the reader who enters with it, outside WeChat.
    /// `good_from`: a number that was changed to lets nobody in before.
    PhoneUser(high: i64, low: i64) { reader: ReaderId, good_from: Millis } in "phone_user";
    /// The same, seen from the reader.
    PhoneOf(reader: ReaderId, high: i64, low: i64) { good_from: Millis } in "phone_of";
    /// The number to which a reader has changed last, and when.
    ReaderPhone(reader: ReaderId) { high: i64, low: i64, at: Millis } in "reader_phone";
    /// The last code for the old or the new number of a reader. 0: none was sent.
    PhoneCode(reader: ReaderId, side: PhoneSide) { session_high: i64, session_low: i64, phone_high: i64, phone_low: i64,
        code_high: i64, code_low: i64, tries: i64, used: bool, at: Millis } in "phone_code";
    /// A reader whose old number is dead: the desk sees the card and confirms the new one, which is proven.
    PhoneWish(reader: ReaderId) { old_high: i64, old_low: i64, new_high: i64, new_low: i64, at: Millis } in "phone_wish";
    /// The last code by which a phone may enter, and the browser that asked for it.
    EntryCode(phone_high: i64, phone_low: i64) { id: CodeId, browser_high: i64, browser_low: i64, code_high: i64,
        code_low: i64, tries: i64, used: bool, at: Millis } in "entry_code";
    Binding(reader: ReaderId, card: CardId) { at: Millis } in "binding";
    /// 改绑: a reader has proven a card that another has bound; who has it may object until `due`.
    Rebinding(card: CardId) { reader: ReaderId, from_reader: ReaderId, due: Millis, at: Millis } in "rebinding";
    /// Keyed by the hash of a random token; `who` is a reader or a member of staff.
    Session(high: i64, low: i64) { kind: SessionKind, who: i64, at: Millis, seen: Millis, until: Millis } in "session";
    /// Requests for a code: one row each, so that the limits slide exactly.
    CodeRequest(high: i64, low: i64, at: Millis) { id: CodeId } in "code_request";
    /// The last code of a reader for a purpose. `card` None: the pair did not match and no code was sent.
    SmsCode(reader: ReaderId, purpose: Purpose) { id: CodeId, session_high: i64, session_low: i64,
        phone_high: i64, phone_low: i64, code_high: i64, code_low: i64, card: Option<CardId>, tries: i64, used: bool,
        at: Millis } in "sms_code";
    Prize(id: PrizeId) { branch: BranchId, state: PrizeState, points: Points, received: i64, on_hand: i64,
        reserved: i64, handed_over: i64, written_off: i64, per_card: i64, visible_from: Millis, visible_until: Millis,
        position: i64, place: Option<PlaceId>, at: Millis } in "prize";
    Place(id: PlaceId) { branch: BranchId, state: PlaceState, at: Millis } in "place";
    /// A weekly opening; minutes of the day.
    PlaceHours(place: PlaceId, weekday: i64, opens: i64) { closes: i64 } in "place_hours";
    /// An opening on a day that differs from its weekday; closed all day where it closes when it opens.
    PlaceDay(place: PlaceId, day: Day, opens: i64) { closes: i64 } in "place_day";
    /// `reminded`: how many of the reminders before its last day were sent.
    Redemption(id: RedemptionId) { card: CardId, reader: ReaderId, prize: PrizeId, points: Points,
        state: RedemptionState, last_day: Day, previous: Option<RedemptionId>, reminded: i64, at: Millis,
        settled_at: Millis, settled_by: Option<StaffId> } in "redemption";
    /// The secret half of a redemption's code; in a table of its own so that no list page ever reads it.
    RedemptionSecret(redemption: RedemptionId) { secret: i64 } in "redemption_secret";
    /// How often a card has taken a prize and not given it back.
    PrizeTaken(card: CardId, prize: PrizeId) { count: i64 } in "prize_taken";
    /// `branch`: where they sit; what they may do, their roles say. `since`: sessions begun before are over.
    Staff(id: StaffId) { state: StaffState, branch: BranchId, failures: i64, locked_until: Millis, at: Millis,
        since: Millis } in "staff";
    /// `branch` None: for all branches.
    StaffRole(staff: StaffId, role: RoleNumber, branch: Option<BranchId>) { given_by: Option<StaffId>,
        at: Millis } in "staff_role";
    /// A role of the library's own; the built-in ones follow the program.
    OwnRole(role: RoleNumber) { permissions: i64, at: Millis } in "own_role";
    /// The way from a sign-in name's keyed hash to its account.
    StaffName(high: i64, low: i64) { staff: StaffId } in "staff_name";
    /// The first answer to a keyed command.
    Outcome(high: i64, low: i64) { body_high: i64, body_low: i64, reply: i64, a: i64, b: i64, at: Millis } in "outcome";
    /// `reader`: who will get it, where that is known.
    Outbox(id: OutboxId) { channel: Channel, cause: i64, reader: Option<ReaderId>, state: OutboxState, attempts: i64, next_at: Millis,
        at: Millis } in "outbox";
    /// 我的消息; a message's words are made from its kind and what it is about.
    Message(reader: ReaderId, id: MessageId) { kind: MessageNumber, about: i64, detail: i64, read: bool,
        at: Millis } in "message";
    /// How a job stands: one instance at a time has it, until `until`.
    /// The check value of the master secret, and when the program last proved that it can write. One row.
    Proof(one: i64) { high: i64, low: i64, at: Millis } in "proof";
    JobRun(job: Job) { holder: i64, until: Millis, started: Millis, ended: Millis, done: i64, failed: i64,
        next_at: Millis, place: i64 } in "job_run";
    /// 成员: whose name and relation are sealed elsewhere. `birth_day` 0: not known any more.
    /// `guardian`: who has consented for somebody under 14.
    Member(reader: ReaderId, id: MemberId) { state: MemberState, birth_day: Day, card: Option<CardId>,
        guardian: Option<ReaderId>, consented_at: Millis, at: Millis } in "member";
    /// 邀请监护人确认: `high` and `low` are the digest of what stands in the link.
    Invitation(reader: ReaderId, id: InvitationId) { high: i64, low: i64, until: Millis, accepted_by: Option<ReaderId>,
        accepted_at: Millis, at: Millis } in "invitation";
    /// `taken` and `waiting` count participants, without companions who do not count. `capacity` 0: no limit.
    /// `confirmed_at`: staff have said that the attendance is complete.
    Activity(id: ActivityId) { branch: BranchId, kind: ActivityKind, state: ActivityState, opens: Millis, closes: Millis,
        withdraw_until: Millis, starts: Millis, ends: Millis, start_day: Day, capacity: i64, taken: i64, waiting: i64,
        present: i64, confirmed_at: Millis, at: Millis } in "activity";
    /// What does not change once an activity is published, but for the `series` of one that others join. `points`: for coming;
    /// or for each full `block_minutes`, where these are not 0.
    /// `per_participant`: else once a card. `age_max` 0: no limit. `companions`: adults beside those of the audience
    /// need no place. `escorted`: whoever is under 18 comes with a parent, all the time. `series`: its first activity;
    /// of those with the same one, everybody may come to one.
    ActivityRules(activity: ActivityId) { points: Points, per_participant: bool, block_minutes: Minutes, minutes_min: Minutes,
        code: VenueCode, walk_ins: bool, age_min: i64, age_max: i64, companions: bool, escorted: bool,
        party_max: i64, series: Option<ActivityId> } in "activity_rules";
    /// `waiting`: how many of them wait.
    Party(id: PartyId) { activity: ActivityId, reader: ReaderId, card: CardId, accepts_part: bool, waiting: i64,
        at: Millis } in "party";
    /// The waiting list: by how many places must be free at least, then in the order of arrival.
    WaitingParty(activity: ActivityId, need: i64, party: PartyId) { size: i64 } in "waiting_party";
    /// `member` None: the reader. `companion`: takes no place. `promoted_at`: when the list or the door gave the place.
    /// `card`: where the points went. `due`: what this presence is worth by itself. `settled_at`: of the last state.
    /// `declined_at`: when staff declined the appeal.
    Participant(activity: ActivityId, reader: ReaderId, member: Option<MemberId>) { party: PartyId,
        state: ParticipantState, companion: bool, promoted_at: Millis, in_at: Millis, out_at: Millis, minutes: Minutes,
        card: Option<CardId>, due: Points, settled_at: Millis, appealed_at: Millis, declined_at: Millis,
        at: Millis } in "participant";
    /// What somebody has a place in, waits for or has come to; what is over is forgotten, unless of a series.
    Engagement(reader: ReaderId, member: Option<MemberId>, activity: ActivityId) { at: Millis } in "engagement";
    /// `held`: when the activity began; `at`: when it was recorded.
    NoShow(reader: ReaderId, member: Option<MemberId>, activity: ActivityId) { held: Millis, at: Millis } in "no_show";
    /// What an activity has earned a card: `due` in sum of those present, `posted` in the ledger.
    ActivityAward(activity: ActivityId, card: CardId) { present: i64, due: Points, posted: Points } in "activity_award";
    /// A message of staff to everybody who takes part. `done`: everybody has it.
    Announcement(id: AnnouncementId) { activity: ActivityId, done: bool, at: Millis } in "announcement";
    Announced(announcement: AnnouncementId, reader: ReaderId) { at: Millis } in "announced";
    /// 签到打卡: a stamp. `month` as 202611. `streak`: which day in a row; `made_up`: 补签.
    CheckIn(card: CardId, month: Month, date: i64) { streak: i64, made_up: bool, points: Points, at: Millis } in "checkin";
    Volunteer(reader: ReaderId, member: Option<MemberId>) { state: VolunteerState, birth_day: Day, guardian: bool, minutes: Minutes,
        reviewed_at: Millis, reviewed_by: Option<StaffId>, at: Millis } in "volunteer";
    /// `isbn` 0: none. `price` in cents, 0: not known. `readers`: who want it, with the one who proposed it. `points`: what they
    /// have earned by it.
    Suggestion(id: SuggestionId) { kind: SuggestionKind, state: SuggestionState, isbn: i64, reader: ReaderId,
        card: CardId, price: i64, readers: i64, points: Points, decided_at: Millis, decided_by: Option<StaffId>,
        at: Millis } in "suggestion";
    SuggestionReader(suggestion: SuggestionId, reader: ReaderId) { card: CardId, at: Millis } in "suggestion_reader";
    /// What is proposed and neither declined nor here: whoever proposes it too joins.
    SuggestionOfIsbn(isbn: i64, kind: SuggestionKind) { suggestion: SuggestionId } in "suggestion_of_isbn";
    /// How many a card has proposed in a calendar month.
    SuggestionMonth(card: CardId, month: Month) { count: i64 } in "suggestion_month";
    /// What a reader has earned points for, once a book.
    SuggestionAward(reader: ReaderId, isbn: i64) { suggestion: SuggestionId } in "suggestion_award";
    /// A slip. `copies` as offered, `received` by the desk, `accepted` by staff; `points`: what it has earned.
    Donation(id: DonationId) { state: DonationState, reader: ReaderId, card: CardId, place: PlaceId, copies: i64,
        received: i64, accepted: i64, points: Points, last_day: Day, received_at: Millis, received_by: Option<StaffId>,
        decided_at: Millis, decided_by: Option<StaffId>, shelved_at: Millis, at: Millis } in "donation";
    /// The secret half of a slip's code.
    DonationSecret(donation: DonationId) { secret: i64 } in "donation_secret";
    /// A title on a slip; `copies` 0: the desk added it. `isbn` 0: none.
    DonatedBook(donation: DonationId, number: i64) { isbn: i64, copies: i64, condition: BookCondition, received: i64,
        accepted: i64, fate: BookFate } in "donated_book";
    /// How many slips of a card wait for their books.
    Donor(card: CardId) { open: i64 } in "donor";
    /// How many copies of a title a card has had points for.
    DonatedTitle(card: CardId, isbn: i64) { copies: i64 } in "donated_title";
    /// What a card has earned by donations in a calendar year.
    DonationYear(card: CardId, year: i64) { points: Points } in "donation_year";
    /// 意见反馈: `posts` counts those of both sides, `pictures` those that are kept.
    Feedback(id: FeedbackId) { reader: ReaderId, state: FeedbackState, posts: i64, pictures: i64, at: Millis,
        changed_at: Millis } in "feedback";
    /// How much a reader has written on the last day on which they did.
    FeedbackDay(reader: ReaderId) { day: Day, count: i64 } in "feedback_day";
    /// Which cards a card stands for.
    Replaced(successor: CardId, card: CardId) { at: Millis } in "replaced";
    /// The row of stamps that a replaced card had up to `day`: it goes on with the stamps of the day after.
    CarriedStreak(card: CardId) { day: Day, streak: i64 } in "carried_streak";
    /// `points`: what is asked for, then what is held, then what has come over. `whole`: with all that the original has.
    /// `verified_by`: who has seen the reader's identity card, where that was needed.
    Transfer(id: TransferId) { state: TransferState, reader: ReaderId, original: CardId, present: CardId, points: Points,
        whole: bool, verified_by: Option<StaffId>, decided_at: Millis, decided_by: Option<StaffId>, at: Millis } in "transfer";
    /// The one transfer for which a card's points are held.
    OpenTransfer(original: CardId) { transfer: TransferId } in "open_transfer";
    /// `open`: how many transfers a reader has under way. `mismatches`: how often they were wrong on `day`.
    TransferCount(reader: ReaderId) { open: i64, day: Day, mismatches: i64 } in "transfer_count";
    /// 注销账号: asked for, due then. `closed_at` 0: not yet.
    Closing(reader: ReaderId) { due: Millis, closed_at: Millis, at: Millis } in "closing";
    /// 导出我的数据: `until` 0: it is not put together yet; else so long it is there.
    Export(reader: ReaderId) { until: Millis, at: Millis } in "export";
    /// Which reader accounts are a member of staff's own.
    StaffReader(staff: StaffId, reader: ReaderId) { at: Millis } in "staff_reader";
    /// 常见问题: `place` orders those of a category.
    Question(id: QuestionId) { category: QuestionCategory, place: i64, shown: bool, at: Millis } in "question";
    /// 公告: from a day on, as a rule until another (0: no end). `version`: the newest; its words are records.
    Bulletin(id: BulletinId) { shown: bool, since: Day, until: Day, version: i64, at: Millis } in "bulletin";
    /// The newest version of a passage; its words are records.
    PassageVersion(passage: Passage) { version: i64 } in "passage_version";
    /// A rule's value from a day on (0: from the beginning).
    RuleValue(rule: RuleNumber, since: Day, at: Millis) { value: i64, set_by: Option<StaffId> } in "rule_value";
    /// 到货提醒: a reader who is told once when a prize is back.
    StockAlert(reader: ReaderId, prize: PrizeId) { at: Millis } in "stock_alert";
    StockMovement(id: i64) { prize: PrizeId, kind: StockMovementKind, count: i64, staff: StaffId, at: Millis } in "stock_movement" log;
    Posting(id: PostingId) { card: CardId, account: Account, points: Points, kind: PostingNumber, cause: i64,
        after: Points, previous: Option<PostingId>, at: Millis } in "posting" log;
}
