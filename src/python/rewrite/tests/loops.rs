//! Changes of what a loop does again and again.

use super::{HEAD, check_no_rewrite, check_rewrite, number};
use crate::python::rewrite::{NotFound, with_rewrite};
use crate::trace::Rewrite;

fn after(line: u32) -> Rewrite {
    Rewrite::WriteAfter { line }
}

/// Nothing is changed: the line stands in no loop, or does there what cannot be taken out of it.
#[track_caller]
fn check_left(code: &str, of: impl FnOnce(u32) -> Rewrite) {
    let source = format!("{HEAD}{code}");
    let error = with_rewrite(&source, &of(number(&source, "#"))).expect_err("nothing to change");
    let is_left = matches!(error, NotFound::NoLoop { .. } | NotFound::OtherForm { .. });
    assert!(is_left, "{error}");
}

#[test]
fn a_commit_after_its_loop() {
    check_rewrite(
        "if x:\n    for a in rows:\n        s.add(a)\n        s.commit()  #\n    print(1)\n",
        after,
        "if x:\n    for a in rows:\n        s.add(a)\n    s.commit()\n    print(1)\n",
    );
    check_rewrite(
        "for a in rows:\n    for b in a:\n        s.add(b)\n        await s.flush()  #\n        print(b)",
        after,
        "for a in rows:\n    for b in a:\n        s.add(b)\n        print(b)\nawait s.flush()",
    );
    for code in [
        "s.add(a)\ns.commit()  #\n",
        "for a in rows:\n    s.commit()  #\n",
        "for a in rows:\n    if a:\n        s.commit()  #\n    s.add(a)\n",
        "for a in rows:\n    def save():\n        s.add(a)\n        s.commit()  #\n",
        "for s in sessions:\n    s.add(a)\n    s.commit()  #\n",
        "for a in rows:\n    s.add(a); s.commit()  #\n",
    ] {
        check_left(code, after);
    }
}

fn ahead(line: u32) -> Rewrite {
    Rewrite::FetchAhead {
        line,
        columns: vec!["id".into()],
    }
}

#[test]
fn one_query_before_a_loop_of_gets() {
    check_rewrite(
        "for key in (1, 2):\n    print(s.get(Author, key))  #\n",
        ahead,
        "loaded = s.scalars(select(Author).where(Author.id.in_((1, 2)))).all()\n\
         for key in (1, 2):\n    print(s.get(Author, key))  #\n",
    );
    check_rewrite(
        "for i, book in enumerate(books):\n    if i:\n        a = await s.get(Author, book.author_id)  #\n",
        ahead,
        "rows = list(enumerate(books))\n\
         loaded = (await s.scalars(select(Author).where(Author.id.in_([book.author_id for i, book in rows])))).all()\n\
         for i, book in rows:\n    if i:\n        a = await s.get(Author, book.author_id)  #\n",
    );
    check_rewrite(
        "def f(s, keys):\n    return [s.get(Author, k) for k in keys]  #\n",
        ahead,
        "def f(s, keys):\n    loaded = s.scalars(select(Author).where(Author.id.in_([k for k in keys]))).all()\n    \
         return [s.get(Author, k) for k in keys]  #\n",
    );
    // In a function that a loop calls.
    check_rewrite(
        "def load(s, key):\n    print(key)\n    return s.get(Author, key)  #\nfor k in keys:\n    load(db, k)\n",
        ahead,
        "def load(s, key):\n    print(key)\n    return s.get(Author, key)  #\n\
         loaded = db.scalars(select(Author).where(Author.id.in_([k for k in keys]))).all()\n\
         for k in keys:\n    load(db, k)\n",
    );
    // Two of one class in a line.
    check_rewrite(
        "for a, b in pairs:\n    x, y = s.get(Author, a), s.get(Author, b)  #\n",
        ahead,
        "loaded = s.scalars(select(Author).where(Author.id.in_([key for a, b in pairs for key in (a, b)]))).all()\n\
         for a, b in pairs:\n    x, y = s.get(Author, a), s.get(Author, b)  #\n",
    );
    check_rewrite(
        "import sqlalchemy as sa\nfor a in rows:\n    s.get(Line, (a.x, a.y))  #\n",
        |line| Rewrite::FetchAhead {
            line,
            columns: vec!["x".into(), "y".into()],
        },
        "import sqlalchemy as sa\n\
         loaded = s.scalars(select(Line).where(sa.tuple_(Line.x, Line.y).in_([(a.x, a.y) for a in rows]))).all()\n\
         for a in rows:\n    s.get(Line, (a.x, a.y))  #\n",
    );
    let none = "line LINE stands in no loop that it could be taken out of";
    for code in [
        "s.get(Author, 1)  #\n",
        "def load(key):\n    key += 1\n    return s.get(Author, key)  #\nfor key in keys:\n    load(key)\n",
        "def load(key, s=s):\n    return s.get(Author, key)  #\nfor key in keys:\n    load(key)\n",
        "@cache\ndef load(key):\n    return s.get(Author, key)  #\nfor key in keys:\n    load(key)\n",
        "def load(key):\n    return s.get(Author, key)  #\ndef all(s):\n    for key in keys:\n        load(key)\n",
        "def load(key):\n    return s.get(Author, key)  #\nfor key in keys:\n    load(key)\nfor key in others:\n    load(key)\n",
    ] {
        check_no_rewrite(code, ahead, none);
    }
    let none = "what line LINE does in its loop has no form that could be taken out of it";
    for code in [
        "for key in keys:\n    s.get(Author, 1)  #\n",
        "for row in rows:\n    key = row + 1\n    s.get(Author, row[key])  #\n",
        "for key in keys:\n    with Session(engine) as s:\n        s.get(Author, key)  #\n",
    ] {
        check_no_rewrite(code, ahead, none);
    }
}

