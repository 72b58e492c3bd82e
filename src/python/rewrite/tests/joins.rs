//! Joins that are taken out of a query.

use super::{check, check_error, check_no_rewrite, check_rewrite};
use crate::trace::Rewrite;

const CLASSES: &str = "\
class Hotel:
    id: Mapped[int] = mapped_column(primary_key=True)
    rooms: Mapped[list[\"Room\"]] = relationship(order_by=\"Room.id\")
    staff = relationship(\"Worker\")
class Room:
    hotel = relationship(\"Hotel\")
    beds: Mapped[list[\"Bed\"]] = relationship()
class Worker:
    pass
class Bed:
    pass
";

/// A query of hotels whose rooms came by a join, and what loads them otherwise.
#[track_caller]
fn check_rooms(query: &str, expected: &str) {
    let code = |query: &str| format!("{CLASSES}rows = s.scalars({query})  #\n");
    check(&code(query), "selectin Hotel.rooms", &code(expected));
}

#[test]
fn what_contains_eager_took_from_a_join_is_asked_for_otherwise() {
    check_rooms(
        "select(Hotel).join(Hotel.rooms).options(contains_eager(Hotel.rooms)).order_by(Hotel.id, Room.id).limit(12)",
        "select(Hotel).where(Hotel.rooms.any()).options(selectinload(Hotel.rooms)).order_by(Hotel.id).limit(12)",
    );
    check_rooms(
        "s.query(Hotel).join(Hotel.rooms).options(contains_eager(Hotel.rooms)).filter(Room.kind == 1, Hotel.id > 2).first()",
        "s.query(Hotel).filter(Hotel.rooms.any(Room.kind == 1)).options(selectinload(Hotel.rooms.and_(Room.kind == 1))).filter(Hotel.id > 2).first()",
    );
    check_rooms(
        "select(Hotel).outerjoin(Hotel.rooms).options(contains_eager(Hotel.rooms)).limit(3)",
        "select(Hotel).options(selectinload(Hotel.rooms)).limit(3)",
    );
    check_rooms(
        "select(Hotel).join(Hotel.rooms).options(contains_eager(Hotel.rooms)).where(Room.a, Room.b).limit(3)",
        "select(Hotel).where(Hotel.rooms.any((Room.a) & (Room.b))).options(selectinload(Hotel.rooms.and_(Room.a, Room.b))).limit(3)",
    );
    let aliased =
        |query: &str| format!("{CLASSES}r = aliased(Room)\nrows = s.scalars({query})  #\n");
    check(
        &aliased(
            "select(Hotel).join(Hotel.rooms.of_type(r)).options(contains_eager(Hotel.rooms.of_type(r))).order_by(Hotel.id, r.id).limit(12)",
        ),
        "selectin Hotel.rooms",
        &aliased(
            "select(Hotel).where(Hotel.rooms.any()).options(selectinload(Hotel.rooms)).order_by(Hotel.id).limit(12)",
        ),
    );
}

#[test]
fn a_join_of_one_makes_no_more_rows_and_stays() {
    let code = |option: &str| {
        format!(
            "{CLASSES}rows = s.scalars(select(Room).join(Room.hotel).options({option}(Room.hotel)).where(Hotel.id > 2))  #\n"
        )
    };
    check(
        &code("contains_eager"),
        "one-select Room.hotel",
        &code("lazyload"),
    );
}

#[test]
fn a_join_that_something_else_needs_stays() {
    let line = super::HEAD.lines().count() + CLASSES.lines().count() + 1;
    for rest in [
        // In another order, the rooms of a hotel would be too.
        ".order_by(Hotel.id, Room.number)",
        // Hotels of one name would come in another order.
        ".order_by(Hotel.name, Room.id)",
        ".order_by(Room.id)",
        ".group_by(Room.kind)",
        ".join(Room.beds)",
        ".where(Room.number == Hotel.number)",
        ".filter_by(number=3)",
    ] {
        check_error(
            &format!(
                "{CLASSES}rows = s.scalars(select(Hotel).join(Hotel.rooms).options(contains_eager(Hotel.rooms)){rest}.limit(3))  #\n"
            ),
            "selectin Hotel.rooms",
            &format!(
                "the query of line {line} needs its join of Hotel.rooms for more than to load it"
            ),
        );
    }
}

#[test]
fn a_join_that_only_chooses_asks_whether_there_is_one() {
    let count = |line: u32| Rewrite::CountOwners {
        line,
        collections: vec![
            "Hotel.staff".into(),
            "Hotel.rooms".into(),
            "Room.beds".into(),
        ],
    };
    for (query, expected) in [
        (
            "select(Hotel).join(Hotel.rooms).where(Room.kind == x).options(selectinload(Hotel.staff)).limit(6)",
            "select(Hotel).where(Hotel.rooms.any(Room.kind == x)).options(selectinload(Hotel.staff)).limit(6)",
        ),
        (
            "select(Room).join(Room.hotel).join(Room.beds).where(Hotel.id > 2, Bed.n == 1).order_by(Hotel.name)",
            "select(Room).join(Room.hotel).where(Room.beds.any(Bed.n == 1)).where(Hotel.id > 2).order_by(Hotel.name)",
        ),
        (
            "select(Hotel).join(Hotel.staff).order_by(Hotel.id, Worker.id)",
            "select(Hotel).where(Hotel.staff.any()).order_by(Hotel.id)",
        ),
    ] {
        check_rewrite(
            &format!("{CLASSES}rows = s.scalars({query})  #\n"),
            count,
            &format!("{CLASSES}rows = s.scalars({expected})  #\n"),
        );
    }
    for query in [
        "select(Hotel)",
        "select(Hotel).outerjoin(Hotel.rooms).order_by(Room.id.desc())",
        "select(Hotel).outerjoin(Hotel.rooms).where(Room.id == None)",
        "select(Hotel, Room).join(Hotel.rooms)",
    ] {
        check_no_rewrite(
            &format!("{CLASSES}rows = s.scalars({query})  #\n"),
            count,
            "line LINE has no join of a collection that any() could stand for",
        );
    }
}
