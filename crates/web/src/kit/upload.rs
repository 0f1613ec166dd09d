//! A posted form with pictures: its fields as any form's, its files in memory.

use crate::frame::app::App;
use crate::frame::failure::Failure;
use crate::frame::guard::is_multipart;
use crate::frame::posted::Posted;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use serde::de::DeserializeOwned;

const FILES_MAX: usize = 5;

pub struct Uploaded<T> {
    pub posted: Posted<T>,
    /// Those that were chosen: a file field left empty sends a file without bytes.
    pub files: Vec<Bytes>,
}

impl<T: DeserializeOwned> FromRequest<App> for Uploaded<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        if !is_multipart(request.headers()) {
            return Ok(Uploaded { posted: Posted::from_request(request, app).await?, files: vec![] });
        }
        let path = request.uri().path().to_string();
        let mut form = Multipart::from_request(request, app).await.map_err(|_| Failure::BadRequest)?;
        let (mut pairs, mut files) = (vec![], vec![]);
        while let Some(field) = form.next_field().await.map_err(|_| Failure::BadRequest)? {
            let name = field.name().unwrap_or_default().to_string();
            let is_file = field.file_name().is_some();
            let bytes = field.bytes().await.map_err(|_| Failure::TooLarge)?;
            if is_file {
                files.push(bytes);
            } else {
                pairs.push((name, String::from_utf8(bytes.to_vec()).map_err(|_| Failure::BadRequest)?));
            }
        }
        files.retain(|file| !file.is_empty());
        if files.len() > FILES_MAX {
            return Err(Failure::TooLarge);
        }
        // A second sending is known by the files too.
        let marks = files.iter().map(|file| ("file".to_string(), mark(app, file)));
        let posted = Posted::of_pairs(&path, pairs, marks)?;
        Ok(Uploaded { posted, files })
    }
}

fn mark(app: &App, file: &Bytes) -> String {
    let digest = app.keys.digest_bytes("file", file);
    format!("{:016x}{:016x}", digest.high, digest.low)
}