fn keep(line: u32) -> Rewrite {
    Rewrite::KeepAnswer { first: line, line }
}

#[test]
fn an_answer_that_is_kept() {
    check_rewrite(
        "for a in rows:\n    print(a, s.scalars(select(Author)).all())  #\n",
        keep,
        "answer = s.scalars(select(Author)).all()\nfor a in rows:\n    print(a, answer)  #\n",
    );
    let since = |line: u32| Rewrite::KeepAnswer {
        first: line - 2,
        line,
    };
    check_rewrite(
        "a = s.scalar(x)\nif a:\n    print(s.scalar(x))  #\n",
        since,
        "a = s.scalar(x)\nif a:\n    print(a)  #\n",
    );
    check_rewrite(
        "print(s.scalar(x))\nanswer = 1\nprint(s.scalar(x))  #\n",
        since,
        "answer_2 = s.scalar(x)\nprint(answer_2)\nanswer = 1\nprint(answer_2)  #\n",
    );
    let none = "what line LINE asks for has no answer here that could be kept";
    for code in [
        "for a in rows:\n    s.scalars(x.where(a))  #\n",
        "for a in rows:\n    s.scalar(x.where(a))  #\n",
        "for a in rows:\n    s.scalars(x)  #\n",
        "s.scalar(x)  #\n",
    ] {
        check_no_rewrite(code, keep, none);
    }
    check_no_rewrite(
        "if a:\n    b = s.scalar(x)\nb = s.scalar(x)  #\n",
        |line| Rewrite::KeepAnswer {
            first: line - 1,
            line,
        },
        none,
    );
    check_no_rewrite(
        "def f():\n    return s.scalar(x)\nb = s.scalar(x)  #\n",
        |line| Rewrite::KeepAnswer {
            first: line - 1,
            line,
        },
        none,
    );
}

#[test]
fn a_session_that_keeps_what_it_has_loaded() {
    let keep = |line: u32| Rewrite::KeepLoaded { line };
    check_rewrite(
        "with Session(engine) as s:\n    if x:\n        print(a.name)  #\n",
        keep,
        "with Session(engine, expire_on_commit=False) as s:\n    if x:\n        print(a.name)  #\n",
    );
    check_rewrite(
        "with Local() as s, s.begin():\n    print(a.name)  #\n",
        keep,
        "with Local(expire_on_commit=False) as s, s.begin():\n    print(a.name)  #\n",
    );
    check_no_rewrite(
        "print(a.name)  #\n",
        keep,
        "line LINE works with no session that is opened around it",
    );
}

