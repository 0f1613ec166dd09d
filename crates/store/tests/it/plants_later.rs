//! Ways to break the invariants of the personal centre's slices.

/// As in `plants`.
pub const PLANTS: &[(&str, &[&str])] = &[
    (
        "an export that is there has its file, and no other has",
        &["insert into export (reader, until, at) values (7, 1, 1)"],
    ),
    (
        "a closed account is nobody's way in, and has nothing",
        &["insert into closing (reader, due, closed_at, at) select max(reader), 1, 1, 1 from binding"],
    ),
    (
        "nothing personal is kept of a closed account",
        &["insert into closing (reader, due, closed_at, at) select max(reader), 1, 1, 1 from reader_face"],
    ),
    (
        "a number and its reader know each other",
        &["insert into phone_of (reader, high, low, good_from) values (7, 1, 1, 0)"],
    ),
    (
        "what waits for the desk says which number is wanted",
        &["insert into phone_wish (reader, old_high, old_low, new_high, new_low, at) values (7, 1, 1, 2, 2, 1)"],
    ),
    (
        "what transfers hold is what is held",
        &[
            "insert into transfer values (7, 1, 1, 1, 2, 5, 0, 0, 0, 0, 1)",
            "insert into system_account (account, balance) values (10, 5)",
        ],
    ),
    (
        "a transfer's points left one card, and reached the other or came back",
        &["insert into transfer values (7, 3, 1, 1, 2, 5, 0, 0, 1, 1, 1)"],
    ),
    (
        "a transfer's postings stand on its cards",
        &["update posting set kind = 11, account = 10 where kind = 2", "update posting set kind = 13 where kind = 1"],
    ),
    (
        "one transfer holds a card's points, and it is open",
        &[
            "insert into open_transfer (original, transfer) values (1, 7)",
            "insert into transfer values (7, 1, 1, 1, 2, 0, 1, 0, 0, 0, 1)",
        ],
    ),
    (
        "a reader's open transfers are counted",
        &["insert into transfer_count (reader, open, day, mismatches) values (1, 1, 20261129, 0)"],
    ),
    (
        "staff's decision on a transfer says who and when, and has its audit row",
        &[
            "insert into transfer values (7, 4, 1, 1, 2, 0, 1, 0, 1, 1, 1)",
            "insert into transfer values (7, 2, 1, 1, 2, 0, 1, 0, 1, 0, 1)",
        ],
    ),
    (
        "a replaced card and its successor know each other, and nobody has bound it",
        &[
            "insert into replaced (successor, card, at) values (1, 2, 1)",
            "update card set successor = 7 where id = (select min(id) from card)",
        ],
    ),
    (
        "a thread has all its posts",
        &["insert into feedback (id, reader, state, posts, pictures, at, changed_at) values (7, 1, 1, 1, 0, 1, 1)"],
    ),
    (
        "a thread's pictures are those that it says it has, and none is anybody else's",
        &[
            "insert into feedback (id, reader, state, posts, pictures, at, changed_at) values (7, 1, 1, 0, 1, 1, 1)",
            "insert into feedback_picture (feedback, number, place, jpeg) values (7, 1, 1, '')",
        ],
    ),
    (
        "what is answered has an answer",
        &["insert into feedback (id, reader, state, posts, pictures, at, changed_at) values (7, 1, 2, 1, 0, 1, 1)"],
    ),
    (
        "a question has its words",
        &[
            "insert into question (id, category, place, shown, at) values (7, 1, 1, 1, 1)",
            "insert into question_text (question, asked, answer) values (7, '', '')",
        ],
    ),
    (
        "it is a reader who waits, and for a prize",
        &[
            "insert into stock_alert (reader, prize, at) values (7, (select min(id) from prize), 1)",
            "insert into stock_alert (reader, prize, at) values ((select min(id) from reader), 7, 1)",
        ],
    ),
    (
        "a passage has every version up to the one that is shown",
        &[
            "insert into passage_version (passage, version) values (1, 1)",
            "insert into passage_text (passage, version, by, at, text) values (1, 1, 1, 1, '')",
        ],
    ),
    (
        "a bulletin has every version up to the one that is shown",
        &[
            "insert into bulletin (id, shown, since, until, version, at) values (7, 1, 20261201, 0, 1, 1)",
            "insert into bulletin_text (bulletin, version, by, at, shown, since, until, title, body) values (7, 1, 1, 1, 1, 1, 0, '', '')",
        ],
    ),
];
