//! The registration form: what is typed, what is wrong with it, what is kept of it (sealed).

use crate::frame::sealing::{phone, phone_fault};
use crate::kit::calendar::{date_value, day_of};
use crate::members::{birth_fault, name_fault};
use domain::core::day::{ADULT_AGE, age};
use domain::core::identity::is_identity_number;
use serde::{Deserialize, Serialize};

const TEXT_CHARS_MAX: usize = 200;

/// As typed; what is sealed is the same without the ticks and the key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VolunteerForm {
    pub name: String,
    pub gender: String,
    /// As 2016-05-12.
    pub birth: String,
    pub phone: String,
    pub skills: String,
    pub times: String,
    pub identity: String,
    pub guardian_name: String,
    pub guardian_phone: String,
    #[serde(skip_serializing)]
    pub guardian_consents: String,
    #[serde(skip_serializing)]
    pub accepts: String,
}

#[derive(Default)]
pub struct Errors {
    pub name: Option<String>,
    pub gender: Option<String>,
    pub birth: Option<String>,
    pub phone: Option<String>,
    pub skills: Option<String>,
    pub times: Option<String>,
    pub identity: Option<String>,
    pub guardian_name: Option<String>,
    pub guardian_phone: Option<String>,
    pub guardian_consents: Option<String>,
    pub accepts: Option<String>,
    pub form: Option<String>,
}

impl Errors {
    /// What is said at a field.
    pub fn at(&self, field: &str) -> Option<&String> {
        let found = match field {
            "name" => &self.name,
            "gender" => &self.gender,
            "birth" => &self.birth,
            "phone" => &self.phone,
            "skills" => &self.skills,
            "times" => &self.times,
            "identity" => &self.identity,
            "guardian_name" => &self.guardian_name,
            "guardian_phone" => &self.guardian_phone,
            "guardian_consents" => &self.guardian_consents,
            "accepts" => &self.accepts,
            _ => &self.form,
        };
        found.as_ref()
    }

    pub fn any(&self) -> bool {
        let fields = [
            &self.name,
            &self.gender,
            &self.birth,
            &self.phone,
            &self.skills,
            &self.times,
            &self.identity,
            &self.accepts,
            &self.form,
        ];
        fields.iter().any(|error| error.is_some()) || self.of_guardian()
    }

    pub fn of_guardian(&self) -> bool {
        let fields = [&self.guardian_name, &self.guardian_phone, &self.guardian_consents];
        fields.iter().any(|error| error.is_some())
    }
}

/// What the form is checked against.
pub struct About {
    /// Of a member; the reader types it.
    pub birth_day: Option<i64>,
    pub today: i64,
    pub asks_identity: bool,
}

/// What is sealed, and what the decision needs to know.
pub struct Checked {
    pub face: VolunteerForm,
    pub birth_day: i64,
    pub is_minor: bool,
}

fn phone_error(text: &str) -> Option<String> {
    phone(text).is_none().then(|| phone_fault(text))
}

fn too_long(text: &str) -> Option<String> {
    (text.trim().chars().count() > TEXT_CHARS_MAX).then(|| format!("文字太长了，最多 {TEXT_CHARS_MAX} 个字。"))
}

fn times_fault(times: &str) -> Option<String> {
    if times.is_empty() { Some("请写明什么时候可以服务。".into()) } else { too_long(times) }
}

fn identity(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase()
}

fn identity_fault(text: &str, birth_day: i64) -> Option<String> {
    let number = identity(text);
    match () {
        () if number.is_empty() => Some("请填写身份证号。".into()),
        () if !is_identity_number(&number) => Some("身份证号不对，请核对 18 位号码。".into()),
        () if number.get(6..14) != Some(birth_day.to_string().as_str()) => {
            Some("身份证号与出生日期不一致，请核对。".into())
        }
        () => None,
    }
}

impl VolunteerForm {
    fn guardian_errors(&self) -> Errors {
        let name = self.guardian_name.trim();
        Errors {
            guardian_name: name_fault(name).map(|fault| fault.replace("姓名", "监护人姓名")),
            guardian_phone: phone_error(&self.guardian_phone).map(|fault| fault.replace("请填写", "请填写监护人")),
            guardian_consents: self.guardian_consents.is_empty().then(|| "请监护人同意后勾选。".into()),
            ..Errors::default()
        }
    }

