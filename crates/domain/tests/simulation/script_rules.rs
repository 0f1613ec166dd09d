//! What the library sets, by staff, on the command line and from the settings.

use crate::model_places::tomorrow;
use crate::script::Script;
use crate::support::day;
use domain::core::asked::Actor;
use domain::rules::{Rule, SeedRules, SetRule};
use domain::slices::Command;

impl Script<'_> {
    pub fn about_a_rule(&mut self) -> (Actor, Command) {
        if self.dice.one_in(4) {
            let who = if self.dice.one_in(3) { self.staff() } else { Actor::Job };
            let values = vec![(Rule::CheckInPoints, 1), (Rule::MakeUpsMax, 1)];
            return (who, Command::from(SeedRules { values }));
        }
        let today = day(self.at);
        let since = self.dice.pick([today, today, tomorrow(today), 20260101]).unwrap_or(today);
        let (rule, value) = self
            .dice
            .pick([
                (Rule::CheckInPoints, 1),
                (Rule::CheckInPoints, 9),
                (Rule::CheckInPoints, 101),
                (Rule::CheckInMonthMax, 20),
                (Rule::CheckInMonthMax, 40),
                (Rule::WeekBonus, 3),
                (Rule::MonthBonus, 7),
                (Rule::MakeUpsMax, 1),
                (Rule::MakeUpsMax, 2),
                (Rule::MembersMax, 8),
                (Rule::FirstBindingPoints, 30),
                (Rule::CardsMax, 3),
                (Rule::CardsMax, 5),
                (Rule::CancelHours, 48),
                (Rule::UndoMinutes, 5),
                (Rule::MembersMax, -1),
                (Rule::SuggestionsAMonth, 1),
                (Rule::FrozenSignsUp, 0),
                (Rule::FrozenSignsUp, 1),
                (Rule::CodesAnHour, 3),
                (Rule::CodesADay, 6),
                (Rule::ValidMonths, 6),
                (Rule::ReminderDays, 20),
                (Rule::LastReminderDays, 10),
                (Rule::NoShowsMax, 2),
                (Rule::NoShowsMax, 4),
                (Rule::NoShowDays, 20),
                (Rule::PauseDays, 10),
                (Rule::ListStopsHours, 4),
                (Rule::DoorsEarlyMinutes, 30),
                (Rule::DoorsLateMinutes, 90),
            ])
            .unwrap_or((Rule::CheckInPoints, 1));
        let by = if self.dice.one_in(3) { self.staff() } else { Actor::Job };
        let newest = self.model.newest_of(rule);
        let seen = [None, Some(newest), Some(newest + 1)][self.dice.below(3) as usize];
        (by, Command::from(SetRule { rule, value, since, seen }))
    }
}
