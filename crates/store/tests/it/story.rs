//! A reader's way from the first visit to a prize in hand, as every page would show it.

use crate::support::*;
use domain::cards::{MessageKind, PostingKind, Reply};
use domain::core::asked::Actor;
use domain::core::reply::Replied;
use domain::messages::MarkRead;
use domain::outbox::{Attempt, SettleOutbox, TakeOutbox};
use domain::sessions::{SignInStaff, SignOut};
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::*;
use store::sessions::{self, Visitor, visit};
use store::testing::both;
use store::{Location, messages, outbox, points, prizes, redemptions};

const ALWAYS: i64 = i64::MAX;

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_binds_redeems_and_collects() {
    let [lite, pg] = both(async |location| tell(location).await).await;
    assert_eq!(lite, pg, "both engines tell the same story");
}

/// What was shown on the way.
type Seen = Vec<String>;

async fn tell(location: Location) -> Seen {
    let library = Library::open(location).await;
    let mut seen = vec![];
    let librarian = library.staff(1, "林馆员", Role::Administrator).await;
    let reader = comes_in(&library, &mut seen).await;
    let card = binds(&library, reader, &mut seen).await;
    code_is_sent(&library, &mut seen).await;
    let prize = prize_arrives(&library, librarian, &mut seen).await;
    let redeemed = redeems(&library, reader, card, prize, &mut seen).await;
    collects(&library, librarian, reader, redeemed, &mut seen).await;
    reads_messages(&library, reader, &mut seen).await;
    staff_signs_in(&library, librarian, &mut seen).await;
    assert_clean(library.reads()).await;
    library.close().await;
    seen
}

async fn comes_in(library: &Library, seen: &mut Seen) -> ReaderId {
    let before = visit(library.reads(), session_of(1)).await.unwrap();
    assert!(matches!(before.visitor, Visitor::Nobody));
    let reader = library.ask(Actor::Visitor, enter(1)).await.names(ReaderId);
    let after = visit(library.reads(), session_of(1)).await.unwrap();
    let Visitor::Reader { reader: row, card: None, cards: 0, session } = &after.visitor else { panic!("{after:?}") };
    assert_eq!((row.id, session.who, session.at), (reader, reader.0, MORNING));
    seen.push(format!("{before:?} {after:?}"));
    reader
}

async fn binds(library: &Library, reader: ReaderId, seen: &mut Seen) -> CardId {
    let actor = Actor::Reader(reader);
    library.ask(actor, request_code(1, 1)).await;
    let wrong = library.ask(actor, bind(1, 1, digest(11, 1))).await;
    assert_eq!(wrong, Reply::WrongCode { tries_left: 4 }.into());
    let bound = library.ask(actor, bind(1, 1, right_code(1))).await;
    let card = bound.names(CardId);
    assert_eq!(bound, Reply::Bound { card, points: 50 }.into());
    let visit = visit(library.reads(), session_of(1)).await.unwrap();
    let Visitor::Reader { card: Some(shown), cards: 1, .. } = &visit.visitor else { panic!("{visit:?}") };
    assert_eq!((shown.card.id, shown.card.balance), (card, 50));
    assert_eq!((shown.masked_name.as_str(), shown.tail.as_str()), ("王*萌", "0001"));
    let [cards, postings] =
        library.reads().read([sessions::cards(reader), points::list(card, reader, 0, ALWAYS)]).await.unwrap();
    let (cards, postings) = (sessions::card_views(cards).unwrap(), points::views(postings).unwrap());
    assert_eq!(cards, vec![shown.clone()]);
    let posting = &postings[0].posting;
    assert_eq!(
        (postings.len(), posting.points, posting.after, posting.kind),
        (1, 50, 50, PostingKind::FirstBinding.into())
    );
    let barcode = sessions::sealed_barcode(library.reads(), card, reader).await.unwrap();
    assert_eq!(barcode.as_deref(), Some(b"barcode 1".as_slice()));
    seen.push(format!("{visit:?} {cards:?} {postings:?}"));
    card
}

async fn code_is_sent(library: &Library, seen: &mut Seen) {
    let due = outbox::due(library.reads(), Channel::Sms, MORNING).await.unwrap();
    let [(row, payload)] = due.as_slice() else { panic!("{due:?}") };
    assert_eq!((row.channel, payload.as_slice()), (Channel::Sms, b"code for 1".as_slice()));
    assert!(outbox::due(library.reads(), Channel::Sms, MORNING - 1).await.unwrap().is_empty());
    library.ask(Actor::Job, Command::from(TakeOutbox { outbox: row.id })).await;
    assert!(outbox::due(library.reads(), Channel::Sms, MORNING).await.unwrap().is_empty(), "somebody is sending it");
    let settled = SettleOutbox { outbox: row.id, attempts: 1, attempt: Attempt::Sent };
    library.ask(Actor::Job, Command::from(settled)).await;
    assert!(outbox::due(library.reads(), Channel::Sms, ALWAYS).await.unwrap().is_empty());
    assert_eq!(number(library.reads(), "select count(*) from payload where sealed is not null").await, 0, "wiped");
    seen.push(format!("{due:?}"));
}

