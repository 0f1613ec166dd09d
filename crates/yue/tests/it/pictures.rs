//! Pictures of prizes: decoded, written anew, served by their content; whatever else is sent is refused.

use crate::support::{Browser, Form, Stage, on_both};
use domain::staff::Role;
use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
use std::io::Cursor;

/// A text that stands in the file beside the picture.
const SECRET: &[u8] = b"taken at 32.2N 118.7E";

fn png(picture: DynamicImage) -> Vec<u8> {
    let mut out = Cursor::new(vec![]);
    picture.write_to(&mut out, ImageFormat::Png).unwrap();
    [out.into_inner(), SECRET.to_vec()].concat()
}

fn red() -> Vec<u8> {
    png(RgbImage::from_pixel(1_600, 800, image::Rgb([200, 10, 10])).into())
}

/// What is typed beside the files.
async fn typed(staff: &Browser) -> Form {
    let page = staff.get("/staff/prizes/new").await.is(200);
    let typed = [("title", "红色的画"), ("points", "15"), ("description", "一幅\n红色的画"), ("per_card", "2")];
    page.form("/staff/prizes").with(&typed)
}

async fn prizes(stage: &Stage) -> i64 {
    stage.number("select count(*) from prize", &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uploaded_picture_is_written_anew_and_shown() {
    on_both(async |stage: &Stage| {
        let (staff, _) = stage.staff("guanzhang", Role::Director, 1).await;
        let form = typed(&staff).await;
        let clear = png(RgbaImage::from_pixel(40, 40, image::Rgba([0; 4])).into());
        let files = [("red.png", red()), ("<script>.png", clear)];
        let prize = staff.upload(&form, &files).await.is(303).leads_to("/staff/prizes/");
        // The same form again is the same prize.
        let again = stage.unchanged("the same form", staff.upload(&form, &files)).await.is(303).leads_to(&prize);
        assert_eq!((again, prizes(stage).await), (prize.clone(), 1));
        let other = [("red.png", red())];
        stage.unchanged("the same key", staff.upload(&form, &other)).await.is(409);

        let page = stage.reader().await.0.get(&prize.replace("/staff", "")).await.is(200).says(&["红色的画"]);
        let urls: Vec<&str> =
            page.body.split("src=\"/pictures/").skip(1).map(|p| p.split('"').next().unwrap()).collect();
        assert_eq!(urls.len(), 2, "{}", page.body);
        for (url, expected) in urls.iter().zip([[200, 10, 10], [255, 255, 255]]) {
            let path = format!("/pictures/{url}");
            let answer = stage.browser().get(&path).await.is(200);
            assert_eq!(answer.headers["content-type"], "image/jpeg");
            assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"));
            let bytes = stage.browser().bytes(&path).await;
            assert!(!bytes.windows(SECRET.len()).any(|window| window == SECRET), "what else was in the file is gone");
            let picture = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap().to_rgb8();
            assert!(picture.width() <= 1_200 && picture.height() <= 600, "{:?}", picture.dimensions());
            let pixel = picture.get_pixel(20, 20).0;
            let far = pixel.iter().zip(expected).map(|(is, wanted): (&u8, u8)| is.abs_diff(wanted)).max();
            assert!(far < Some(8), "{pixel:?}");
        }
        for wrong in ["0.jpg", "p-00000000000000000000000000000000.jpg", "..%2Fsecret", "prize-mug.svg"] {
            stage.browser().get(&format!("/pictures/{wrong}")).await.is(404);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_said_and_what_was_typed_is_kept() {
    on_both(async |stage: &Stage| {
        let (staff, _) = stage.staff("guanzhang", Role::Director, 1).await;
        let form = typed(&staff).await;
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec();
        let cut = red()[..200].to_vec();
        for (name, bytes) in [("a.svg", svg), ("cut.png", cut), ("a.png", b"\x89PNG\r\n\x1a\n".to_vec())] {
            let files = [("red.png", red()), (name, bytes)];
            let page = stage.unchanged(name, staff.upload(&form, &files)).await.is(422).says(&["有 1 个文件不是图片"]);
            let kept = [("title", "红色的画"), ("points", "15"), ("description", "一幅\n红色的画"), ("per_card", "2")];
            page.keeps("/staff/prizes", &kept);
        }
        let six: Vec<_> = (0..6).map(|_| ("red.png", red())).collect();
        stage.unchanged("six pictures", staff.upload(&form, &six)).await.is(413);
        // A field left empty is no file.
        let page = staff.upload(&form, &[("", vec![])]).await;
        page.is(303);
        assert_eq!(prizes(stage).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_guarded_as_every_form_is() {
    on_both(async |stage: &Stage| {
        let (staff, _) = stage.staff("guanzhang", Role::Director, 1).await;
        let (form, files) = (typed(&staff).await, [("red.png", red())]);
        for token in ["", "wrong", &stage.token(&stage.browser(), "/staff/prizes")] {
            let without = form.clone().with(&[("csrf", token)]);
            stage.unchanged("no token", staff.upload(&without, &files)).await.is(403);
        }
        let mut foreign = staff.clone();
        foreign.origin = Some("https://elsewhere.example".into());
        stage.unchanged("another site", foreign.upload(&form, &files)).await.is(403);
        let (auditor, _) = stage.staff("shenji", Role::Auditor, 1).await;
        let theirs = form.clone().with(&[("csrf", &stage.token(&auditor, "/staff/prizes"))]);
        stage.unchanged("an auditor", auditor.upload(&theirs, &files)).await.is(403);
        // A form that takes no files does not take large bodies either.
        let desk = Form { action: "/staff/desk/hand-overs".into(), ..form.clone() };
        let large = [("red.png", vec![0; 70_000])];
        let status = stage.unchanged("files at the desk", staff.upload(&desk, &large)).await.status;
        assert!([403, 413].contains(&status), "{status}");
        assert_eq!(prizes(stage).await, 0);
    })
    .await;
}

/// As large as a phone's photo: no two pixels alike, so nothing can be packed.
fn noise() -> Vec<u8> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    png(RgbImage::from_fn(1_100, 1_100, |_, _| image::Rgb([next(), next(), next()])).into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phones_photo_is_not_too_large() {
    on_both(async |stage: &Stage| {
        let (staff, _) = stage.staff("guanzhang", Role::Director, 1).await;
        let photo = noise();
        assert!(photo.len() > 3 * 1024 * 1024 && photo.len() < 7 * 1024 * 1024, "{}", photo.len());
        let form = typed(&staff).await;
        staff.upload(&form, &[("photo.png", photo.clone())]).await.is(303).leads_to("/staff/prizes/");
        let form = typed(&staff).await;
        let page = staff.upload(&form, &[("a.png", photo.clone()), ("b.png", photo.clone()), ("c.png", photo)]).await;
        page.is(413).says(&["最多 8 MB"]);
    })
    .await;
}