#[test]
fn one_query_before_a_loop_of_queries() {
    let ask = |line: u32| Rewrite::AskAhead {
        line,
        relationship: None,
    };
    check_rewrite(
        "for a in rows:\n    print(s.scalars(select(Book).where(Book.author_id == a.id)).all())  #\n",
        ask,
        "found = {}\n\
         for row in s.scalars(select(Book).where(Book.author_id.in_([a.id for a in rows]))):\n    \
             found.setdefault(row.author_id, []).append(row)\n\
         for a in rows:\n    print(found.get(a.id, []))  #\n",
    );
    check_rewrite(
        "x = [(await s.scalars(select(B).where(k == B.id, B.n > 3).order_by(B.n))).first() for k in q()]  #\n",
        ask,
        "rows = list(q())\n\
         found = {}\n\
         for row in (await s.scalars(select(B).where(B.id.in_([k for k in rows]), B.n > 3).order_by(B.n))):\n    \
             found.setdefault(row.id, []).append(row)\n\
         x = [next(iter(found.get(k, [])), None) for k in rows]  #\n",
    );
    check_rewrite(
        "for a in rows:\n    for b in s.scalars(select(B).where(B.a == a.id)):  #\n        print(b)\n",
        ask,
        "found = {}\n\
         for row in s.scalars(select(B).where(B.a.in_([a.id for a in rows]))):\n    \
             found.setdefault(row.a, []).append(row)\n\
         for a in rows:\n    for b in found.get(a.id, []):  #\n        print(b)\n",
    );
    check_rewrite(
        "for k in (1, 2):\n    print([b.n for b in s.scalars(select(B).where(B.a == k)).all()])  #\n",
        ask,
        "found = {}\n\
         for row in s.scalars(select(B).where(B.a.in_((1, 2)))):\n    \
             found.setdefault(row.a, []).append(row)\n\
         for k in (1, 2):\n    print([b.n for b in found.get(k, [])])  #\n",
    );
    check_rewrite(
        "for a in rows:\n    n = s.scalar(select(func.count(B.id)).where(B.a == a.id))  #\n",
        ask,
        "counts = dict(s.execute(select(B.a, func.count(B.id)).where(B.a.in_([a.id for a in rows])).group_by(B.a)).all())\n\
         for a in rows:\n    n = counts.get(a.id, 0)  #\n",
    );
    let none = "line LINE stands in no loop that it could be taken out of";
    check_no_rewrite(
        "s.scalars(select(B).where(B.a == a.id)).all()  #\n",
        ask,
        none,
    );
    let none = "what line LINE does in its loop has no form that could be taken out of it";
    for code in [
        "for a in rows:\n    s.scalars(select(B).where(B.a == a.id).limit(1)).all()  #\n",
        "for a in rows:\n    s.scalars(select(B).where(B.a == a.id, B.n > a.n)).all()  #\n",
        "for a in rows:\n    s.scalars(select(B.n).where(B.a == a.id)).all()  #\n",
        "for a in rows:\n    s.scalars(select(B).where(B.a == 3)).all()  #\n",
        "for a in rows:\n    s.scalar(select(func.max(B.n)).where(B.a == a.id))  #\n",
        "for a in rows:\n    key = a.id + 1\n    s.scalars(select(B).where(B.a == key)).all()  #\n",
        "for a in rows:\n    with Session() as s:\n        s.scalars(select(B).where(B.a == a.id)).all()  #\n",
    ] {
        check_no_rewrite(code, ask, none);
    }
}

