//! Whether a row says what the model says.

use crate::agreement_activities;
use crate::model::{self, Model};
use crate::support::Memory;
use domain::core::digest::Digest;
use domain::core::reply::Replied;
use domain::core::row::{Cell, Cells, Row};
use domain::messages::bit;
use domain::rules::Rule;
use domain::tables::*;

const DAY_MS: Millis = 86_400_000;

pub fn read<R: Row>(cells: &Cells) -> R {
    R::of(cells).expect("a row")
}

/// A row that is there; one that is not is found out by counting.
pub fn agrees(model: &Model, memory: &Memory, table: Table, cells: &Cells) -> bool {
    let (high, low) = (cells[0], cells[1]);
    let digest = Digest { high, low };
    match table {
        Table::Card => {
            let Card { id, reader, state, balance, frozen, successor, .. } = read(cells);
            let known = model.card(id.0).map(|c| (c.reader, c.state, c.balance, c.frozen, c.successor));
            known == Some((reader.map(|r| r.0), state, balance, frozen, successor.map(|c| c.0)))
        }
        Table::SystemAccount => {
            let row: SystemAccount = read(cells);
            model.accounts.get(&row.account) == Some(&row.balance)
        }
        Table::Barcode => model.cards.get(&digest).is_some_and(|card| card.id == Some(cells[2])),
        Table::CardHolder => {
            let row: CardHolder = read(cells);
            let identity = Digest { high: row.identity_high, low: row.identity_low };
            let patron = Digest { high: row.patron_high, low: row.patron_low };
            model.card(row.card.0).is_some_and(|card| (card.identity, card.patron) == (identity, patron))
        }
        Table::PersonName => {
            let person = in_the_end(memory, PersonId(cells[2]));
            model.people.iter().find(|known| known.names.contains(&digest)).is_some_and(|known| {
                let mut names = known.names.iter().filter_map(|name| memory.get(PersonName::key(name.high, name.low)));
                person.is_some_and(|person| person.awarded.is_some() == known.awarded)
                    && names.all(|name: PersonName| in_the_end(memory, name.person) == person)
            })
        }
        // Whoever has had the award has had it under every name; whose it was is told by the posting.
        Table::Person => {
            let row: Person = read(cells);
            let awarded = in_the_end(memory, row.id).map(|person| person.awarded.is_some());
            let posted = row.awarded.is_none_or(|card| model.card(card.0).is_some());
            posted && (awarded == Some(true) || awarded.is_some() && row.awarded.is_none())
        }
        Table::Reader => {
            let row: Reader = read(cells);
            model.readers.get(&row.id.0).is_some_and(|known| {
                let unread = known.messages.iter().filter(|message| !message.read).count() as i64;
                (known.closed, known.chosen, unread)
                    == (row.state == ReaderState::Closed, row.card.map(|card| card.0), row.unread)
                    && (known.notices, known.consents, known.privacy) == (row.notices, row.consents, row.privacy)
                    && known.followed_at == row.followed_at
                    && (known.unfollowed, known.muted.iter().map(|topic| bit(*topic)).sum::<i64>())
                        == (row.unfollowed, row.muted)
            })
        }
        Table::WeChatUser => model.wechat.get(&digest) == Some(&cells[2]),
        Table::PhoneUser => {
            let good_from = model.good_from.get(&digest).copied().unwrap_or(0);
            model.phones.get(&digest) == Some(&cells[2]) && good_from == cells[3]
        }
        Table::EntryCode => {
            let row: EntryCode = read(cells);
            let browser = Digest { high: row.browser_high, low: row.browser_low };
            let code = Digest { high: row.code_high, low: row.code_low };
            let known = model::EntryCode { browser, code, wrong: row.tries, used: row.used, at: row.at };
            model.entry_codes.get(&digest) == Some(&known)
        }
        Table::Binding => {
            let row: Binding = read(cells);
            model.card(row.card.0).is_some_and(|card| card.reader == Some(row.reader.0))
        }
        Table::Rebinding => {
            let Rebinding { card, reader, from_reader, due, at } = read(cells);
            let wish = model::Wish { by: reader.0, from: from_reader.0, at };
            model.wishes.get(&card.0) == Some(&wish) && due == at + DAY_MS
        }
        Table::Session => {
            let row: Session = read(cells);
            let (staff, who, at, seen) = (row.kind == SessionKind::Staff, row.who, row.at, row.seen);
            let session = model::Session { staff, who, at, seen };
            model.sessions.get(&digest) == Some(&session) && session.until() == row.until
        }
        Table::CodeRequest => model.requests.get(&digest).is_some_and(|times| times.contains(&cells[2])),
        Table::SmsCode => sms_code(model, &read(cells)),
        Table::Prize => {
            let row: Prize = read(cells);
            let prize = model::Prize {
                branch: row.branch.0,
                shown: row.state == PrizeState::Shown,
                points: row.points,
                per_card: row.per_card,
                from: row.visible_from,
                until: row.visible_until,
                position: row.position,
                place: row.place.map(|place| place.0),
                received: row.received,
                written_off: row.written_off,
                reserved: row.reserved,
                handed_over: row.handed_over,
            };
            model.prizes.get(&row.id.0) == Some(&prize) && prize.on_hand() == row.on_hand
        }
        Table::Place => {
            let Place { id, branch, state, .. } = read(cells);
            let known = model.places.get(&id.0).map(|place| (place.branch, place.closed));
            known == Some((branch.0, state == PlaceState::Closed))
        }
        Table::PlaceHours => {
            let PlaceHours { place, weekday, opens, closes } = read(cells);
            model.places.get(&place.0).is_some_and(|place| place.week.contains(&(weekday, opens, closes)))
        }
        Table::PlaceDay => {
            let PlaceDay { place, day, opens, closes } = read(cells);
            let known = model.places.get(&place.0).and_then(|place| place.days.get(&day));
            known.is_some_and(|known| known.contains(&(opens, closes)) || known.is_empty() && (opens, closes) == (0, 0))
        }
        Table::RuleValue => {
            let RuleValue { rule, since, at, value, set_by } = read(cells);
            let of = Rule::from_cell(rule.0).and_then(|rule| model.rules.get(&rule));
            of.and_then(|days| days.get(&(since, at))) == Some(&(value, set_by.map_or(0, |staff| staff.0)))
        }
        Table::Proof => {
            let Proof { high, low, at, .. } = read(cells);
            model.proof == Some((Digest { high, low }, at))
        }
        Table::JobRun => {
            let JobRun { job, holder, until, started, ended, done, failed, next_at, place } = read(cells);
            let seen = model.jobs.get(&job).map_or(0, |run| run.seen);
            let run = model::JobRun { holder, running: until != 0, started, seen, place, ended, done, failed, next_at };
            model.jobs.get(&job) == Some(&run) && run.until() == until
        }
        Table::Redemption => redemption(model, &read(cells)),
        Table::RedemptionSecret => model.redemptions.get(&cells[0]).is_some_and(|known| known.secret == cells[1]),
        Table::PrizeTaken => {
            let PrizeTaken { card, prize, count } = read(cells);
            model.taken(card.0, prize.0) == count
        }
        Table::Staff => {
            let row: Staff = read(cells);
            model.staff.get(&row.id.0).is_some_and(|s| {
                (s.disabled, s.branch) == (row.state == StaffState::Disabled, row.branch.0)
                    && (s.wrong, s.locked_until, s.since) == (row.failures, row.locked_until, row.since)
            })
        }
        Table::StaffRole => {
            let StaffRole { staff, role, branch, given_by, .. } = read(cells);
            model.staff.get(&staff.0).is_some_and(|s| {
                let of = (!s.everywhere).then_some(s.branch);
                (s.role, of, s.given_by) == (role.0, branch.map(|of| of.0), given_by.map_or(0, |by| by.0))
            })
        }
        Table::OwnRole => model.own_roles.get(&cells[0]) == Some(&read::<OwnRole>(cells).permissions),
        Table::StaffName => model.names.get(&digest) == Some(&cells[2]),
        Table::Outcome => {
            let row: Outcome = read(cells);
            let body = Digest { high: row.body_high, low: row.body_low };
            let reply = Replied::remembered(row.reply, [row.a, row.b]);
            model.outcomes.get(&digest) == Some(&(body, reply, row.at))
        }
        Table::Outbox => {
            let row: Outbox = read(cells);
            let known = model.outbox.iter().find(|known| known.id == row.id.0);
            known.is_some_and(|known| {
                let message = |(reader, n): (i64, usize)| Some(model.readers.get(&reader)?.messages.get(n)?.id);
                let of = known.notice.map_or(Some(row.cause), message);
                (known.state, known.attempts, known.next_at, known.at) == (row.state, row.attempts, row.next_at, row.at)
                    && (known.channel, of) == (row.channel, Some(row.cause))
                    && known.notice.is_none_or(|(reader, _)| row.reader == Some(ReaderId(reader)))
            })
        }
        Table::Message => message(model, memory, &read(cells)),
        Table::StockMovement | Table::Posting => true,
        _ => agreement_activities::agrees(model, table, cells),
    }
}

