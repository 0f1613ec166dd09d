//! What a new library begins with: answers to what readers often ask, and the bulletins of its settings.

use crate::beside::ask;
use crate::settings::Settings;
use domain::bulletins::{Refusal, SeedBulletins};
use domain::questions::SeedQuestions;
use store::{NoReply, Store};

pub async fn seed(settings: &Settings, store: &Store) -> Result<(), String> {
    seed_questions(store).await?;
    seed_bulletins(settings, store).await
}

/// A new library has answers to begin with.
async fn seed_questions(store: &Store) -> Result<(), String> {
    let known = store::questions::all(&store.reads).await.map_err(|fault| fault.to_string())?;
    if !known.is_empty() {
        return Ok(());
    }
    match ask(store, SeedQuestions { questions: web::questions::first::questions() }).await? {
        Ok(_) | Err(NoReply::Refused(_)) => Ok(()),
        Err(other) => Err(format!("the first questions were not written: {other:?}")),
    }
}

/// What the settings' file tells everybody, while nobody has written anything in the browser.
async fn seed_bulletins(settings: &Settings, store: &Store) -> Result<(), String> {
    let bulletins = settings.library.first_bulletins();
    if bulletins.is_empty() || !store::bulletins::all(&store.reads).await.map_err(|fault| fault.to_string())?.is_empty()
    {
        return Ok(());
    }
    match ask(store, SeedBulletins { bulletins }).await? {
        Ok(_) => Ok(()),
        Err(NoReply::Refused(why)) if why == Refusal::BulletinsThere => Ok(()),
        // They can be written in the browser: no reason not to start.
        Err(NoReply::Refused(why)) => {
            tracing::warn!(?why, "library.notices were not taken over: a title, a day or a text is wrong");
            Ok(())
        }
        Err(other) => Err(format!("the first bulletins were not written: {other:?}")),
    }
}
