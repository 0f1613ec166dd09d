//! Suggestions on a database: a crowd with one wish, what lists show, what the ledger says.

use crate::support::*;
use domain::core::asked::Actor;
use domain::staff::Role;
use domain::suggestions::{Book, DecideSuggestion, Holdings, JoinSuggestion, Propose, Reply};
use domain::tables::*;
use futures_util::future::join_all;
use store::suggestions::{figures, list, of_isbn, own, same_work, views};
use store::testing::both;

const ISBN: i64 = 9_787_536_692_930;

pub fn wish(card: CardId, isbn: i64) -> Propose {
    let book =
        Book { title: "三体".into(), author: "刘慈欣".into(), work: "三体|刘慈欣".into(), ..Book::default() };
    Propose { card, kind: SuggestionKind::Title, isbn, held: Holdings::default(), price: 2_300, book }
}

/// One accepted and joined, one that waits.
pub async fn wishing(library: &Library, librarian: Actor, people: &[Cardholder]) {
    let [first, second] = [people[0], people[1]];
    let suggestion = library.ask(first.actor(), wish(first.card, ISBN)).await.names(SuggestionId);
    library.ask(second.actor(), JoinSuggestion { suggestion, card: second.card }).await;
    library.ask(librarian, DecideSuggestion { suggestion, accepted: true, reason: String::new() }).await;
    library.ask(second.actor(), wish(second.card, 9_787_020_024_759)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_with_one_wish_make_one_suggestion_and_one_award() {
    let found = both(async |location| {
        let library = Library::open(location).await;
        let librarian = Actor::Staff(library.staff(1, "林馆员", Role::Administrator).await);
        let people = library.people(1..101).await;
        let asked = people.iter().map(|person| library.ask(person.actor(), wish(person.card, ISBN)));
        let replies = join_all(asked).await;
        let proposed = replies.iter().filter(|reply| matches!(reply.of(), Some(Reply::Proposed { .. }))).count();
        assert_eq!(proposed, 1);
        let suggestion = replies[0].names(SuggestionId);
        let decide = || DecideSuggestion { suggestion, accepted: true, reason: String::new() };
        let decided = join_all((0..20).map(|_| library.try_ask(librarian, decide()))).await;
        assert_eq!(decided.iter().filter(|answer| answer.is_ok()).count(), 1);
        let view = views(library.reads().all(of_isbn(ISBN, SuggestionKind::Title)).await.unwrap()).unwrap().remove(0);
        assert_eq!((view.suggestion.readers, view.suggestion.points), (100, 5));
        let paid =
            "select cast(sum(points) as bigint) from posting where kind = suggestions::PostingKind::SuggestionAccepted";
        assert_eq!(number(library.reads(), paid).await, 5);
        let told = "select count(*) from message where kind = suggestions::MessageKind::SuggestionAccepted";
        assert_eq!(number(library.reads(), told).await, 100);
        assert_clean(library.reads()).await;
        library.close().await;
        proposed
    })
    .await;
    assert_eq!(found, [1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_show_ones_own_the_queue_and_the_same_work() {
    both(async |location| {
        let library = Library::open(location).await;
        let librarian = Actor::Staff(library.staff(1, "林馆员", Role::Administrator).await);
        let people = library.people(1..3).await;
        wishing(&library, librarian, &people).await;
        let all = async |query| views(library.reads().all(query).await.unwrap()).unwrap();
        assert_eq!(all(own(people[1].reader)).await.len(), 2);
        assert_eq!(all(own(people[0].reader)).await.len(), 1);
        let waiting = all(list(Some(SuggestionState::Proposed), i64::MAX, 9)).await;
        assert_eq!((waiting.len(), waiting[0].book.title.as_str()), (1, "三体"));
        assert_eq!(all(list(None, i64::MAX, 9)).await.len(), 2);
        assert_eq!(all(same_work("三体|刘慈欣")).await.len(), 2);
        assert_eq!(figures(library.reads(), MORNING).await.unwrap(), (1, 2_300));
        library.close().await;
    })
    .await;
}
