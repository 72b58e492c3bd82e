//! Configuring relationships: Python has found what the names in a declaration mean.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::orm::relationship::{Relationship, Resolved};
use crate::orm::sql::{Expr, FromClause};
use crate::python::native::Module;
use crate::python::native::errors::raise;
use crate::python::native::node::{
    entity_of, expr_of, expression, from_of, list, optional, text, wrap_expr,
};

pub(super) fn relationship_of(
    mapper: &PyObjectRef,
    key: &PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Rc<Relationship>> {
    let mapper = Rc::clone(entity_of(mapper, vm)?.mapper());
    let key = text(key, vm)?;
    mapper
        .attribute_by_key(&key)
        .and_then(|attribute| attribute.as_relationship().cloned())
        .ok_or_else(|| {
            vm.new_attribute_error(format!("{} has no relationship {key}", mapper.class_name()))
        })
}

fn exprs(object: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<Expr>> {
    list(object, vm)?
        .iter()
        .map(|item| expression(item, vm))
        .collect()
}

/// `orm_configure(mapper, key, target, secondary, primaryjoin, secondaryjoin, foreign_keys, remote_side, order_by)`: a
/// tuple takes as many arguments as it has members.
fn configure(
    mapper: PyObjectRef,
    key: PyObjectRef,
    target: PyObjectRef,
    joins: (PyObjectRef, PyObjectRef, PyObjectRef),
    columns: (PyObjectRef, PyObjectRef),
    order_by: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let relationship = relationship_of(&mapper, &key, vm)?;
    let (secondary, primaryjoin, secondaryjoin) = joins;
    let (foreign_keys, remote_side) = columns;
    let resolved = Resolved {
        target: entity_of(&target, vm)?,
        secondary: optional(&secondary, from_of, vm)?,
        primaryjoin: optional(&primaryjoin, expr_of, vm)?,
        secondaryjoin: optional(&secondaryjoin, expr_of, vm)?,
        foreign_keys: exprs(&foreign_keys, vm)?,
        remote_side: exprs(&remote_side, vm)?,
        order_by: exprs(&order_by, vm)?,
    };
    relationship
        .configure(resolved)
        .map_err(|error| raise(error, vm))
}

/// `orm_shape(mapper, key, kind, factory)`: what the collections of a relationship are.
fn shape(
    mapper: PyObjectRef,
    key: PyObjectRef,
    kind: PyObjectRef,
    factory: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let factory = (!vm.is_none(&factory)).then_some(factory);
    let shape = super::collection::shape(&text(&kind, vm)?, factory);
    relationship_of(&mapper, &key, vm)?.set_shape(shape);
    Ok(())
}

/// `orm_reverse(mapper, key, other, other_key)`: two relationships that lead back along each other.
fn reverse(
    mapper: PyObjectRef,
    key: PyObjectRef,
    other: PyObjectRef,
    other_key: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let one = relationship_of(&mapper, &key, vm)?;
    let another = relationship_of(&other, &other_key, vm)?;
    one.add_reverse(&another);
    Ok(())
}

/// `orm_misplaced(mapper, key)`: columns that count as the far side, though they are of the near table alone.
fn misplaced(
    mapper: PyObjectRef,
    key: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Vec<PyObjectRef>> {
    let relationship = relationship_of(&mapper, &key, vm)?;
    let has = |table: &FromClause, column: &Expr| {
        let columns = table.columns();
        columns.iter().any(|known| known.id() == column.id())
    };
    let (near, far) = (relationship.parent(), relationship.target());
    let pairs = &relationship.join().local_remote_pairs;
    Ok(pairs
        .iter()
        .map(|(_, remote)| remote)
        .filter(|remote| has(&near.table, remote) && !has(far.selectable(), remote))
        .map(|remote| vm.ctx.new_str(crate::orm::query::shown(remote)).into())
        .collect())
}

/// `orm_copied(mapper, key)`: the columns that a flush copies along the relationship: from, to, and a number that
/// tells the latter apart.
fn copied(
    mapper: PyObjectRef,
    key: PyObjectRef,
    vm: &VirtualMachine,
) -> PyResult<Vec<PyObjectRef>> {
    let relationship = relationship_of(&mapper, &key, vm)?;
    if relationship.options.viewonly {
        return Ok(Vec::new());
    }
    let join = relationship.join();
    let pairs = join
        .synchronize_pairs
        .iter()
        .chain(&join.secondary_synchronize_pairs);
    let shown =
        |column: &Expr| -> PyObjectRef { vm.ctx.new_str(crate::orm::query::shown(column)).into() };
    Ok(pairs
        .map(|(from, to)| {
            let number = vm.ctx.new_int(to.id().0).into();
            vm.ctx
                .new_tuple(vec![shown(from), shown(to), number])
                .into()
        })
        .collect())
}

/// `orm_direction(mapper, key)`: ONETOMANY, MANYTOONE or MANYTOMANY.
fn direction(mapper: PyObjectRef, key: PyObjectRef, vm: &VirtualMachine) -> PyResult<&'static str> {
    use crate::trace::Direction;
    Ok(match relationship_of(&mapper, &key, vm)?.direction() {
        Direction::OneToMany => "ONETOMANY",
        Direction::ManyToOne => "MANYTOONE",
        Direction::ManyToMany => "MANYTOMANY",
    })
}

thread_local! {
    /// What looks the names up, and whether there is anything to look up.
    static CONFIGURE: RefCell<Option<PyObjectRef>> = const { RefCell::new(None) };
    static UNCONFIGURED: Cell<bool> = const { Cell::new(false) };
}

/// Configures the mappers that are not yet.
pub(crate) fn ensure(vm: &VirtualMachine) -> PyResult<()> {
    if !UNCONFIGURED.get() {
        return Ok(());
    }
    match CONFIGURE.with_borrow(Clone::clone) {
        Some(configure) => configure.call((), vm).map(|_| ()),
        None => Ok(()),
    }
}

/// `orm_on_configure(function)`: what [`ensure`] calls.
fn on_configure(function: PyObjectRef, _vm: &VirtualMachine) {
    CONFIGURE.set(Some(function));
}

/// `orm_unconfigured(flag)`: whether there are mappers to configure.
fn unconfigured(flag: bool, _vm: &VirtualMachine) {
    UNCONFIGURED.set(flag);
}

/// `orm_backwards(mapper, key)`: the conditions of the relationship that leads back: `(primaryjoin, secondaryjoin)`.
fn backwards(mapper: PyObjectRef, key: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let relationship = relationship_of(&mapper, &key, vm)?;
    let (primaryjoin, secondaryjoin) = relationship.join().backwards();
    let secondaryjoin = match secondaryjoin {
        Some(condition) => wrap_expr(condition, vm)?,
        None => vm.ctx.none(),
    };
    let joins = vec![wrap_expr(primaryjoin, vm)?, secondaryjoin];
    Ok(vm.ctx.new_tuple(joins).into())
}

/// `orm_is_unclear(mapper, key)`: whether its condition compares what is not just columns, so that it does not tell
/// which side is the far one.
fn is_unclear(mapper: PyObjectRef, key: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(relationship_of(&mapper, &key, vm)?.join().is_unclear)
}

/// `orm_join(mapper, key)`: the conditions of a relationship, the pairs of near and far columns, and of those that a
/// flush copies: `(primaryjoin, secondaryjoin, local_remote_pairs, synchronize_pairs)`.
fn join(mapper: PyObjectRef, key: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let relationship = relationship_of(&mapper, &key, vm)?;
    let join = relationship.join();
    let pairs = |pairs: &[(Expr, Expr)]| -> PyResult {
        let pairs: PyResult<Vec<PyObjectRef>> = pairs
            .iter()
            .map(|(one, other)| {
                let pair = vec![wrap_expr(one.clone(), vm)?, wrap_expr(other.clone(), vm)?];
                Ok(vm.ctx.new_tuple(pair).into())
            })
            .collect();
        Ok(vm.ctx.new_list(pairs?).into())
    };
    let secondaryjoin = match &join.secondaryjoin {
        Some(condition) => wrap_expr(condition.clone(), vm)?,
        None => vm.ctx.none(),
    };
    let parts = vec![
        wrap_expr(join.primaryjoin.clone(), vm)?,
        secondaryjoin,
        pairs(&join.local_remote_pairs)?,
        pairs(&join.synchronize_pairs)?,
    ];
    Ok(vm.ctx.new_tuple(parts).into())
}

/// `orm_mark(column, "foreign" | "remote")`: marks a column of a join condition.
fn mark(column: PyObjectRef, word: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let column = expression(&column, vm)?;
    let mut side = column.side();
    if text(&word, vm)? == "foreign" {
        side.foreign = true;
    } else {
        side.remote = true;
    }
    wrap_expr(column.with_side(side), vm)
}

/// `current_line()`: the line of the scenario that is being run; None outside of it.
fn current_line() -> Option<u32> {
    let line =
        crate::python::run::current().map(|run| crate::sqlite::Observer::position(&*run).line);
    line.filter(|line| *line != 0)
}

pub(super) fn install(module: &Module, vm: &VirtualMachine) -> PyResult<()> {
    functions!(
        module, vm;
        orm_configure = configure,
        orm_shape = shape,
        orm_reverse = reverse,
        orm_misplaced = misplaced,
        orm_copied = copied,
        orm_direction = direction,
        orm_on_configure = on_configure,
        orm_unconfigured = unconfigured,
        orm_ensure = ensure,
        orm_backwards = backwards,
        orm_is_unclear = is_unclear,
        orm_join = join,
        orm_mark = mark,
        current_line,
    );
    Ok(())
}
