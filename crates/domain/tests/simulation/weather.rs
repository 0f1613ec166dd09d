//! Which faults come how often: every run has a weather of its own, so that some are calm and some meet one fault only.

use crate::dice::Dice;
use crate::tally::{Fault, Tally};

pub struct Weather {
    percent: [i64; Fault::ALL.len()],
    pub batch_commands_max: i64,
}

impl Weather {
    pub fn new(dice: &mut Dice) -> Self {
        let batch_commands_max = dice.pick([1, 4, 16, 48]).unwrap_or(1);
        Weather { percent: Fault::ALL.map(|fault| Self::often(fault, dice)), batch_commands_max }
    }

    fn often(fault: Fault, dice: &mut Dice) -> i64 {
        match fault {
            // A jump forward ends sessions and codes: more of them, and nothing else would be met.
            Fault::ClockForward => dice.below(4),
            Fault::ClockBack => dice.below(12),
            // How rows are loaded harms nobody: often.
            Fault::NoHints | Fault::SmallPages | Fault::Rounds | Fault::TooMuchLoaded => {
                dice.pick([0, 10, 50, 100]).unwrap_or(0)
            }
            _ => dice.pick([0, 0, 3, 10, 30]).unwrap_or(0),
        }
    }

    pub fn brings(&self, fault: Fault, dice: &mut Dice, tally: &mut Tally) -> bool {
        let comes = dice.percent(self.percent[fault as usize]);
        if comes {
            tally.fault(fault);
        }
        comes
    }
}
