//! The invariants of codes by SMS, and of the ways by which readers come in.

use crate::invariants::{Findings, claim};
use crate::support::Memory;
use domain::tables::*;
use std::collections::{BTreeMap, BTreeSet};

pub fn violations(memory: &Memory, found: &mut Findings) {
    tries(memory, found);
    sending(memory, found);
    requests(memory, found);
    ways_in(memory, found);
}

/// 17: tries within their number, and none after a code was used.
fn tries(memory: &Memory, found: &mut Findings) {
    for code in memory.all::<SmsCode>() {
        claim(found, (0..=5).contains(&code.tries), || format!("17: {code:?} was tried too often"));
        claim(found, !code.used || code.card.is_some(), || format!("17: {code:?} was never sent, and used"));
    }
    for code in memory.all::<EntryCode>() {
        let most = if code.used { 4 } else { 5 };
        claim(found, (0..=most).contains(&code.tries), || format!("17: {code:?} was tried too often"));
    }
}

/// 17: what may be typed was sent, once.
fn sending(memory: &Memory, found: &mut Findings) {
    let mut sent: BTreeMap<i64, usize> = BTreeMap::new();
    for row in memory.all::<Outbox>().iter().filter(|row| row.channel == Channel::Sms) {
        *sent.entry(row.cause).or_default() += 1;
    }
    let for_cards = memory.all::<SmsCode>().into_iter().filter(|code| code.card.is_some()).map(|code| code.id);
    for id in for_cards.chain(memory.all::<EntryCode>().into_iter().map(|code| code.id)) {
        let times = sent.get(&id.0).copied().unwrap_or(0);
        claim(found, times == 1, || format!("17: {id:?} was sent {times} times"));
    }
}

/// 18: requests for one number are apart.
fn requests(memory: &Memory, found: &mut Findings) {
    let mut of_number: BTreeMap<(i64, i64), Vec<Millis>> = BTreeMap::new();
    for request in memory.all::<CodeRequest>() {
        of_number.entry((request.high, request.low)).or_default().push(request.at);
    }
    for (number, times) in of_number {
        for (most, window) in crate::model_cards::WINDOWS {
            let crowded = times.windows(most + 1).any(|run| run[most] - run[0] < window);
            claim(found, !crowded, || format!("18: {number:?} more than {most} within {window}"));
        }
    }
}

/// Every way in, from WeChat or by phone, leads to somebody.
fn ways_in(memory: &Memory, found: &mut Findings) {
    let from_wechat = memory.all::<WeChatUser>().into_iter().map(|user| user.reader);
    let ways = from_wechat.chain(memory.all::<PhoneUser>().into_iter().map(|user| user.reader));
    let readers: BTreeSet<ReaderId> = memory.all::<Reader>().iter().map(|reader| reader.id).collect();
    for reader in ways {
        claim(found, readers.contains(&reader), || format!("ways in: one to {reader:?}, who is nobody"));
    }
}
