# What a database says of its own schema
# strategies: none
import asyncio
from sqlalchemy import *
from sqlalchemy.orm import *
class Base(DeclarativeBase):
    pass
class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), index=True)
    email: Mapped[str | None] = mapped_column(String(50), unique=True)
    born: Mapped[int] = mapped_column(server_default="1900")
class Book(Base):
    __tablename__ = "book"
    __table_args__ = (
        UniqueConstraint("title", "author_id", name="uq_title"),
        CheckConstraint("pages > 0", name="ck_pages"),
        CheckConstraint("price >= (0)"),
        Index("ix_cheap", "price", sqlite_where=text("price < 5")),
        Index("ix_both", "title", "pages", unique=True),
    )
    isbn: Mapped[str] = mapped_column(String(13), primary_key=True)
    title: Mapped[str]
    pages: Mapped[int | None]
    price: Mapped[float] = mapped_column(Numeric(10, 2), default=0)
    twice: Mapped[int | None] = mapped_column(Computed("pages * 2"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id", name="fk_author", ondelete="CASCADE"))
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("author.id", ondelete="SET NULL", onupdate="CASCADE", deferrable=True, initially="DEFERRED"))
tag = Table("book tag", Base.metadata, Column("book_isbn", ForeignKey("book.isbn"), primary_key=True), Column("tag", String, primary_key=True), PrimaryKeyConstraint(name="pk_tag") if False else CheckConstraint("tag <> ')'", name="ck tag"))
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
def tried(make):
    try:
        print(make())
    except Exception as error:
        print(type(error).__name__, error)
with engine.begin() as c:
    c.execute(text("CREATE VIEW cheap AS SELECT title FROM book WHERE price < 5"))
    c.execute(text("CREATE TABLE odd (a, b BLOB, c VARCHAR(5) NOT NULL UNIQUE, d TEXT UNIQUE, e DOUBLE PRECISION DEFAULT 1.5, f FOO(3), g UNSIGNED BIG INT, h DATETIME DEFAULT CURRENT_TIMESTAMP, x INTEGER, y INTEGER, i BOOLEAN, j JSON, k DECIMAL(4,2), l NCHAR(2), CONSTRAINT \"pk odd\" PRIMARY KEY (x, y), CONSTRAINT fk_odd FOREIGN KEY (x) REFERENCES author (id) ON UPDATE NO ACTION ON DELETE RESTRICT)"))
    c.execute(text("CREATE TABLE ref (x INTEGER REFERENCES author, y INTEGER)"))
    c.execute(text("CREATE INDEX ix_expr ON ref (lower(y))"))
    c.execute(text("CREATE TABLE strictly (id INTEGER PRIMARY KEY, s TEXT) STRICT, WITHOUT ROWID"))
    c.execute(text("CREATE TEMP TABLE temporary (id INTEGER)"))
insp = inspect(engine)
print(type(insp).__name__, insp.default_schema_name, insp.dialect.name)
print(insp.get_table_names(), insp.get_view_names(), insp.get_schema_names(), insp.get_temp_table_names(), insp.get_temp_view_names())
print(insp.has_table("author"), insp.has_table("nothing"), insp.has_table("temporary"), insp.has_table("cheap"), insp.has_table("author", schema="other"))
for name in insp.get_table_names() + ["cheap", "temporary"]:
    print(name)
    for column in insp.get_columns(name):
        print("   ", column)
    tried(lambda: insp.get_pk_constraint(name))
    tried(lambda: insp.get_foreign_keys(name))
    tried(lambda: insp.get_unique_constraints(name))
    tried(lambda: insp.get_check_constraints(name))
    tried(lambda: insp.get_table_options(name))
    tried(lambda: [{k: str(v) if k == "dialect_options" and not v else v for k, v in index.items() if k != "dialect_options" or not v} for index in insp.get_indexes(name)])
tried(lambda: str(insp.get_indexes("book")[1]["dialect_options"]["sqlite_where"]))
tried(lambda: insp.get_view_definition("cheap"))
tried(lambda: insp.get_view_definition("none"))
tried(lambda: insp.get_columns("none"))
tried(lambda: insp.get_indexes("none"))
tried(lambda: insp.get_pk_constraint("none"))
tried(lambda: insp.get_foreign_keys("none"))
tried(lambda: insp.get_unique_constraints("none"))
tried(lambda: insp.get_check_constraints("none"))
tried(lambda: insp.has_index("book", "ix_cheap"))
tried(lambda: insp.has_index("none", "ix_cheap"))
tried(lambda: insp.get_multi_pk_constraint())
tried(lambda: insp.get_multi_columns(filter_names=["ref"]))
tried(lambda: insp.get_table_comment("book"))
with engine.connect() as c:
    i = inspect(c)
    print(i.get_table_names() == insp.get_table_names(), i.bind is c, i.engine is engine)
    c.execute(text("CREATE TABLE late (id INTEGER)"))
    print("late" in i.get_table_names())
    i.clear_cache()
    print("late" in i.get_table_names())
with Session(engine) as s:
    print(inspect(s.connection()).get_columns("author")[0]["name"], inspect(s.get_bind()).has_table("book"))