    fn errors(&self, about: &About, birth_day: i64, is_minor: bool) -> Errors {
        let guardian = if is_minor { self.guardian_errors() } else { Errors::default() };
        let typed = about.birth_day.is_none();
        let gender_known = ["男", "女"].contains(&self.gender.as_str());
        let times = self.times.trim();
        Errors {
            name: name_fault(&self.name),
            gender: (!gender_known).then(|| "请选择性别。".into()),
            birth: if typed { birth_fault(&self.birth) } else { None },
            phone: phone_error(&self.phone),
            skills: too_long(&self.skills),
            times: times_fault(times),
            identity: if about.asks_identity { identity_fault(&self.identity, birth_day) } else { None },
            accepts: self.accepts.is_empty().then(|| "请阅读声明后勾选。".into()),
            ..guardian
        }
    }

    /// What is kept after a change of phone, skills and times alone.
    pub fn changed(&self) -> Result<VolunteerForm, Box<Errors>> {
        let times = self.times.trim();
        let errors = Errors {
            phone: phone_error(&self.phone),
            skills: too_long(&self.skills),
            times: times_fault(times),
            ..Errors::default()
        };
        if errors.any() {
            return Err(Box::new(errors));
        }
        let (phone, skills) = (phone(&self.phone).unwrap_or_default(), self.skills.trim().into());
        Ok(VolunteerForm { phone, skills, times: times.into(), ..self.clone() })
    }

    pub fn check(&self, about: &About) -> Result<Checked, Box<Errors>> {
        let birth_day = about.birth_day.or_else(|| day_of(self.birth.trim())).unwrap_or_default();
        let is_minor = birth_day != 0 && age(birth_day, about.today) < ADULT_AGE;
        let errors = self.errors(about, birth_day, is_minor);
        if errors.any() {
            return Err(Box::new(errors));
        }
        let keep = |text: &String| if is_minor { text.trim().to_string() } else { String::new() };
        let face = VolunteerForm {
            name: self.name.trim().into(),
            gender: self.gender.clone(),
            birth: date_value(birth_day),
            phone: phone(&self.phone).unwrap_or_default(),
            skills: self.skills.trim().into(),
            times: self.times.trim().into(),
            identity: if about.asks_identity { identity(&self.identity) } else { String::new() },
            guardian_name: keep(&self.guardian_name),
            guardian_phone: phone(&keep(&self.guardian_phone)).unwrap_or_default(),
            ..VolunteerForm::default()
        };
        Ok(Checked { face, birth_day, is_minor })
    }
}

sample! { VolunteerForm {
    name, gender, birth, phone, skills, times, identity, guardian_name, guardian_phone, guardian_consents, accepts,
} }
sample! { Errors {
    name, gender, birth, phone, skills, times, identity, guardian_name, guardian_phone, guardian_consents, accepts,
    form,
} }

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn form() -> VolunteerForm {
        VolunteerForm {
            name: "陈一苇".into(),
            gender: "女".into(),
            birth: "1949-12-31".into(),
            phone: "139 0000 0001".into(),
            times: "周末".into(),
            accepts: "1".into(),
            ..VolunteerForm::default()
        }
    }

    const TODAY: About = About { birth_day: None, today: 20261128, asks_identity: false };

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        assert_eq!(form().check(&TODAY).ok().unwrap().face.phone, "13900000001");
        let Err(errors) = VolunteerForm::default().check(&TODAY) else { panic!("empty") };
        assert!(errors.name.is_some() && errors.gender.is_some() && errors.birth.is_some() && errors.phone.is_some());
        assert!(errors.times.is_some() && errors.accepts.is_some() && !errors.of_guardian());
    }

    #[test]
    fn a_minor_needs_a_guardian() {
        let minor = VolunteerForm { birth: "2010-01-01".into(), ..form() };
        let Err(errors) = minor.check(&TODAY) else { panic!("a minor alone") };
        assert!(errors.guardian_name.is_some() && errors.guardian_phone.is_some());
        assert!(errors.guardian_consents.is_some());
        let (name, phone) = ("陈父".into(), "13900000002".into());
        let both = VolunteerForm { guardian_name: name, guardian_phone: phone, guardian_consents: "1".into(), ..minor };
        assert!(both.check(&TODAY).ok().unwrap().is_minor);
    }

    #[test]
    fn an_identity_number_is_asked_for_where_the_library_wants_it() {
        let about = About { asks_identity: true, ..TODAY };
        assert!(form().check(&about).err().unwrap().identity.is_some());
        let with = |identity: &str| VolunteerForm { identity: identity.into(), ..form() }.check(&about);
        assert_eq!(with("110105 194912 31002x").ok().unwrap().face.identity, "11010519491231002X");
        assert!(with("110105194912310021").err().unwrap().identity.is_some());
        let other_day = VolunteerForm { identity: "11010519491231002X".into(), birth: "1950-01-01".into(), ..form() };
        assert!(other_day.check(&about).err().unwrap().identity.is_some());
    }
}