fn redemption(model: &Model, row: &Redemption) -> bool {
    model.redemptions.get(&row.id.0).is_some_and(|known| {
        let secret = known.secret;
        *known
            == model::Redemption {
                card: row.card.0,
                reader: row.reader.0,
                prize: row.prize.0,
                points: row.points,
                secret,
                state: row.state,
                last_day: row.last_day,
                reminded: row.reminded,
                at: row.at,
                settled_at: row.settled_at,
                settled_by: row.settled_by.map_or(0, |staff| staff.0),
            }
    })
}

fn sms_code(model: &Model, row: &SmsCode) -> bool {
    let sent_for = |code: &model::Code| code.sent_for.and_then(|barcode| model.cards.get(&barcode)?.id);
    model.codes.get(&row.reader.0).is_some_and(|code| {
        (code.session, code.phone) == (Digest { high: row.session_high, low: row.session_low }, phone(row))
            && code.code == Digest { high: row.code_high, low: row.code_low }
            && sent_for(code) == row.card.map(|card| card.0)
            && (code.wrong, code.used, code.at) == (row.tries, row.used, row.at)
    })
}

fn phone(row: &SmsCode) -> Digest {
    Digest { high: row.phone_high, low: row.phone_low }
}

fn message(model: &Model, memory: &Memory, row: &Message) -> bool {
    let known = model.readers.get(&row.reader.0).and_then(|r| r.messages.iter().find(|m| m.id == row.id.0));
    let upto = memory.get::<Reader>(Reader::key(row.reader)).map_or(0, |reader| reader.read_upto);
    known.is_some_and(|known| {
        let read = row.read || row.id.0 <= upto;
        (known.kind, known.about, known.points, known.read) == (row.kind, row.about, row.detail, read)
    })
}

fn in_the_end(memory: &Memory, id: PersonId) -> Option<Person> {
    let person: Person = memory.get(Person::key(id))?;
    person.same_as.map_or(Some(person), |same| in_the_end(memory, same))
}
