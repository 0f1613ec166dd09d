//! Farming: however often one person's cards are bound and unbound, there is one bonus.

use crate::support::{Stage, on_both, patron};
use domain::cards::{self, BindCard, CardFace, CardFacts, RequestCode, UnbindCard};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::reply::Replied;
use domain::slices::{Command, Envelope};
use domain::tables::{CardId, CardState, Purpose, ReaderId};
use futures_util::future::join_all;
use web::frame::sealing::SmsPayload;

const CYCLES: usize = 10_000;
/// Cards of the one person, each bound and unbound by a reader of its own, all at once.
const CARDS: usize = 200;

/// What the library system says of a card, and how it is asked about.
struct Farm<'a> {
    stage: &'a Stage,
    request: RequestCode,
    reader: ReaderId,
}

impl<'a> Farm<'a> {
    async fn new(stage: &'a Stage, n: usize, identity: Digest, patron_id: Digest) -> Self {
        let (_, reader) = stage.reader().await;
        let patron = patron(n);
        let digest = |label, text: &str| stage.keys.digest(label, text);
        let seal = |label, text: &str| stage.keys.seal(label, text).unwrap();
        let face = CardFace {
            masked_name: "王*萌".into(),
            tail: format!("{n:04}"),
            barcode: seal("barcode", &patron.barcode),
            phone: seal("phone", &patron.phone),
        };
        let request = RequestCode {
            session: digest("session", &patron.barcode),
            purpose: Purpose::Bind,
            phone: digest("phone", &patron.phone),
            barcode: stage.keys.barcode(&patron.barcode),
            // As if the limits, which are tested elsewhere, were not there.
            limited: vec![],
            matched: Some(CardFacts { state: CardState::Active, identity, patron: patron_id, face }),
            code: digest("code", &patron.barcode),
            payload: SmsPayload::code(patron.phone, "000000").seal(&stage.keys).unwrap(),
        };
        Farm { stage, request, reader }
    }

    async fn ask(&self, command: Command) -> Replied {
        let actor = Actor::Reader(self.reader);
        self.stage.door.ask(Envelope { actor, key: None, command, seed: 0 }).await.unwrap()
    }

    /// The points that came of binding and unbinding so many times.
    async fn cycle(&self, times: usize) -> i64 {
        let RequestCode { session, phone, barcode, code, .. } = self.request;
        let mut points = 0;
        for _ in 0..times {
            self.ask(Command::from(self.request.clone())).await;
            let bound = self.ask(Command::from(BindCard { session, phone, barcode, code })).await;
            assert!(matches!(bound.of(), Some(cards::Reply::Bound { .. })));
            points += bound.cells[1];
            self.ask(Command::from(UnbindCard { card: bound.names(CardId) })).await;
        }
        points
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_bindings_of_one_person_earn_once() {
    on_both(async |stage: &Stage| {
        let identity = stage.keys.digest("identity", "110105199605120001");
        let farms = join_all((0..CARDS).map(|n| Farm::new(stage, n + 1, identity, Digest::NONE))).await;
        let points = join_all(farms.iter().map(|farm| farm.cycle(CYCLES / CARDS))).await;
        assert_eq!(points.iter().sum::<i64>(), 50);
        assert_eq!(stage.number("select count(*) from posting", &[]).await, 1);
        assert_eq!(stage.number("select cast(sum(balance) as bigint) from card", &[]).await, 50);
        assert_eq!(stage.number("select count(*) from message where kind = 1", &[]).await, CYCLES as i64);
        assert_eq!(stage.bindings().await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_known_by_any_of_identity_patron_id_and_barcode() {
    on_both(async |stage: &Stage| {
        let digest = |text: &str| stage.keys.digest("identity", text);
        // The second shares the identity with the first, the third the patron id with the second,
        // the fourth is the first card again, of which the library system now says nothing.
        for (n, identity, patron_id, expected) in [
            (1, digest("A"), Digest::NONE, 50),
            (2, digest("A"), digest("P"), 0),
            (3, digest("B"), digest("P"), 0),
            (1, Digest::NONE, Digest::NONE, 0),
            (4, digest("B"), Digest::NONE, 0),
            (5, digest("C"), digest("Q"), 50),
            (6, Digest::NONE, Digest::NONE, 50),
            (6, digest("D"), digest("R"), 0),
        ] {
            let farm = Farm::new(stage, n, identity, patron_id).await;
            assert_eq!(farm.cycle(2).await, expected, "card {n}");
        }
    })
    .await;
}
