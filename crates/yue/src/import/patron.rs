//! A row of the library's register: its headings, its cells, what can be wrong with them.

use crate::register::{Entry, EntryState};
use web::frame::sealing::{barcode, phone};

/// What a column is called; the first is ours.
const COLUMNS: [&[&str]; 6] = [
    &["barcode", "读者证条码号", "条码号", "读者证号", "证号", "卡号"],
    &["name", "姓名", "读者姓名"],
    &["phone", "手机号码", "手机号", "手机", "联系电话"],
    &["id_number", "身份证号", "身份证号码", "证件号码"],
    &["birth_date", "出生日期", "生日"],
    &["state", "状态", "读者证状态", "读者状态"],
];

/// Where each column stands in the file.
pub struct Header([Option<usize>; 6]);

impl Header {
    /// And the headings that mean nothing to us.
    pub fn of(cells: &[String]) -> Result<(Self, Vec<String>), String> {
        let known = |cell: &str| COLUMNS.iter().position(|names| names.iter().any(|n| cell.eq_ignore_ascii_case(n)));
        let (mut places, mut unknown) = ([None; 6], vec![]);
        for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            match known(cell).and_then(|column| places.get_mut(column)) {
                Some(Some(_)) => return Err(format!("the heading {cell} stands there twice")),
                Some(place) => *place = Some(at),
                None => unknown.push(cell.clone()),
            }
        }
        match places {
            [Some(_), Some(_), ..] => Ok((Header(places), unknown)),
            _ => Err("the first line must name at least barcode and name (读者证条码号, 姓名)".into()),
        }
    }

    fn cell<'c>(&self, cells: &'c [String], column: usize) -> &'c str {
        self.0.get(column).copied().flatten().and_then(|at| cells.get(at)).map(String::as_str).unwrap_or_default()
    }

    /// A good row, or what is wrong with it.
    pub fn entry(&self, cells: &[String]) -> Result<Entry, String> {
        let cell = |column| self.cell(cells, column);
        let barcode = barcode(cell(0)).ok_or_else(|| format!("barcode {:?} is not one", cell(0)))?;
        if cell(1).is_empty() {
            return Err("the name is missing".into());
        }
        let phone = match cell(2) {
            "" => String::new(),
            text => phone(text).ok_or("the phone is not a mainland mobile number")?,
        };
        let id_number = cell(3).to_uppercase();
        if !id_number.is_empty() && !domain::core::identity::is_identity_number(&id_number) {
            return Err("the check digit of the identity number is wrong".into());
        }
        let birth_date = match cell(4) {
            "" => String::new(),
            text => day(text).ok_or_else(|| format!("birth date {text:?} is not a day (YYYY-MM-DD)"))?,
        };
        let state = match cell(5) {
            "" | "active" | "有效" | "正常" => EntryState::Active,
            "expired" | "过期" | "已过期" => EntryState::Expired,
            "lost" | "挂失" | "已挂失" => EntryState::Lost,
            "ended" | "注销" | "已注销" | "退证" => EntryState::Ended,
            other => return Err(format!("state {other:?}: active, expired, lost or ended")),
        };
        Ok(Entry { barcode, name: cell(1).into(), phone, id_number, birth_date, state })
    }
}

/// 2016-06-01, 20160601, 2016/6/1, 2016年6月1日: as one of them.
fn day(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts.as_slice() {
        [whole] if whole.len() == 8 => (whole.get(..4)?, whole.get(4..6)?, whole.get(6..)?),
        [year, month, day] if year.len() == 4 => (*year, *month, *day),
        // What follows is a time: 2016/6/1 0:00.
        [year, month, day, ..] if year.len() == 4 && text.contains(':') => (*year, *month, *day),
        _ => return None,
    };
    let number = |part: &str| part.parse::<i64>().ok();
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    let is_day = domain::core::day::is_day(year * 10_000 + month * 100 + day);
    is_day.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_programs_and_people_write_them() {
        for text in ["2016-06-01", "20160601", "2016/6/1", "2016年6月1日", "2016.6.1", "2016/6/1 0:00"] {
            assert_eq!(day(text).as_deref(), Some("2016-06-01"), "{text}");
        }
        for text in ["2016-02-30", "16/6/1", "2016", "六月", "2016-6-1-2"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn headings_that_mean_nothing_are_named_and_no_column_comes_twice() {
        let cells = |text: &str| text.split(',').map(String::from).collect::<Vec<_>>();
        let unknown = Header::of(&cells("序号,卡号,姓名,,住址")).map(|(_, unknown)| unknown);
        assert_eq!(unknown, Ok(cells("序号,住址")));
        assert!(Header::of(&cells("卡号,姓名,证号")).is_err_and(|why| why.contains("证号")));
        assert!(Header::of(&cells("姓名,手机")).is_err());
    }
}
