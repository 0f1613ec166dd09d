//! The sample's suggestions and donations, in every state.

use super::sample::Life;
use domain::core::asked::Actor;
use domain::core::isbn::Isbn;
use domain::donations::code::DonationCode;
use domain::donations::{
    self, CancelDonation, OfferDonation, OfferedBook, ReceiveDonation, ReviewDonation, ShelveDonation, Verdict,
};
use domain::slices::Command;
use domain::suggestions::{
    ArriveSuggestion, Book, DecideSuggestion, Holdings, JoinSuggestion, OrderSuggestion, Propose,
};
use domain::tables::{BookCondition, BookFate, CardId, PlaceId, ReaderId, StaffId, SuggestionId, SuggestionKind};
use web::books::work_of;

/// Twelve digits, title, author, publisher, year, price in cents, reason.
type Sample = (i64, &'static str, &'static str, &'static str, &'static str, i64, &'static str);

const BOOKS: [Sample; 6] = [
    (978_711_154_493, "深入理解计算机系统", "布赖恩特", "机械工业出版社", "2016", 13_900, "考研用，馆里的旧版太旧。"),
    (978_750_864_735, "人类简史：从动物到上帝", "尤瓦尔·赫拉利", "中信出版社", "2014", 6_800, ""),
    (978_710_014_693, "乡土中国", "费孝通", "商务印书馆", "2018", 2_800, "高中必读，常借不到。"),
    (978_753_279_310, "挪威的森林", "村上春树", "上海译文出版社", "2007", 2_300, ""),
    (978_702_008_866, "呐喊", "鲁迅", "人民文学出版社", "1973", 1_200, "想读老版本。"),
    (978_753_021_678, "平凡的世界", "路遥", "北京十月文艺出版社", "2017", 10_800, ""),
];

/// With its check digit.
fn isbn_of(twelve: i64) -> i64 {
    (0..10).find_map(|check| Isbn::of(twelve * 10 + check)).map_or(0, Isbn::number)
}

fn given(sample: &Sample, copies: i64, condition: BookCondition) -> OfferedBook {
    let (twelve, title, author, publisher, year, ..) = *sample;
    OfferedBook {
        isbn: isbn_of(twelve),
        copies,
        condition,
        title: title.into(),
        author: author.into(),
        publisher: publisher.into(),
        year: year.into(),
    }
}

impl Life<'_> {
    pub async fn suggest(&self, staff: StaffId, readers: &[(ReaderId, CardId)]) -> Result<(), String> {
        let mut ids = vec![];
        for (sample, (reader, card)) in BOOKS.iter().zip(readers.iter().cycle()) {
            ids.push(self.propose(*reader, *card, sample).await?);
        }
        let (reader, card) = readers[4];
        for suggestion in [ids[0], ids[2]] {
            self.send(Actor::Reader(reader), Command::from(JoinSuggestion { suggestion, card })).await?;
        }
        let staff = Actor::Staff(staff);
        for suggestion in [ids[1], ids[2], ids[3]] {
            let decide = DecideSuggestion { suggestion, accepted: true, reason: String::new() };
            self.send(staff, Command::from(decide)).await?;
        }
        let decline = DecideSuggestion { suggestion: ids[4], accepted: false, reason: "出版超过5年".into() };
        self.send(staff, Command::from(decline)).await?;
        for suggestion in [ids[2], ids[3]] {
            self.send(staff, Command::from(OrderSuggestion { suggestion })).await?;
        }
        let arrive = ArriveSuggestion { suggestion: ids[3], shelf_mark: "I313.45/C945".into() };
        self.send(staff, Command::from(arrive)).await.map(|_| ())
    }

    async fn propose(&self, reader: ReaderId, card: CardId, sample: &Sample) -> Result<SuggestionId, String> {
        let (twelve, title, author, publisher, year, price, reason) = *sample;
        let isbn = isbn_of(twelve);
        let book = Book {
            title: title.into(),
            author: author.into(),
            publisher: publisher.into(),
            year: year.into(),
            reason: reason.into(),
            work: work_of(title, author),
        };
        let (kind, held) = (SuggestionKind::Title, Holdings::default());
        let propose = Propose { card, kind, isbn, held, price, book };
        Ok(self.send(Actor::Reader(reader), Command::from(propose)).await?.names(SuggestionId))
    }

    /// Shelved, declined, accepted in part, at the desk, awaited, cancelled.
    pub async fn donate(&self, staff: StaffId, readers: &[(ReaderId, CardId)]) -> Result<(), String> {
        let places =
            store::places::all(&self.library.store.reads, 20200101).await.map_err(|fault| fault.to_string())?;
        let place = places.first().ok_or("the sample library has no place")?.place.id;
        let staff = Actor::Staff(staff);
        let mut codes = vec![];
        for n in 0..6 {
            let (reader, card) = readers[n % readers.len()];
            let books =
                vec![given(&BOOKS[n], 1, BookCondition::Good), given(&BOOKS[(n + 1) % 6], 2, BookCondition::Worn)];
            codes.push(self.offer(reader, card, place, books).await?);
        }
        for code in &codes[..4] {
            let receive = ReceiveDonation { code: *code, counts: vec![1, 2], added: vec![] };
            self.send(staff, Command::from(receive)).await?;
        }
        for (code, kept) in codes.iter().zip([[1, 2], [0, 0], [1, 0]]) {
            let verdict = |accepted| Verdict { accepted, fate: BookFate::Returned, reason: "有缺页".into() };
            let verdicts = kept.map(verdict).to_vec();
            self.send(staff, Command::from(ReviewDonation { donation: code.donation, verdicts })).await?;
        }
        self.send(staff, Command::from(ShelveDonation { donation: codes[0].donation })).await?;
        let reader = Actor::Reader(readers[5 % readers.len()].0);
        self.send(reader, Command::from(CancelDonation { donation: codes[5].donation })).await.map(|_| ())
    }

    async fn offer(
        &self,
        reader: ReaderId,
        card: CardId,
        place: PlaceId,
        books: Vec<OfferedBook>,
    ) -> Result<DonationCode, String> {
        match self.send(Actor::Reader(reader), Command::from(OfferDonation { card, place, books })).await?.of() {
            Some(donations::Reply::DonationOffered { donation, secret }) => Ok(DonationCode { donation, secret }),
            reply => Err(format!("the sample's donation: {reply:?}")),
        }
    }
}
