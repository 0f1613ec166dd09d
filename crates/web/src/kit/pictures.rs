//! Pictures: whatever is uploaded is decoded and written anew, small, and stored by its content's hash.

use crate::frame::app::App;
use crate::frame::failure::Failure;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::core::digest::Digest;
use domain::core::record::Picture;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageReader, Limits};
use std::io::Cursor;

pub const PICTURE_BYTES_MAX: usize = 150 * 1024;
const SIDES: [u32; 4] = [1_200, 900, 640, 480];
const QUALITIES: [u8; 3] = [85, 75, 60];
const SIDE_MAX: u32 = 12_000;
const MEMORY_MAX: u64 = 192 * 1024 * 1024;
/// What a progressive JPEG takes besides its pixels: the coefficients of all of them, two bytes for each of four channels.
const PROGRESSIVE_PIXEL_BYTES: u64 = 8;
/// Ours are addressed so; drawings of the program by their file names.
const PREFIX: &str = "p-";

/// A JPEG of at most `PICTURE_BYTES_MAX`, without anything else that was in the file. None: it is no picture.
pub fn written_anew(file: &[u8]) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_MAX), Some(SIDE_MAX));
    limits.max_alloc = Some(MEMORY_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let beside = if is_progressive(file) { pixels * PROGRESSIVE_PIXEL_BYTES } else { 0 };
    if decoder.total_bytes() + beside > MEMORY_MAX {
        return None;
    }
    // A phone held upright writes its pictures lying down, and says so beside them.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = within(DynamicImage::from_decoder(decoder).ok()?, SIDES[0]);
    picture.apply_orientation(orientation);
    let picture = on_white(picture);
    SIDES.iter().flat_map(|side| QUALITIES.map(|quality| (*side, quality))).find_map(|(side, quality)| {
        let jpeg = jpeg(&picture, side, quality)?;
        (jpeg.len() <= PICTURE_BYTES_MAX).then_some(jpeg)
    })
}

/// JPEG knows no transparency: what shines through is white, not black.
fn on_white(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return picture;
    }
    let mut flat = image::RgbaImage::from_pixel(picture.width(), picture.height(), image::Rgba([255; 4]));
    image::imageops::overlay(&mut flat, &picture.to_rgba8(), 0, 0);
    DynamicImage::ImageRgba8(flat)
}

/// Whether a JPEG is written in several passes (start of frame 2, ITU-T T.81 B.1.1.3).
fn is_progressive(file: &[u8]) -> bool {
    let Some(mut rest) = file.strip_prefix(&[0xff, 0xd8]) else { return false };
    while let [0xff, marker, high, low, ..] = rest {
        match marker {
            0xc2 => return true,
            0xc0 | 0xc1 | 0xda => return false,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        rest = rest.get(2 + length..).unwrap_or_default();
    }
    // Nothing was found where it should stand: the dearer of the two.
    true
}

/// The large one is gone as soon as there is a small one. A very large one is first made smaller by whole pixels: a filter
/// needs four numbers for each of them.
fn within(picture: DynamicImage, side: u32) -> DynamicImage {
    let longest = picture.width().max(picture.height());
    let picture = if longest > 4 * side { picture.thumbnail(2 * side, 2 * side) } else { picture };
    if longest > side { picture.resize(side, side, FilterType::Triangle) } else { picture }
}

fn jpeg(picture: &DynamicImage, side: u32, quality: u8) -> Option<Vec<u8>> {
    let fitted = within(picture.clone(), side);
    let mut bytes = vec![];
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&fitted.to_rgb8()).ok()?;
    Some(bytes)
}

/// All files as pictures, or how many of them are none. Decoding takes long: not on the threads that answer.
pub async fn read_all(app: &App, files: Vec<Bytes>) -> Result<Result<Vec<Picture>, usize>, Failure> {
    let Ok(turn) = app.picture_turns.clone().acquire_owned().await else { return Err(Failure::Busy) };
    // The turn ends with the work, also where whoever asked has gone.
    let work = move || {
        let _turn = turn;
        files.iter().map(|file| written_anew(file)).collect::<Vec<_>>()
    };
    let written = tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Internal(error.to_string()))?;
    let bad = written.iter().filter(|picture| picture.is_none()).count();
    if bad > 0 {
        return Ok(Err(bad));
    }
    // Not keyed: the same picture has the same address in every library.
    let picture = |bytes: Vec<u8>| Picture { hash: crate::frame::keys::content_hash(&bytes), bytes };
    Ok(Ok(written.into_iter().flatten().map(picture).collect()))
}

