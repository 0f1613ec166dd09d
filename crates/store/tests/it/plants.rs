//! For each invariant, changes behind the program's back that break it.

/// An invariant's name, and ways to break it.
pub const PLANTS: &[(&str, &[&str])] = &[
    (
        "all accounts together are zero",
        &["update card set balance = balance + 1 where id = (select min(id) from card)"],
    ),
    (
        "a card's balance is the sum of its postings",
        &["update card set balance = balance + case when id = (select min(id) from card) then 1 else -1 end \
            where id in (select min(id) from card union all select max(id) from card)"],
    ),
    (
        "a system account's balance is the sum of its postings",
        &[
            "update system_account set balance = balance + case account when 1 then 1 else -1 end where account in (1, 9)",
        ],
    ),
    (
        "every posting stands on a card and a system account",
        &["delete from system_account where account = 9", "update posting set card = 1 where kind = 2"],
    ),
    (
        "each posting follows the one before it and never goes below zero",
        &[
            "update posting set after = after + 1 where previous = 0",
            "update posting set after = after + 1 where previous <> 0",
            "update posting set after = -1, points = -1 where previous = 0",
            "update posting set points = 0",
            "update posting set previous = id where previous <> 0",
        ],
    ),
    (
        "no two postings follow the same one",
        &["insert into posting select id + 1, card, account, points, kind, cause, after, previous, at from posting \
            where kind = 1"],
    ),
    ("a card names its newest posting", &["update card set last = 0", "update card set last = last + 1"]),
    ("a remembered redemption is there", &["update outcome set a = 1 where reply = 6", "delete from redemption"]),
    (
        "one first-binding award a card, and each is a person's",
        &["update person set awarded = 0", "update posting set kind = 1, account = 1 where kind = 2"],
    ),
    ("one first-binding award an identity", &["update card_holder set identity_high = 7, identity_low = 7"]),
    (
        "a card and its binding agree",
        &["delete from binding", "update card set reader = 0", "update binding set card = card + 1"],
    ),
    (
        "no more cards a reader than the rules have ever allowed",
        &["insert into binding select (select min(id) from reader), n.id, 0 from (select 1 as id union select 2 \
            union select 3 union select 4 union select 5) n"],
    ),
    ("a reader's current card is bound to the reader", &["update reader set card = card + 1"]),
    (
        "stock: received = on hand + reserved + handed over + written off",
        &[
            "update prize set received = received + 1",
            "update prize set received = received - on_hand - 1, on_hand = -1",
            "update prize set on_hand = on_hand + reserved + 1, reserved = -1",
        ],
    ),
    (
        "stock movements add up",
        &[
            "update stock_movement set count = count + 1",
            "update stock_movement set kind = 2",
            "delete from stock_movement",
        ],
    ),
    (
        "reserved and handed-over prizes are those of redemptions",
        &[
            "update prize set reserved = reserved + 1, on_hand = on_hand - 1",
            "update prize set handed_over = handed_over + 1, on_hand = on_hand - 1",
        ],
    ),
    (
        "every redemption has its code",
        &["delete from redemption_secret", "insert into redemption_secret values (1, 1)"],
    ),
    (
        "every redemption is paid once, and refunded if and only if cancelled",
        &[
            "update redemption set state = 4 where state = 1",
            "update redemption set points = points + 1",
            "update posting set kind = 4 where kind = 2",
            "insert into posting select id + 1, card, account, points, kind, cause, after, previous, at from posting \
                where kind = 2",
            "insert into posting select id + 1, card, account, -points, 3, cause, after, previous, at from posting \
                where kind = 2",
        ],
    ),
    ("every payment has its redemption", &["delete from redemption", "update redemption set card = card + 1"]),
    (
        "a settled redemption says when, a handed-over one by whom",
        &[
            "update redemption set settled_at = 0 where state = 2",
            "update redemption set settled_by = 0 where state = 2",
            "update redemption set settled_at = 1 where state = 1",
        ],
    ),
    ("a card names its newest redemption", &["update card set last_redemption = 0"]),
    ("prizes with a limit per card count what was taken", &["update prize_taken set count = count + 1"]),
    (
        "an SMS code has at most five tries and success only if it was sent",
        &["update sms_code set tries = 6", "update sms_code set card = 0 where used = 1"],
    ),
    (
        "no more code requests a day for one limit than the rules have ever allowed",
        &["insert into code_request select 1, 1, n.id * 7200000, n.id from (select 1 as id union select 2 union \
            select 3 union select 4 union select 5 union select 6 union select 7 union select 8 union select 9 \
            union select 10 union select 11) n"],
    ),
    (
        "no more code requests an hour for one limit than the rules have ever allowed",
        &["insert into code_request select 1, 1, n.id * 600000, n.id from (select 1 as id union select 2 union \
            select 3 union select 4 union select 5 union select 6) n"],
    ),
    (
        "at most one code request a minute for one limit",
        &["insert into code_request select high, low, at + 59999, id from code_request"],
    ),
    ("every account has its audit row", &["delete from audit where action = 'staff.add'"]),
    (
        "every account has a role, and every role of the library's own is there",
        &["delete from staff_role", "update staff_role set role = 7", "insert into own_role values (7, 1, 0)"],
    ),
    (
        "every hand-over, its undoing and every cancelling by staff has its audit row",
        &[
            "delete from audit where action = 'redemption.collect'",
            "update audit set staff = staff + 1 where action = 'redemption.collect'",
            "insert into audit select id + 1000000, staff, action, about, note, at from audit \
                where action = 'redemption.collect'",
        ],
    ),
    ("every stock movement has its audit row", &["delete from audit where action = 'prize.receive'"]),
    (
        "every outgoing message has a payload, wiped when it is over",
        &[
            "delete from payload",
            "update payload set sealed = null",
            "update outbox set state = 2",
            "update outbox set cause = 0",
        ],
    ),
    (
        "the badge counts the unread messages",
        &["update reader set unread = unread + 1", "delete from message", "update message set read = 1"],
    ),
    ("an unsettled rebinding is between two readers", &["insert into rebinding values (1, 7, 7, 10, 5)"]),
    ("a prize is picked up at a place that exists", &["update prize set place = 77"]),
    (
        "the openings of a day are apart",
        &[
            "insert into place_hours values (1, 6, 510, 690), (1, 6, 600, 700)",
            "insert into place_hours values (1, 6, 510, 510)",
            "insert into place_day values (1, 20261124, 510, 690), (1, 20261124, 600, 700)",
        ],
    ),
    (
        "a stamp's points are those of its posting",
        &[
            "update checkin set points = points + 1",
            "delete from checkin",
            "update checkin set date = date + 1",
            "update posting set kind = 5 where kind = 2",
            "insert into posting select id + 1, card, account, points, kind, cause, after, previous, at from posting \
                where kind = 5",
        ],
    ),
    (
        "a stamp is at least the first day in a row, and one made up earns nothing",
        &["update checkin set streak = 0", "update checkin set made_up = 1", "update checkin set points = -1"],
    ),
    (
        "an activity counts its participants, and has no more than places",
        &[
            "update activity set taken = taken + 1",
            "update activity set taken = taken - 1",
            "update activity set waiting = waiting + 1",
            "update activity set present = present - 1",
            "update activity set capacity = 1 where taken > 1",
            "delete from participant",
        ],
    ),
    (
        "a party that waits stands in line as large as it is",
        &[
            "update party set waiting = waiting + 1",
            "delete from waiting_party",
            "update waiting_party set size = size + 1",
            "update waiting_party set need = need + 1",
            "update party set accepts_part = 1 - accepts_part where waiting > 1",
            "update waiting_party set activity = activity + 1",
        ],
    ),
    (
        "nobody waits for places that are free",
        &[
            "update job_run set next_at = 1; update activity set capacity = capacity + 9",
            "update job_run set next_at = 1; update activity set capacity = 0 where waiting > 0",
        ],
    ),
    (
        "what an activity has earned a card is what the presences are worth, and was posted",
        &[
            "update activity_award set present = present + 1",
            "update activity_award set due = due + 1",
            "update activity_award set posted = posted - 1",
            "update posting set points = points + 1 where kind = 6",
            "update posting set kind = 6 where kind = 2",
            "delete from activity_award",
        ],
    ),
    (
        "a no-show is a participant who was not there",
        &[
            "delete from no_show",
            "update participant set state = 8 where state = 7",
            "update no_show set member = member + 1000",
        ],
    ),
    (
        "who has a place or waits is engaged",
        &[
            "delete from engagement",
            "insert into engagement select reader, member, activity + 1000, at from engagement",
            "update participant set state = 3 where state = 2",
        ],
    ),
    (
        "a removed member has no personal data",
        &[
            "update member set birth_day = 20160512 where state = 2",
            "update member set card = 1 where state = 2",
            "update member set guardian = 1 where state = 2",
            "update member_face set face = (select openid from reader_face limit 1)",
            "update member set birth_day = 0 where state = 1",
        ],
    ),
    (
        "what a suggestion has earned is in the ledger, on the proposer's card",
        &["update suggestion set points = points + 1 where points > 0", "delete from suggestion"],
    ),
    (
        "a suggestion that has earned was accepted, and once for a reader and a book",
        &["update suggestion set state = 1 where points > 0"],
    ),
    (
        "who wants a book is counted, with the one who proposed it",
        &["update suggestion set readers = readers + 1", "delete from suggestion_reader"],
    ),
    (
        "what is proposed of an ISBN is open",
        &["delete from suggestion_of_isbn", "update suggestion_of_isbn set kind = 3 - kind"],
    ),
    (
        "a suggestion that was decided says when and by whom",
        &["update suggestion set decided_by = 0", "update suggestion set decided_at = 1 where decided_at = 0"],
    ),
    (
        "what a donation has earned is in the ledger, once and on its card",
        &["update donation set points = points + 1 where points > 0", "delete from donation"],
    ),
    (
        "a donation's copies are those of its books",
        &[
            "update donated_book set received = received + 1",
            "delete from donated_book",
            "update donation set copies = 9",
        ],
    ),
    (
        "a donation's state is what has happened to it",
        &[
            "update donation set state = 3 where state = 1",
            "update donation set received_by = 0",
            "update donation set decided_at = 1 where decided_at = 0",
            "update donation set shelved_at = 1 where state = 1",
        ],
    ),
    ("a card awaits as many slips as are open", &["update donor set open = open + 1", "delete from donor"]),
    (
        "what a card's donations have earned by years is what they have earned",
        &["delete from donation_year", "update donation_year set points = points + 1"],
    ),
    ("every donation has its secret", &["delete from donation_secret"]),
    (
        "an invitation is accepted once, in its time and not by who sent it",
        &[
            "update invitation set accepted_by = reader where accepted_by <> 0",
            "update invitation set accepted_at = until where accepted_by <> 0",
            "update invitation set accepted_by = 0 where accepted_by <> 0",
        ],
    ),
    (
        "a volunteer's minutes are those served",
        &[
            "update volunteer set minutes = minutes + 1",
            "update participant set minutes = minutes + 30 where minutes > 0",
            "delete from volunteer",
        ],
    ),
    (
        "a volunteer who was reviewed says when and by whom",
        &[
            "update volunteer set reviewed_by = 0 where state = 2",
            "update volunteer set reviewed_at = 1 where state = 1",
        ],
    ),
    ("every id is below the next one", &["update head set next_id = 0"]),
    (
        "no phone or identity number stands in an audit note",
        &[
            "update audit set note = '读者来电13812345678，请回复'",
            "update audit set note = '+8619912345678'",
            "update audit set note = '身份证320102199003070019'",
            "update audit set note = '32010219900307001X'",
            "update audit set note = '32010219900307001x。'",
        ],
    ),
    ("the hash chain follows", &["update posting set at = at + 1", "delete from posting", "delete from batch"]),
];

/// Numbers that may stand in a note: ISBNs, dates, telephones of offices, counts.
pub const FINE_NOTES: &[&str] = &[
    "《论语》978-7-101-02762-3",
    "9787101027623",
    "7101027628",
    "2026-11-23 09:00",
    "025-84356000",
    "12345678901",
    "订单 138123456789",
    "3201021990030700190",
    "13812 345678",
];