#[test]
fn one_query_in_every_style() {
    let ask = |line: u32| Rewrite::AskAhead {
        line,
        relationship: None,
    };
    let all = |query: &str| {
        format!("found = {{}}\nfor row in {query}:\n    found.setdefault(row.a, []).append(row)\n")
    };
    let keys = "B.a.in_([k for k in ks])";
    for (asked, query, answer) in [
        (
            "s.query(B).filter(B.a == k).order_by(B.n).all()",
            format!("s.query(B).filter({keys}).order_by(B.n)"),
            "found.get(k, [])",
        ),
        (
            "s.query(B).filter_by(a=k).one()",
            format!("s.query(B).filter({keys})"),
            "found[k][0]",
        ),
        (
            "s.execute(select(B).filter_by(a=k)).unique().scalar_one()",
            format!("s.scalars(select(B).where({keys})).unique()"),
            "found[k][0]",
        ),
        (
            "s.execute(select(B).where(B.a == k)).scalars().first()",
            format!("s.scalars(select(B).where({keys}))"),
            "next(iter(found.get(k, [])), None)",
        ),
        (
            "s.scalar(select(B).where(B.a == k))",
            format!("s.scalars(select(B).where({keys}))"),
            "next(iter(found.get(k, [])), None)",
        ),
    ] {
        check_rewrite(
            &format!("for k in ks:\n    x({asked})  #\n"),
            ask,
            &format!("{}for k in ks:\n    x({answer})  #\n", all(&query)),
        );
        // In a function that a loop calls, the call is what is answered.
        let helper = format!("def of(s, k):\n    return {asked}  #\n");
        check_rewrite(
            &format!("{helper}for k in ks:\n    x(of(s, k))\n"),
            ask,
            &format!("{helper}{}for k in ks:\n    x({answer})\n", all(&query)),
        );
    }
    // What was in brackets is in brackets.
    check_rewrite(
        "for k in ks:\n    x(\n        s.query(B)\n        .filter(B.a == k)  #\n        .all()\n    )\n",
        ask,
        "found = {}\nfor row in (s.query(B)\n        .filter(B.a.in_([k for k in ks]))):\n    \
             found.setdefault(row.a, []).append(row)\n\
         for k in ks:\n    x(\n        found.get(k, [])\n    )\n",
    );
    check_rewrite(
        "def of(s, b):\n    return s.scalars(select(B).where(B.a == b.id)).all()  #\nx = [of(db, m.b) for m in ms]\n",
        ask,
        "def of(s, b):\n    return s.scalars(select(B).where(B.a == b.id)).all()  #\n\
         found = {}\n\
         for row in db.scalars(select(B).where(B.a.in_([m.b.id for m in ms]))):\n    \
             found.setdefault(row.a, []).append(row)\n\
         x = [found.get(m.b.id, []) for m in ms]\n",
    );
    check_rewrite(
        "import sqlalchemy as sa\nfor k in ks:\n    s.query(B).filter(B.a == k.a, B.z, B.b == k.b).all()  #\n",
        ask,
        "import sqlalchemy as sa\n\
         found = {}\n\
         for row in s.query(B).filter(sa.tuple_(B.a, B.b).in_([(k.a, k.b) for k in ks]), B.z):\n    \
             found.setdefault((row.a, row.b), []).append(row)\n\
         for k in ks:\n    found.get((k.a, k.b), [])  #\n",
    );
    let none = "line LINE stands in no loop that it could be taken out of";
    for code in [
        "def of(s, k):\n    print(k)\n    return s.scalars(select(B).where(B.a == k)).all()  #\nfor k in ks:\n    of(s, k)\n",
        "def of(s, k):\n    return len(s.scalars(select(B).where(B.a == k)).all())  #\nfor k in ks:\n    of(s, k)\n",
    ] {
        check_no_rewrite(code, ask, none);
    }
}

#[test]
fn collections_that_always_ask() {
    let ask = |line: u32| Rewrite::AskAhead {
        line,
        relationship: Some("User.posts".into()),
    };
    let classes = |posts: &str| {
        format!(
            "import sqlalchemy as sa\nclass User:\n    __tablename__ = \"user\"\n    posts = relationship(\"Post\"{posts})\n\
             class Post:\n    author_id = Column(Integer, ForeignKey(\"user.id\"))\n"
        )
    };
    let before = |query: &str| {
        format!(
            "found = {{}}\nfor row in {query}:\n    found.setdefault(row.author_id, []).append(row)\n"
        )
    };
    let keys = "Post.author_id.in_([u.id for u in rows])";
    let rows = "rows = list(s.query(User))\n";
    let plain = classes("");
    for (asked, ahead, answer) in [
        (
            "u.posts.count()",
            format!(
                "counts = dict(s.query(Post.author_id, sa.func.count()).filter({keys}).group_by(Post.author_id).all())\n"
            ),
            "counts.get(u.id, 0)",
        ),
        (
            "u.posts.filter(Post.id > 2).first()",
            before(&format!("s.query(Post).filter({keys}).filter(Post.id > 2)")),
            "next(iter(found.get(u.id, [])), None)",
        ),
        (
            "s.scalars(u.posts.select().order_by(Post.id)).all()",
            before(&format!(
                "s.scalars(select(Post).where({keys}).order_by(Post.id))"
            )),
            "found.get(u.id, [])",
        ),
    ] {
        check_rewrite(
            &format!("{plain}for u in s.query(User):\n    x({asked})  #\n"),
            ask,
            &format!("{plain}{rows}{ahead}for u in rows:\n    x({answer})  #\n"),
        );
    }
    let ordered = classes(", order_by=\"Post.id\"");
    check_rewrite(
        &format!("{ordered}for u in s.query(User):\n    for p in u.posts:  #\n        x(p)\n"),
        ask,
        &format!(
            "{ordered}{rows}{}for u in rows:\n    for p in found.get(u.id, []):  #\n        x(p)\n",
            before(&format!("s.query(Post).filter({keys}).order_by(Post.id)"))
        ),
    );
    let none = "what line LINE does in its loop has no form that could be taken out of it";
    for code in [
        format!(
            "{}for u in s.query(User):\n    u.posts.all()  #\n",
            classes(", secondary=x")
        ),
        format!("{plain}for u in users:\n    u.posts.all()  #\n"),
        format!("{plain}for u in s.query(User):\n    u.posts.limit(3).all()  #\n"),
    ] {
        check_no_rewrite(&code, ask, none);
    }
}

