//! ISBN (ISO 2108): as people type and scanners read it, kept as the 13 digits of today.

/// 13 digits whose check digit is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isbn(i64);

/// A slip of the finger is another thing than no ISBN at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsbnFault {
    NotOne,
    WrongCheck,
}

impl Isbn {
    /// With or without hyphens, in full-width digits, of ten or thirteen; behind `EAN_13,` as WeChat's scanner says it.
    pub fn read(text: &str) -> Result<Isbn, IsbnFault> {
        let text = text.rsplit([',', '，']).next().unwrap_or_default();
        let signs: Vec<char> = text.chars().map(half_width).filter(|c| !is_separator(*c)).collect();
        let signs = signs.strip_prefix(&['I', 'S', 'B', 'N']).unwrap_or(&signs);
        // `ISBN-13: 978…` says its own length.
        let signs = match (signs.len(), signs) {
            (15, ['1', '3', rest @ ..]) | (12, ['1', '0', rest @ ..]) => rest,
            _ => signs,
        };
        match signs.len() {
            10 => of_ten(signs),
            13 => of_thirteen(signs),
            _ => Err(IsbnFault::NotOne),
        }
    }

    /// As records and tables write it, with what stands behind it left out: `9780804429573 (pbk.)`, `7-302-12345-X 精装`.
    pub fn within(text: &str) -> Result<Isbn, IsbnFault> {
        let number = text.split(['(', '（', ';', '；']).next().unwrap_or_default();
        Isbn::read(number).or_else(|fault| match number.trim().split_once(char::is_whitespace) {
            // The first word's fault says more than that of both.
            Some((first, _)) => Isbn::read(first),
            None => Err(fault),
        })
    }

    /// None: the number is none.
    pub fn of(number: i64) -> Option<Isbn> {
        Isbn::read(&number.to_string()).ok().filter(|isbn| isbn.0 == number)
    }

    pub fn number(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for Isbn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(c as u32 - 0xFEE0).unwrap_or(c).to_ascii_uppercase()
        }
        c => c.to_ascii_uppercase(),
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '—' | '－' | '−' | ':' | '：')
}

fn digits(signs: &[char]) -> Result<Vec<i64>, IsbnFault> {
    let digits: Option<Vec<i64>> = signs.iter().map(|c| c.to_digit(10).map(i64::from)).collect();
    digits.ok_or(IsbnFault::NotOne)
}

/// Weights 10 to 2, modulo 11, where X is ten.
fn of_ten(signs: &[char]) -> Result<Isbn, IsbnFault> {
    let (last, body) = signs.split_last().ok_or(IsbnFault::NotOne)?;
    let body = digits(body)?;
    let check = if *last == 'X' { 10 } else { last.to_digit(10).map(i64::from).ok_or(IsbnFault::NotOne)? };
    let sum: i64 = body.iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    if (sum + check) % 11 != 0 {
        return Err(IsbnFault::WrongCheck);
    }
    let mut all = vec![9, 7, 8];
    all.extend(body);
    all.push(check_of(&all));
    Ok(Isbn(all.iter().fold(0, |number, digit| number * 10 + digit)))
}

fn of_thirteen(signs: &[char]) -> Result<Isbn, IsbnFault> {
    let all = digits(signs)?;
    if !matches!(all.as_slice(), [9, 7, 8 | 9, ..]) {
        return Err(IsbnFault::NotOne);
    }
    let (last, body) = all.split_last().ok_or(IsbnFault::NotOne)?;
    if check_of(body) != *last {
        return Err(IsbnFault::WrongCheck);
    }
    Ok(Isbn(all.iter().fold(0, |number, digit| number * 10 + digit)))
}

/// Weights 1 and 3.
fn check_of(twelve: &[i64]) -> i64 {
    let sum: i64 = twelve.iter().enumerate().map(|(n, digit)| digit * if n % 2 == 0 { 1 } else { 3 }).sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_a_number_is_left_out() {
        let number = Isbn::read("9787536692930");
        for text in ["9787536692930 (精装)", "978-7-5366-9293-0（平装）", "9787536692930 精装", "978 7 5366 9293 0; 23"]
        {
            assert_eq!(Isbn::within(text), number, "{text}");
        }
        assert_eq!(Isbn::within("9787536692931 精装"), Err(IsbnFault::WrongCheck));
        assert_eq!(Isbn::within("精装"), Err(IsbnFault::NotOne));
    }

    #[test]
    fn an_isbn_is_read_however_it_is_written() {
        for text in [
            "9787536692930",
            "978-7-5366-9293-0",
            "7536692935",
            "7-5366-9293-5",
            "９７８７５３６６９２９３０",
            "ISBN 978-7-5366-9293-0",
            "ISBN-13: 978-7-5366-9293-0",
            "ISBN-10: 7-5366-9293-5",
            "EAN_13,9787536692930",
            " 978 7 5366 9293 0 ",
            "ISBN：7–5366–9293–5",
        ] {
            assert_eq!(Isbn::read(text).map(Isbn::number), Ok(9_787_536_692_930), "{text}");
        }
        assert_eq!(Isbn::read("0-8044-2957-x").map(Isbn::number), Ok(9_780_804_429_573));
        assert_eq!((Isbn::of(9_787_536_692_930).is_some(), Isbn::of(7_536_692_935), Isbn::of(1)), (true, None, None));
    }

    #[test]
    fn a_wrong_digit_is_told_apart_from_what_is_no_isbn() {
        for text in ["9787536692931", "7536692936", "978-7-5366-9239-0", "0-8044-2957-1"] {
            assert_eq!(Isbn::read(text), Err(IsbnFault::WrongCheck), "{text}");
        }
        for text in ["", "三体", "12345", "6901234567892", "97875366929301", "978753669293X", "X536692935"] {
            assert_eq!(Isbn::read(text), Err(IsbnFault::NotOne), "{text}");
        }
    }
}