async fn prize_arrives(library: &Library, librarian: StaffId, seen: &mut Seen) -> PrizeId {
    let content = visit(library.reads(), session_of(1)).await.unwrap().content;
    let limited = domain::prizes::SavePrize { per_card: 2, ..prize(20, "黄铜波纹书签") };
    let prize = library.stocked(librarian, limited, 3).await;
    let later = visit(library.reads(), session_of(1)).await.unwrap().content;
    assert_eq!(later, content + 1, "words are cached, stock is not");
    let [all, one] = library.reads().read([prizes::all(), prizes::one(prize)]).await.unwrap();
    let (all, one) = (prizes::views(all).unwrap(), prizes::views(one).unwrap());
    assert_eq!((all.len(), one.len(), one[0].prize), (1, 1, all[0].prize));
    assert_eq!((one[0].prize.on_hand, one[0].text.title.as_str()), (3, "黄铜波纹书签"));
    let movements = prizes::movements(library.reads(), prize).await.unwrap();
    let [movement] = movements.as_slice() else { panic!("{movements:?}") };
    let said = (movement.kind, movement.count, movement.staff.as_str(), movement.reason.as_str());
    assert_eq!(said, (StockMovementKind::Received, 3, "林馆员", "到货"));
    seen.push(format!("{all:?} {movements:?}"));
    prize
}

async fn redeems(library: &Library, reader: ReaderId, card: CardId, prize: PrizeId, seen: &mut Seen) -> Replied {
    library.clock.pass(MINUTE_MS);
    let redeemed = library.ask(Actor::Reader(reader), redeem(card, prize, 20)).await;
    let id = redeemed.names(RedemptionId);
    let queries = [
        redemptions::list(card, reader, 0),
        redemptions::own(id, reader),
        redemptions::any(id),
        prizes::taken(card),
        points::list(card, reader, 0, ALWAYS),
    ];
    let [list, own, any, taken, postings] = library.reads().read(queries).await.unwrap();
    let list = redemptions::views(list).unwrap();
    let (own, any) = (redemptions::ticket(own).unwrap().unwrap(), redemptions::ticket(any).unwrap().unwrap());
    assert_eq!((list.len(), list[0].redemption), (1, own.redemption));
    assert_eq!((own.secret, any.secret, own.branch), (redeemed.cells[1], redeemed.cells[1], BRANCH));
    assert_eq!(own.redemption.last_day, 20271123);
    assert_eq!(own.card.as_ref().unwrap().card.balance, 30);
    assert_eq!(prizes::counts(taken).unwrap()[&prize], 1);
    let postings = points::views(postings).unwrap();
    assert_eq!(postings.iter().map(|view| view.posting.points).collect::<Vec<_>>(), [-20, 50]);
    assert_eq!((postings[0].about.as_str(), postings[1].about.as_str()), ("黄铜波纹书签", ""));
    seen.push(format!("{list:?} {own:?} {any:?} {postings:?}"));
    redeemed
}

async fn collects(library: &Library, librarian: StaffId, reader: ReaderId, redeemed: Replied, seen: &mut Seen) {
    library.clock.pass(MINUTE_MS);
    let collected = library.ask(Actor::Staff(librarian), collect(redeemed)).await;
    let own = redemptions::own(collected.names(RedemptionId), reader);
    let [own, last] = library.reads().read([own, store::redemptions::desk::last(Some(BRANCH))]).await.unwrap();
    let ticket = redemptions::ticket(own).unwrap().unwrap();
    assert_eq!((ticket.redemption.state, ticket.redemption.settled_by), (RedemptionState::Collected, Some(librarian)));
    let last = store::redemptions::desk::hand_overs(last).unwrap();
    assert_eq!((last.len(), last[0].reader.as_str(), last[0].staff.as_str()), (1, "王*萌（尾号0001）", "林馆员"));
    seen.push(format!("{collected:?} {ticket:?} {last:?}"));
}

async fn reads_messages(library: &Library, reader: ReaderId, seen: &mut Seen) {
    let list = library.reads().all(messages::unread(reader, ALWAYS, 0)).await.unwrap();
    let list = messages::views(list).unwrap();
    let said: Vec<_> = list.iter().map(|view| (view.message.kind, view.about.as_str())).collect();
    let title = "黄铜波纹书签";
    let bound = (MessageKind::Bound.into(), "王*萌（尾号0001）");
    assert_eq!(
        said,
        [
            (domain::redemptions::MessageKind::Collected.into(), title),
            (domain::redemptions::MessageKind::Redeemed.into(), title),
            bound
        ]
    );
    let one = Command::from(MarkRead { message: Some(list[1].message.id) });
    assert_eq!(library.ask(Actor::Reader(reader), one).await.cells[0], 3);
    let all = Command::from(MarkRead { message: None });
    assert_eq!(library.ask(Actor::Reader(reader), all).await.cells[0], 2);
    let visit = visit(library.reads(), session_of(1)).await.unwrap();
    let Visitor::Reader { reader, .. } = &visit.visitor else { panic!("{visit:?}") };
    assert_eq!(reader.unread, 0);
    seen.push(format!("{list:?} {visit:?}"));
}

async fn staff_signs_in(library: &Library, librarian: StaffId, seen: &mut Seen) {
    let found = sessions::staff_by_name(library.reads(), digest(20, 1)).await.unwrap();
    assert_eq!(found, Some((librarian, "hash of 林馆员's password".into())));
    assert_eq!(sessions::staff_by_name(library.reads(), digest(20, 2)).await.unwrap(), None);
    let sign_in =
        SignInStaff { staff: librarian, right: true, known_browser: false, session: digest(30, 1), replaces: None };
    library.ask(Actor::Visitor, Command::from(sign_in)).await;
    let signed_in = visit(library.reads(), digest(30, 1)).await.unwrap();
    let Visitor::Staff { staff, name, .. } = &signed_in.visitor else { panic!("{signed_in:?}") };
    assert_eq!((staff.id, name.as_str()), (librarian, "林馆员"));
    library.ask(Actor::Staff(librarian), Command::from(SignOut { session: digest(30, 1) })).await;
    let signed_out = visit(library.reads(), digest(30, 1)).await.unwrap();
    assert!(matches!(signed_out.visitor, Visitor::Nobody));
    seen.push(format!("{signed_in:?} {signed_out:?}"));
}
