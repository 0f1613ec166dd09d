//! Whose a card is: by the library system's word, or by what is kept since the binding, never by typing alone.

use crate::core::digest::Digest;

/// A card's holder by keyed hashes of name and identity number; `Digest::NONE`: not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    pub name: Digest,
    pub identity: Digest,
}

/// What the library system says of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Holder(Holder),
    /// It does not know the card, or no longer.
    NotKnown,
    /// It could not be asked: that proves nothing.
    NoAnswer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Proven,
    /// Nobody can say.
    Unanswered,
    Mismatch,
}

/// `kept`: the identity that the card had when it was bound, for one that the library system knows no more.
pub fn proves(typed: &Holder, said: &Said, kept: Digest) -> Proof {
    let (name, identity) = match said {
        Said::Holder(holder) if holder.identity.is_none() => (holder.name, kept),
        Said::Holder(holder) => (holder.name, holder.identity),
        Said::NotKnown | Said::NoAnswer => (Digest::NONE, kept),
    };
    let differs = |said: Digest, typed: Digest| !said.is_none() && said != typed;
    if differs(name, typed.name) || differs(identity, typed.identity) {
        return Proof::Mismatch;
    }
    if identity.is_none() || *said == Said::NoAnswer { Proof::Unanswered } else { Proof::Proven }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(high: i64) -> Digest {
        Digest { high, low: 1 }
    }

    #[test]
    fn the_library_s_word_counts_first_and_typing_alone_never() {
        let typed = Holder { name: digest(1), identity: digest(2) };
        let said = |name: i64, identity: i64| {
            let of = |high: i64| if high == 0 { Digest::NONE } else { digest(high) };
            Said::Holder(Holder { name: of(name), identity: of(identity) })
        };
        assert_eq!(proves(&typed, &said(1, 2), Digest::NONE), Proof::Proven);
        assert_eq!(proves(&typed, &said(1, 0), Digest::NONE), Proof::Unanswered);
        assert_eq!(proves(&typed, &Said::NotKnown, Digest::NONE), Proof::Unanswered);
        assert_eq!(proves(&typed, &Said::NotKnown, digest(2)), Proof::Proven);
        assert_eq!(proves(&typed, &Said::NotKnown, digest(3)), Proof::Mismatch);
        // What is kept does not outweigh what the library system says today.
        assert_eq!(proves(&typed, &said(1, 3), digest(2)), Proof::Mismatch);
        assert_eq!(proves(&typed, &said(9, 2), digest(2)), Proof::Mismatch);
        // An outage proves nothing, and clears nobody.
        assert_eq!(proves(&typed, &Said::NoAnswer, digest(2)), Proof::Unanswered);
        assert_eq!(proves(&typed, &Said::NoAnswer, digest(3)), Proof::Mismatch);
    }
}
