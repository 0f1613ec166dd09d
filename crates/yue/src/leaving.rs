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
            self.let_go(reader, &had).await;
            let Traces { wechat, sessions, feedback } = traces(&self.reads, reader).await?;
            let close = CloseAccount { reader, wechat, sessions, feedback, faces: had.cards };
            self.ask_all(std::iter::once(Command::from(close)), &mut tally).await;
        }
        Ok(tally)
    }

    /// What is refused here keeps the account open, or is over by itself.
    async fn let_go(&self, reader: ReaderId, had: &Belongings) {
        let places = had.places.iter();
        let places = places.map(|(activity, member)| Withdraw { activity: *activity, members: vec![*member] }.into());
        let transfers = had.transfers.iter().map(|transfer| WithdrawTransfer { transfer: *transfer }.into());
        let donations = had.donations.iter().map(|donation| CancelDonation { donation: *donation }.into());
        let volunteers = had.volunteers.iter().map(|member| LeaveVolunteers { member: *member }.into());
        let members = had.members.iter().map(|member| RemoveMember { member: *member }.into());
        let cards = had.cards.iter().map(|face| UnbindCard { card: face.card }.into());
        // In this order: who has a place stays a member, and points come back to a card that is still the reader's.
        let commands = places.chain(transfers).chain(donations).chain(volunteers).chain(members).chain(cards);
        for command in commands.collect::<Vec<Command>>() {
            let name = command.name();
            let envelope = Envelope { actor: Actor::Reader(reader), key: None, command, seed: 0 };
            if let Err(why) = self.door.ask(envelope).await {
                tracing::info!(%reader, name, ?why, "something of an account that closes was not let go");
            }
        }
    }
}
