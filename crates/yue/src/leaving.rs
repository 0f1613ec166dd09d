//! Accounts whose readers have left: what other slices keep is let go in the reader's name, then the account is closed.

use crate::jobs::{Jobs, Tally};
use domain::activities::enrolments::Withdraw;
use domain::cards::UnbindCard;
use domain::closings::CloseAccount;
use domain::core::asked::Actor;
use domain::donations::CancelDonation;
use domain::members::RemoveMember;
use domain::slices::{Command, Envelope};
use domain::tables::ReaderId;
use domain::transfers::WithdrawTransfer;
use domain::volunteers::standing::LeaveVolunteers;
use store::closings::{Belongings, Traces, belongings, due, traces};

impl Jobs {
    /// An account that still has something, a member at an activity that goes on, is closed by a later run.
    pub(crate) async fn close_accounts(&self) -> store::Done<Tally> {
        let mut tally = Tally::default();
        for reader in due(&self.reads, self.now()).await? {
            let had = belongings(&self.reads, reader, self.now()).await?;
            // Who has to be there today stays, with everything: a later run tries again.
            if !self.let_go(reader, &had).await {
                tally.failed += 1;
                continue;
            }
            let Traces { wechat, sessions, feedback, parties } = traces(&self.reads, reader).await?;
            let close = CloseAccount { reader, wechat, sessions, feedback, parties };
            self.ask_all(std::iter::once(Command::from(close)), &mut tally).await;
        }
        Ok(tally)
    }

    /// In this order, until something is refused: who has a place stays a member, and points come back to a card that is
    /// still the reader's.
    async fn let_go(&self, reader: ReaderId, had: &Belongings) -> bool {
        let places = had.places.iter();
        let places = places.map(|(activity, member)| Withdraw { activity: *activity, members: vec![*member] }.into());
        let transfers = had.transfers.iter().map(|transfer| WithdrawTransfer { transfer: *transfer }.into());
        let donations = had.donations.iter().map(|donation| CancelDonation { donation: *donation }.into());
        let volunteers = had.volunteers.iter().map(|member| LeaveVolunteers { member: *member }.into());
        let members = had.members.iter().map(|member| RemoveMember { member: *member }.into());
        let cards = had.cards.iter().map(|card| UnbindCard { card: *card }.into());
        let commands = places.chain(volunteers).chain(members).chain(transfers).chain(donations).chain(cards);
        for command in commands.collect::<Vec<Command>>() {
            let name = command.name();
            let envelope = Envelope { actor: Actor::Reader(reader), key: None, command, seed: 0 };
            if let Err(why) = self.door.ask(envelope).await {
                tracing::info!(%reader, name, ?why, "an account is not closed yet: something of it was not let go");
                return false;
            }
        }
        true
    }
}
