//! DELETE by primary key and version, all rows of a mapper in one statement.

use std::rc::Rc;

use super::flush::Flush;
use super::parameters::Parameters;
use super::save::sorted;
use super::send;
use super::shape::{Shape, Shapes};
use super::statements::{Which, Write};
use crate::orm::attributes::{self, Passive};
use crate::orm::binds;
use crate::orm::error::{Error, Result};
use crate::orm::instance::Instance;
use crate::orm::listening::ObjectEvent;
use crate::orm::mapper::Mapper;
use crate::orm::sql::Delete;
use crate::orm::sql::compile::{CompileOptions, compile};
use crate::orm::sql::expr::and_;
use crate::orm::version::{Versions, stale};

/// Deletes the rows of objects of a hierarchy, table by table: those that refer to others first.
///
/// # Errors
/// SQLite's, and a key that is NULL.
pub fn run(flush: &mut Flush, base: &Rc<Mapper>, instances: &[Rc<Instance>]) -> Result<()> {
    flush.session.connect()?;
    if instances.is_empty() {
        return Ok(());
    }
    let instances = sorted(instances);
    let mut versions = Versions::new();
    for instance in &instances {
        instance.tell(ObjectEvent::BeforeDelete, None)?;
        if let Some(version) = instance.mapper.version()
            && let Some(before) = version.committed(instance)?
        {
            versions.insert(Rc::as_ptr(instance), before);
        }
    }
    let mut shapes = Shapes::default();
    for table in base.sorted_tables()?.iter().rev() {
        let of_table = shapes.of(table, &instances)?;
        if let Some((shape, _)) = of_table.first().cloned() {
            delete(flush, &shape, &of_table, &versions)?;
        }
    }
    instances
        .iter()
        .try_for_each(|instance| instance.tell(ObjectEvent::AfterDelete, None))
}

/// Deletes the rows that objects have in one table.
fn delete(
    flush: &Flush,
    shape: &Rc<Shape>,
    instances: &[(Rc<Shape>, Rc<Instance>)],
    versions: &Versions,
) -> Result<()> {
    let mapper = &shape.mapper;
    let write = || write(shape);
    let write = mapper
        .writes
        .get_or_make(&shape.table, Which::Delete, write)?;
    let mut rows = Vec::with_capacity(instances.len());
    for (shape, instance) in instances {
        let mut parameters = Parameters::default();
        for (&at, &id) in shape.primary_key.iter().zip(&write.key) {
            let column = &shape.columns[at];
            let value = match column.attribute {
                Some(attribute) => {
                    attributes::committed_value(instance, attribute, Passive::RETURN_NO_VALUE)?
                }
                None => None,
            };
            match value {
                Some(value) if !value.is_null() => parameters.by_id.push((id, value)),
                _ => {
                    return Err(Error::raised(
                        "sqlalchemy.orm.exc.FlushError",
                        format!(
                            "Can't delete from table {} using NULL for primary key value on column {}",
                            shape.name,
                            column.shown()
                        ),
                    ));
                }
            }
        }
        let version = shape.version.as_ref().zip(write.key.last());
        if let Some(((_, &id), before)) = version.zip(versions.get(&Rc::as_ptr(instance))) {
            parameters.by_id.push((id, before.clone()));
        }
        rows.push(parameters);
    }
    let owners: Vec<Rc<Instance>> = instances.iter().map(|(_, one)| Rc::clone(one)).collect();
    let provenance = send::provenance(flush, &owners);
    let matched = send::run(flush, &write.compiled, &rows, provenance)?;
    if matched == rows.len() as u64 || !mapper.confirms_deletes {
        return Ok(());
    }
    let words = format!(
        "DELETE statement on table '{}' expected to delete {} row(s); {matched} were matched.  Please set \
         confirm_deleted_rows=False within the mapper configuration to prevent this warning.",
        shape.name,
        rows.len(),
    );
    if shape.version.is_some() {
        return Err(stale(words));
    }
    flush.session.warn(&words)
}

fn write(shape: &Shape) -> Result<Write> {
    let mut key = Vec::new();
    let mut criteria = Vec::new();
    for &at in &shape.primary_key {
        let column = &shape.columns[at];
        let (bind, id) = binds::named(&column.schema.key, &column.schema.ty);
        criteria.push(column.expr.equals(&bind));
        key.push(id);
    }
    if let Some((at, _)) = &shape.version {
        let column = &shape.columns[*at];
        let (bind, id) = binds::named(&column.schema.key, &column.schema.ty);
        criteria.push(column.expr.equals(&bind));
        key.push(id);
    }
    let delete = Delete::new(&shape.table).where_(and_(criteria));
    let compiled = compile(&delete.into_statement(), &CompileOptions::default())?;
    Ok(Write { compiled, key })
}
