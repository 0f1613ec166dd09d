//! Codes and access tokens: who granted what, and until when.

use std::collections::BTreeMap;

use super::ask::Scope;
use crate::token::Tokens;

const CODE_LIFE_MS: i64 = 5 * 60 * 1000;
pub(super) const TOKEN_LIFE_S: i64 = 7200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(super) user: String,
    pub(super) scope: Scope,
    /// A visitor of the snapshot page (快照页): an account that exists for nobody.
    pub(super) snapshot: bool,
}

struct Issued {
    grant: Grant,
    at: i64,
    used: bool,
}

#[derive(Default)]
pub(crate) struct Grants {
    codes: BTreeMap<String, Issued>,
    tokens: BTreeMap<String, Issued>,
}

/// WeChat's errcode and errmsg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal(pub i32, pub &'static str);

pub(super) const INVALID_CODE: Refusal = Refusal(40029, "invalid code");
pub(super) const CODE_USED: Refusal = Refusal(40163, "code been used");
pub(super) const INVALID_TOKEN: Refusal = Refusal(40001, "invalid credential, access_token is invalid or not latest");
pub(super) const TOKEN_EXPIRED: Refusal = Refusal(42001, "access_token expired");

impl Grants {
    pub(super) fn issue_code(&mut self, grant: Grant, names: &Tokens, now: i64) -> String {
        self.codes.retain(|_, code| now - code.at < CODE_LIFE_MS);
        let code = names.next(32);
        self.codes.insert(code.clone(), Issued { grant, at: now, used: false });
        code
    }

    pub(super) fn use_code(&mut self, code: &str, now: i64) -> Result<Grant, Refusal> {
        let issued = self.codes.get_mut(code).filter(|code| now - code.at < CODE_LIFE_MS).ok_or(INVALID_CODE)?;
        if issued.used {
            return Err(CODE_USED);
        }
        issued.used = true;
        Ok(issued.grant.clone())
    }

    pub(super) fn issue_token(&mut self, grant: Grant, names: &Tokens, now: i64) -> String {
        // Kept a while after the end, so that an expired token is told from a wrong one.
        self.tokens.retain(|_, token| now - token.at < 2 * TOKEN_LIFE_S * 1000);
        let token = format!("SANDBOX_{}", names.next(56));
        self.tokens.insert(token.clone(), Issued { grant, at: now, used: false });
        token
    }

    pub(super) fn holder(&self, token: &str, now: i64) -> Result<Grant, Refusal> {
        let issued = self.tokens.get(token).ok_or(INVALID_TOKEN)?;
        if now - issued.at >= TOKEN_LIFE_S * 1000 {
            return Err(TOKEN_EXPIRED);
        }
        Ok(issued.grant.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> Grant {
        Grant { user: "张三".into(), scope: Scope::Base, snapshot: false }
    }

    #[test]
    fn a_code_works_once_and_five_minutes() {
        let (names, mut grants) = (Tokens::new(), Grants::default());
        let code = grants.issue_code(grant(), &names, 0);
        assert_eq!(grants.use_code(&code, CODE_LIFE_MS - 1), Ok(grant()));
        assert_eq!(grants.use_code(&code, CODE_LIFE_MS - 1), Err(CODE_USED));
        let late = grants.issue_code(grant(), &names, 0);
        assert_eq!(grants.use_code(&late, CODE_LIFE_MS), Err(INVALID_CODE));
    }

    #[test]
    fn a_token_ends() {
        let (names, mut grants) = (Tokens::new(), Grants::default());
        let token = grants.issue_token(grant(), &names, 0);
        assert!(grants.holder(&token, 7_199_999).is_ok());
        assert_eq!(grants.holder(&token, 7_200_000), Err(TOKEN_EXPIRED));
        assert_eq!(grants.holder("another", 0), Err(INVALID_TOKEN));
    }
}
