//! Samples: the contexts of pages, made by chance, so that every page is proven without a socket.
//!
//! Texts are hostile, lists are empty or not, what can be absent sometimes is: `pages.rs` renders each page many times.

/// Says how a sample of a context is made: from samples of its fields, or by the function behind `=`.
macro_rules! sample {
    (@field $draw:ident) => { $crate::samples::Sample::sample($draw) };
    (@field $draw:ident = $make:expr) => { $crate::samples::made($make, $draw) };
    (enum $T:ident { $($V:ident $(($($p:ident),+))? $({ $($f:ident),+ })?),+ $(,)? }) => {
        #[cfg(test)]
        impl $crate::samples::Sample for $T {
            fn sample(draw: &mut $crate::samples::Draw) -> Self {
                let variants: &[fn(&mut $crate::samples::Draw) -> Self] = &[$(|_draw| $T::$V
                    $(($({ let $p = $crate::samples::Sample::sample(_draw); $p }),+))?
                    $({ $($f: $crate::samples::Sample::sample(_draw)),+ })?
                ),+];
                let variant = variants[draw.below(variants.len())];
                variant(draw)
            }
        }
    };
    ($T:ty { $($field:ident $(= $make:expr)?),* $(,)? }) => {
        #[cfg(test)]
        impl $crate::samples::Sample for $T {
            fn sample(draw: &mut $crate::samples::Draw) -> Self {
                let _ = &draw;
                Self { $($field: sample!(@field draw $(= $make)?)),* }
            }
        }
    };
}

#[cfg(test)]
mod markup;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod rows;

/// What can be made by chance.
#[cfg(test)]
pub trait Sample {
    fn sample(draw: &mut Draw) -> Self;
}

#[cfg(test)]
pub fn made<T>(make: fn(&mut Draw) -> T, draw: &mut Draw) -> T {
    make(draw)
}

/// Chance from a seed (Vigna's SplitMix64), so that a page that fails fails again.
#[cfg(test)]
pub struct Draw {
    state: u64,
    numbers: i64,
}

#[cfg(test)]
impl Draw {
    pub fn new(seed: u64) -> Self {
        Draw { state: seed, numbers: 0 }
    }

    /// An id that nothing else on this page has.
    pub fn id(&mut self) -> i64 {
        self.numbers += 1;
        self.numbers
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}
