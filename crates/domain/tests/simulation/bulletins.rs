//! 公告: a room of its own.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Model, says};
use crate::model_texts::{DESCRIPTION, ends, names};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::Memory;
use domain::bulletins::{self, BulletinText, BulletinWords, Refusal, Reply, SaveBulletin, Saved, SeedBulletins};
use domain::core::asked::{Actor, Now};
use domain::core::refusal::{Common, Refused};
use domain::slices::{Command, Envelope};
use domain::staff::Permission;
use domain::tables::{Bulletin, BulletinId, Table};

pub const ROOM: Room = Room { next, follow, tables: &[Table::Bulletin], violations };

fn saved(script: &mut Script) -> Saved {
    let odd = script.dice.below(16);
    let body = match odd {
        0 => " ".into(),
        1 => "字".repeat(2_001),
        _ => "上午闭馆。".into(),
    };
    let words = BulletinWords { title: if odd == 2 { String::new() } else { "通知".into() }, body };
    let until = [0, 20270101, 20261231][script.dice.below(3) as usize];
    let since = if odd == 3 { 20261301 } else { 20270101 };
    Saved { shown: script.dice.one_in(2), since, until, words }
}

fn next(script: &mut Script) -> (Actor, Command) {
    if script.dice.one_in(6) {
        let by = if script.dice.one_in(5) { script.reader() } else { Actor::Job };
        return (by, Command::from(SeedBulletins { bulletins: vec![saved(script)] }));
    }
    let known: Vec<(i64, i64)> = script.model.bulletins.iter().map(|(id, version)| (*id, *version)).collect();
    let (bulletin, version) = match script.dice.below(12) {
        0 => (Some(BulletinId(NOBODY)), 1),
        1..5 => (None, 0),
        _ => script.dice.pick(known).map_or((None, 0), |(id, version)| (Some(BulletinId(id)), version)),
    };
    let seen = if script.dice.one_in(6) { version + 1 } else { version };
    (script.staff(), Command::from(SaveBulletin { bulletin, seen, saved: saved(script) }))
}

fn follow(model: &mut Model, e: &Envelope, _: Now, heard: &Answer) -> Option<Answer> {
    let Command::Bulletins(command) = &e.command else { return None };
    Some(match command {
        bulletins::Command::SaveBulletin(c) => save(model, e.actor, c, heard),
        bulletins::Command::SeedBulletins(c) => seed(model, e.actor, c),
    })
}

fn fits(saved: &Saved) -> Result<(), Refused> {
    // The script's only wrong day.
    if saved.since == 20261301 {
        return Err(Refusal::BulletinDayWrong.into());
    }
    if saved.until != 0 && saved.until < saved.since {
        return Err(Common::DatesReversed.into());
    }
    names(&saved.words.title)?;
    if saved.words.body.trim().is_empty() {
        return Err(Common::WordsMissing.into());
    }
    ends(&saved.words.body, DESCRIPTION)
}

fn save(model: &mut Model, actor: Actor, c: &SaveBulletin, heard: &Answer) -> Answer {
    // Of no branch, so only who may everywhere.
    model.may(actor, Permission::EditContent, 0)?;
    let known = match c.bulletin {
        Some(id) => *model.bulletins.get(&id.0).ok_or(Refusal::NoSuchBulletin)?,
        None => 0,
    };
    if known != c.seen {
        return Err(Refusal::NewerBulletin.into());
    }
    fits(&c.saved)?;
    let id = c.bulletin.map_or_else(|| model.fresh(heard), |id| id.0);
    model.bulletins.insert(id, known + 1);
    model.has_bulletins = true;
    model.audits += 1;
    model.wrote("bulletin");
    says(Reply::BulletinSaved { bulletin: BulletinId(id) })
}

/// Its id is known by nobody yet.
fn seed(model: &mut Model, actor: Actor, c: &SeedBulletins) -> Answer {
    if actor != Actor::Job {
        return Err(Common::NoPermission.into());
    }
    if model.has_bulletins {
        return Err(Refusal::BulletinsThere.into());
    }
    fits(&c.bulletins[0])?;
    model.has_bulletins = true;
    model.wrote("bulletin");
    says(Reply::BulletinsSeeded)
}

fn violations(memory: &Memory, found: &mut Findings) {
    for row in memory.all::<Bulletin>() {
        let texts = memory.records.iter().filter_map(|record| record.of::<BulletinText>());
        let versions: Vec<i64> = texts.filter(|text| text.bulletin == row.id).map(|text| text.version).collect();
        claim(found, versions.iter().copied().eq(1..=row.version), || format!("{row:?} has {versions:?}"));
    }
}