/// What a row's text names a picture by.
pub fn name(hash: Digest) -> String {
    format!("{PREFIX}{:016x}{:016x}", hash.high, hash.low)
}

fn hash(name: &str) -> Option<Digest> {
    let hex = name.strip_prefix(PREFIX)?;
    let half = |range: std::ops::Range<usize>| u64::from_str_radix(hex.get(range)?, 16).ok().map(u64::cast_signed);
    (hex.len() == 32).then_some(Digest { high: half(0..16)?, low: half(16..32)? })
}

/// The address of a stored picture; None for a drawing of the program.
pub fn url(name: &str) -> Option<String> {
    hash(name).map(|_| format!("/pictures/{name}.jpg"))
}

pub async fn serve(State(app): State<App>, Path(file): Path<String>) -> Result<Response, Failure> {
    let hash = file.strip_suffix(".jpg").and_then(hash).ok_or(Failure::NotFound)?;
    let bytes = store::pictures::one(&app.reads, hash).await?.ok_or(Failure::NotFound)?;
    let headers =
        [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, bytes).into_response())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

    #[test]
    fn a_picture_that_was_taken_upright_stands_upright() {
        // TIFF, little endian, one entry: orientation (0x0112) is 6, a quarter turn clockwise.
        let exif =
            [b"II*\0".as_slice(), &[8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]].concat();
        let lying = RgbImage::from_fn(40, 20, |x, _| if x < 20 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) });
        let mut file = vec![];
        let mut encoder = JpegEncoder::new_with_quality(&mut file, 95);
        image::ImageEncoder::set_exif_metadata(&mut encoder, exif).unwrap();
        encoder.encode_image(&lying).unwrap();
        let upright = image::load_from_memory(&written_anew(&file).unwrap()).unwrap().to_rgb8();
        assert_eq!(upright.dimensions(), (20, 40));
        assert!(upright.get_pixel(10, 4).0[0] > 200 && upright.get_pixel(10, 36).0[2] > 200);
    }

    fn bytes(picture: DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(vec![]);
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    #[test]
    fn a_picture_is_written_anew_and_small() {
        // Noise is the worst that can be compressed.
        let mut state = 1u32;
        let noise = RgbImage::from_fn(2_000, 1_500, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Rgb([(state >> 24) as u8, (state >> 16) as u8, (state >> 8) as u8])
        });
        let jpeg = written_anew(&bytes(noise.into(), ImageFormat::Png)).unwrap();
        assert!(jpeg.len() <= PICTURE_BYTES_MAX && jpeg.starts_with(&[0xff, 0xd8]), "{}", jpeg.len());
    }

    #[test]
    fn what_shines_through_is_white() {
        let clear = RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 0]));
        let jpeg = written_anew(&bytes(clear.into(), ImageFormat::Png)).unwrap();
        let pixel = image::load_from_memory(&jpeg).unwrap().to_rgb8().get_pixel(10, 10).0;
        assert!(pixel.iter().all(|channel| *channel > 250), "{pixel:?}");
    }

    #[test]
    fn several_passes_are_known_by_the_header() {
        let frame = |start: u8| [&[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2][..], &[0xff, start, 0, 2]].concat();
        assert!(is_progressive(&frame(0xc2)) && !is_progressive(&frame(0xc0)) && is_progressive(&frame(0xfe)));
        assert!(!is_progressive(&bytes(DynamicImage::new_rgb8(9, 9), ImageFormat::Jpeg)) && !is_progressive(b"PNG"));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for file in [&b""[..], b"<svg onload=alert(1)>", b"\xff\xd8\xff\xe0 broken", b"GIF89a"] {
            assert_eq!(written_anew(file), None);
        }
    }

    #[test]
    fn a_name_leads_back_to_its_hash() {
        let digest = Digest { high: -5, low: 7 };
        assert_eq!(hash(&name(digest)), Some(digest));
        for wrong in ["prize-mug.svg", "p-", "p-00", "p-0000000000000000000000000000000g"] {
            assert_eq!(hash(wrong), None);
        }
    }
}
