//! Rules on a real database: set, read by decisions at once, also by another instance, and kept by `verify`.

use crate::support::*;
use domain::core::asked::Actor;
use domain::rules::{Rule, SetRule, in_force};
use store::testing::both;
use store::{Location, rules};

const TODAY: i64 = 20261123;

async fn first_binding_now(library: &Library, n: i64) -> i64 {
    let reader = library.ask(Actor::Visitor, enter(n)).await.names(domain::tables::ReaderId);
    library.ask(Actor::Reader(reader), request_code(n, n)).await;
    library.ask(Actor::Reader(reader), bind(n, n, right_code(n))).await.cells[1]
}

async fn tell(location: Location) -> ([i64; 2], [i64; 3]) {
    let library = Library::open(location).await;
    let before = first_binding_now(&library, 1).await;
    let set = [(30, TODAY), (20, TODAY + 1)];
    let set = set.map(|(value, since)| SetRule { rule: Rule::FirstBindingPoints, value, since, seen: None });
    // On PostgreSQL another instance may set them while this one serves; a file is one process's.
    if matches!(library.location, Location::Pg(_)) {
        let other = Library::open(library.location.clone()).await;
        other.ask(Actor::Job, set[0]).await;
        other.ask(Actor::Job, set[1]).await;
        other.close().await;
    } else {
        library.ask(Actor::Job, set[0]).await;
        library.ask(Actor::Job, set[1]).await;
    }
    let after = first_binding_now(&library, 2).await;
    let values = rules::all(library.reads()).await.unwrap();
    let told = [TODAY - 1, TODAY, TODAY + 1].map(|day| in_force(&values, Rule::FirstBindingPoints, day));
    assert_clean(library.reads()).await;
    library.close().await;
    ([before, after], told)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_elsewhere_counts_from_its_day_on() {
    assert_eq!(both(tell).await, [([50, 30], [50, 30, 20]); 2]);
}
