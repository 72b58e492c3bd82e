# A program in the style of 1.x
# strategies: selectin, joined
from sqlalchemy import create_engine, Column, Integer, String, ForeignKey, Table, func, desc
from sqlalchemy.orm import declarative_base, relationship, sessionmaker, scoped_session, backref, joinedload, subqueryload, Query
engine = create_engine("sqlite://")
db = scoped_session(sessionmaker(autocommit=False, autoflush=False, bind=engine))
Base = declarative_base()
class MyQuery(Query):
    def named(self, n): return self.filter_by(name=n)
tags = Table("post_tags", Base.metadata, Column("post_id", Integer, ForeignKey("posts.id"), primary_key=True), Column("tag_id", ForeignKey("tags.id"), primary_key=True))
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String(50), unique=True, nullable=False)
    def __init__(self, name=None): self.name = name
    def __repr__(self): return "<User %r>" % self.name
class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True)
    title = Column(String)
    user_id = Column(Integer, ForeignKey("users.id"))
    author = relationship("User", backref=backref("posts", lazy="select", order_by="Post.id"))
    tags = relationship("Tag", secondary=tags, backref="posts", lazy="subquery")
class Tag(Base):
    __tablename__ = "tags"
    id = Column(Integer, primary_key=True)
    name = Column(String)
Base.query = db.query_property()
Base.metadata.create_all(bind=engine)
u = User("jack"); t = Tag(name="py")
u.posts = [Post(title="a", tags=[t]), Post(title="b"), Post(title="c", tags=[t, Tag(name="sql")])]
db.add(u); db.add(User("ed")); db.commit()
print(User.query.all(), User.query.filter_by(name="jack").first().posts[0].title)
print(User.query.count(), User.query.filter(User.name.like("%e%")).order_by(desc(User.name)).all())
for p in Post.query.join(Post.author).filter(User.name == "jack").options(joinedload(Post.author)):
    print(p.title, p.author.name, [t.name for t in p.tags])
print(db.query(User.name, func.count(Post.id)).outerjoin(User.posts).group_by(User.name).order_by(User.name).all())
print(db.query(Post).filter(Post.tags.any(name="py")).count(), db.query(Post).filter(Post.author.has(name="ed")).count())
print(db.query(User).get(1), db.query(User).filter(User.id.in_([1, 2])).with_entities(User.name).all())
print(db.query(Post.title).filter(Post.title.between("a", "b")).distinct().limit(5).offset(0).all())
sub = db.query(Post.user_id, func.count("*").label("n")).group_by(Post.user_id).subquery()
for user, n in db.query(User, sub.c.n).outerjoin(sub, User.id == sub.c.user_id).order_by(User.id):
    print(user, n)
print(db.query(User).filter(~User.posts.any()).one(), db.query(db.query(User).filter(User.name == "zz").exists()).scalar())
db.query(Post).filter(Post.title == "b").update({"title": "bb"}); db.commit()
db.query(Post).filter_by(title="bb").delete(synchronize_session=False); db.commit()
print([p.title for p in u.posts], u in db)
print(db.query(User).filter(User.name == "ed").one_or_none(), db.query(User.id).scalar() if False else "")
db.remove()