#[test]
fn one_query_before_a_loop_of_refreshes() {
    let refresh = |line: u32| Rewrite::RefreshAhead {
        line,
        class: "Author".into(),
        column: "id".into(),
    };
    let query = "s.scalars(select(Author).where(Author.id.in_([a.id for a in rows])), \
                 execution_options={\"populate_existing\": True})";
    check_rewrite(
        "for a in rows:\n    s.refresh(a)  #\n    print(a)\n",
        refresh,
        &format!("{query}.all()\nfor a in rows:\n    print(a)\n"),
    );
    check_rewrite(
        "for a in rows:\n    await s.refresh(a)  #\n",
        refresh,
        &format!("(await {query}).all()\nfor a in rows:\n    pass  #\n"),
    );
    for code in [
        "s.refresh(a)  #\n",
        "for a in rows:\n    s.refresh(a, [\"name\"])  #\n",
        "for a in rows:\n    b = a.b\n    s.refresh(b)  #\n",
    ] {
        check_left(code, refresh);
    }
}

#[test]
fn rows_that_are_written_together() {
    let together = |line: u32| Rewrite::WriteTogether { line };
    for (one, row, all) in [
        ("insert(B), {\"n\": k}", "{\"n\": k}", "insert(B), rows"),
        (
            "insert(B).values(n=k, **more)",
            "{\"n\": k, **more}",
            "insert(B), rows",
        ),
        ("t.insert(), dict(n=k)", "dict(n=k)", "t.insert(), rows"),
        (
            "update(B).where(B.id == k).values(n=1)",
            "{\"id\": k, \"n\": 1}",
            "update(B), rows",
        ),
        (
            "update(B).values({\"n\": k}).where(B.id == k)",
            "{\"id\": k, \"n\": k}",
            "update(B), rows",
        ),
        (
            "delete(B).where(B.id == k)",
            "k",
            "delete(B).where(B.id.in_(rows))",
        ),
    ] {
        check_rewrite(
            &format!("for k in keys:\n    if k:\n        s.execute({one})  #\nprint(1)\n"),
            together,
            &format!(
                "rows = []\nfor k in keys:\n    if k:\n        rows.append({row})  #\n\
                 if rows:\n    s.execute({all})\nprint(1)\n"
            ),
        );
    }
    check_rewrite(
        "def f():\n    for a in b:\n        for k in a:\n            await s.execute(insert(B), k)  #",
        together,
        "def f():\n    rows = []\n    for a in b:\n        for k in a:\n            rows.append(k)  #\n    \
         if rows:\n        await s.execute(insert(B), rows)",
    );
    for code in [
        "s.execute(insert(B), k)  #\n",
        "for k in keys:\n    r = s.execute(insert(B), k)  #\n",
        "for t in tables:\n    s.execute(insert(t), k)  #\n",
        "for k in keys:\n    with engine.begin() as s:\n        s.execute(insert(B), k)  #\n",
        "for k in keys:\n    s.execute(update(B).where(B.n > k).values(n=1))  #\n",
        "def f():\n    for k in keys:\n        s.execute(insert(B), k)  #\n        return k\n",
    ] {
        check_left(code, together);
    }
}
