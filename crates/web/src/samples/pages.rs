//! The one list of pages, and the test that renders each of them many times.

use super::rows::HOSTILE;
use super::{Draw, Sample, markup};
use askama::Template;

/// A page made from chance; the text is what a browser would be sent.
type Page = (&'static str, fn(&mut Draw) -> Result<String, askama::Error>);

fn rendered<T: Template + Sample>(draw: &mut Draw) -> Result<String, askama::Error> {
    T::sample(draw).render()
}

macro_rules! pages {
    ($($Page:ty),+ $(,)?) => { &[$((stringify!($Page), rendered::<$Page>)),+] };
}

const PAGES: &[Page] = pages![
    crate::activities::appeals::AppealsPage,
    crate::activities::attendance::AttendancePage,
    crate::activities::enrolments::EnrolmentPage,
    crate::activities::enrolments::EnrolmentsPage,
    crate::activities::enrolments::WithdrawingPage,
    crate::activities::form::EditPage,
    crate::activities::participants::ParticipantsPage,
    crate::activities::participants::SheetPage,
    crate::activities::poster::Poster,
    crate::activities::poster::PosterPage,
    crate::activities::reader::ActivitiesPage,
    crate::activities::reader::ActivityPage,
    crate::activities::screen::ScreenPage,
    crate::activities::staff::ShowPage,
    crate::books::staff::BooksPage,
    crate::cards::BindPage,
    crate::cards::BoundPage,
    crate::cards::CardsPage,
    crate::cards::UnbindingPage,
    crate::cards::desk::DeskCodePage,
    crate::cards::desk::DeskPage,
    crate::cards::family::FamilyPage,
    crate::cards::rebindings::RequestedPage,
    crate::checkins::CheckInsPage,
    crate::frame::page::ProblemPage,
    crate::frame::page::StaffProblemPage,
    crate::home::HomePage,
    crate::kit::list::ListPage,
    crate::kit::reason::ReasonPage,
    crate::kit::deed::Deed,
    crate::me::MePage,
    crate::consents::RevocationPage,
    crate::members::EditPage,
    crate::members::MembersPage,
    crate::members::RemovalPage,
    crate::members::invitations::ConsentPage,
    crate::members::invitations::DonePage,
    crate::members::invitations::EndedPage,
    crate::members::invitations::InvitePage,
    crate::members::invitations::LinkPage,
    crate::messages::MessagePage,
    crate::messages::MessagesPage,
    crate::places::staff::EditPage,
    crate::places::staff::PlacesPage,
    crate::points::PointsPage,
    crate::prizes::reader::PrizePage,
    crate::prizes::reader::PrizesPage,
    crate::prizes::staff::EditPage,
    crate::reading::ReadingPage,
    crate::reading::letter::Card,
    crate::reading::letter::LetterPage,
    crate::redemptions::CancellingPage,
    crate::redemptions::ConfirmPage,
    crate::redemptions::RedemptionsPage,
    crate::redemptions::RefusedPage,
    crate::redemptions::TicketPage,
    crate::redemptions::desk::DeskPage,
    crate::redemptions::staff::SheetPage,
    crate::scan::ScanPage,
    crate::sessions::SignInPage,
    crate::sessions::phone_entry::PhonePage,
    crate::sessions::staff::SignInPage,
    crate::staff::StartPage,
    crate::system::SystemPage,
    crate::donations::certificate::CertificatePage,
    crate::donations::certificate::CheckedPage,
    crate::donations::certificate::NamingPage,
    crate::donations::desk::ReceivingPage,
    crate::donations::show::CancellingPage,
    crate::donations::reader::CheckPage,
    crate::donations::reader::IndexPage,
    crate::donations::reader::NewPage,
    crate::donations::show::ShowPage,
    crate::donations::staff::ListPage,
    crate::donations::staff::ShowPage,
    crate::feedback::reader::IndexPage,
    crate::feedback::reader::NewPage,
    crate::feedback::reader::ThreadPage,
    crate::feedback::staff::AnswerPage,
    crate::bulletins::reader::BulletinPage,
    crate::bulletins::reader::BulletinsPage,
    crate::bulletins::staff::EditPage,
    crate::passages::staff::EditPage,
    crate::questions::reader::QuestionsPage,
    crate::questions::staff::EditPage,
    crate::rules::staff::EditPage,
    crate::rules::reader::RulesPage,
    crate::suggestions::reader::IndexPage,
    crate::suggestions::reader::IsbnPage,
    crate::suggestions::reader::NewPage,
    crate::suggestions::show::ShowPage,
    crate::suggestions::staff::BatchPage,
    crate::suggestions::staff::QueuePage,
    crate::suggestions::staff::ShowPage,
    crate::closings::ClosingPage,
    crate::exports::ExportPage,
    crate::exports::ReadPage,
    crate::privacy::AgreementPage,
    crate::privacy::ListPage,
    crate::privacy::PrivacyPage,
    crate::points::statement::StatementPage,
    crate::phones::reader::DeskPage,
    crate::phones::reader::PhonePage,
    crate::phones::staff::DeskPage,
    crate::staff::account::AccountPage,
    crate::tickets::OfflinePage,
    crate::tickets::TicketsPage,
    crate::transfers::reader::AmountPage,
    crate::transfers::reader::IndexPage,
    crate::transfers::reader::NewPage,
    crate::transfers::reader::ShowPage,
    crate::transfers::reader::WithdrawalPage,
    crate::transfers::staff::ReviewPage,
    crate::volunteers::certificate::CertificatePage,
    crate::volunteers::certificate::CheckedPage,
    crate::volunteers::reader::RegisterPage,
    crate::volunteers::reader::VolunteersPage,
    crate::volunteers::staff::ShowPage,
    crate::volunteers::staff::VolunteersPage,
    crate::volunteers::standing::EditPage,
    crate::volunteers::standing::LeavingPage,
];

const SAMPLES: u64 = 60;

#[test]
fn every_page_is_well_formed_whatever_it_shows() {
    let wrong: Vec<String> = PAGES.iter().filter_map(|page| (0..SAMPLES).find_map(|seed| wrong(page, seed))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with the page of this seed.
fn wrong((name, render): &Page, seed: u64) -> Option<String> {
    let page = match render(&mut Draw::new(seed)) {
        Ok(page) => page,
        Err(error) => return Some(format!("{name}, seed {seed}: {error}")),
    };
    if page.contains(HOSTILE) {
        return Some(format!("{name}, seed {seed}: a text stands unescaped"));
    }
    let wrong = markup::check(&page).err()?;
    Some(format!("{name}, seed {seed}: {wrong}"))
}

#[test]
#[allow(clippy::unwrap_used)]
fn no_page_is_left_out() {
    let mut templates = 0;
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                templates += std::fs::read_to_string(path).unwrap().matches("\n#[derive(Template)]").count();
            }
        }
    }
    assert_eq!(PAGES.len(), templates, "each template has its line in the list of pages");
}
