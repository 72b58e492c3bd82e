/// Something that rows come from: a table, or a query in brackets or in a `WITH`.
#[derive(Debug)]
pub(super) struct Item {
    pub alias: Option<String>,
    /// Name of the table, in lower case; none for a derived one.
    pub table: Option<String>,
    /// How a shape calls it: the table's name as written, numbered when the text names the table again.
    pub display: String,
    /// Items with equal numbers are connected by a join or a condition.
    pub group: usize,
}

/// One `SELECT` (or `UPDATE`, `DELETE`, `INSERT`) with the names that hold in it.
#[derive(Debug)]
pub(super) struct Scope {
    pub parent: Option<usize>,
    /// Depth of brackets that its own clauses stand at.
    pub depth: usize,
    pub clause: Clause,
    pub has_verb: bool,
    /// Numbers of its items, in order.
    pub items: Vec<usize>,
    /// Names that a `WITH` gave to queries.
    pub queries: Vec<usize>,
    pub condition: Condition,
    /// How the next item is joined to those before it.
    pub join: Join,
}

/// Where in a statement one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clause {
    Start,
    With,
    Select,
    From,
    On,
    Where,
    Set,
    OrderBy,
    Page,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// A comma, `CROSS JOIN`, or a `JOIN` that has said nothing yet.
    Bare,
    Natural,
}

/// The operands of one condition between two `AND`s.
#[derive(Debug, Default)]
pub(super) struct Condition {
    pub items: Vec<usize>,
    /// Columns whose table the text does not tell.
    pub bare: u32,
}

/// All scopes and items of a text.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    pub scopes: Vec<Scope>,
    pub items: Vec<Item>,
}

impl Scopes {
    pub fn open(&mut self, parent: Option<usize>, depth: usize) -> usize {
        self.scopes.push(Scope {
            parent,
            depth,
            clause: Clause::Start,
            has_verb: false,
            items: Vec::new(),
            queries: Vec::new(),
            condition: Condition::default(),
            join: Join::Bare,
        });
        self.scopes.len() - 1
    }

    /// The item that `name` stands for, seen from `scope`, and the scope that it belongs to.
    pub fn resolve(&self, name: &str, scope: usize) -> Option<(usize, usize)> {
        let mut next = Some(scope);
        while let Some(scope) = next {
            let here = &self.scopes[scope];
            let found = here.items.iter().copied().find(|&item| {
                let item = &self.items[item];
                match &item.alias {
                    Some(alias) => alias == name,
                    None => item.table.as_deref() == Some(name),
                }
            });
            if let Some(item) = found {
                return Some((item, scope));
            }
            next = here.parent;
        }
        None
    }

    /// The query that a `WITH` around `scope` calls `name`.
    pub fn query(&self, name: &str, scope: usize) -> Option<usize> {
        let mut next = Some(scope);
        while let Some(scope) = next {
            let here = &self.scopes[scope];
            let mut queries = here.queries.iter().copied();
            if let Some(item) =
                queries.find(|&item| self.items[item].alias.as_deref() == Some(name))
            {
                return Some(item);
            }
            next = here.parent;
        }
        None
    }

    /// A new item of `scope`: a table, or without one something derived.
    pub fn add(&mut self, scope: usize, table: Option<(String, String)>) -> usize {
        let number = self.items.len();
        let (table, display) = match table {
            Some((table, written)) => {
                let same = self.items.iter();
                let before = same.filter(|item| item.table.as_ref() == Some(&table));
                let display = match before.count() {
                    0 => written,
                    before => format!("{written}#{}", before + 1),
                };
                (Some(table), display)
            }
            None => {
                let derived = self.items.iter().filter(|item| item.table.is_none());
                (None, format!("#{}", derived.count() + 1))
            }
        };
        self.items.push(Item {
            alias: None,
            table,
            display,
            group: number,
        });
        self.scopes[scope].items.push(number);
        number
    }

    pub fn connect(&mut self, a: usize, b: usize) {
        let (from, to) = (self.items[a].group, self.items[b].group);
        for item in &mut self.items {
            if item.group == from {
                item.group = to;
            }
        }
    }

    /// Ends a condition: what it compares belongs together.
    pub fn end_condition(&mut self, scope: usize) {
        let condition = std::mem::take(&mut self.scopes[scope].condition);
        // A column without a table may be of any: better no claim than a wrong one.
        let unclear = condition.bare >= 2 || (condition.bare == 1 && !condition.items.is_empty());
        let together = match unclear {
            true => self.scopes[scope].items.clone(),
            false => condition.items,
        };
        for pair in together.windows(2) {
            self.connect(pair[0], pair[1]);
        }
    }

    /// Tables of the first scope whose items fall apart into groups.
    pub fn unconnected(&self) -> Vec<String> {
        for scope in &self.scopes {
            let tables = scope.items.iter().map(|&item| &self.items[item]);
            let tables: Vec<&Item> = tables.filter(|item| item.table.is_some()).collect();
            // One of them may be derived and be what connects the others.
            let groups = tables.iter().map(|item| item.group);
            if tables.len() >= 2 && groups.clone().any(|group| group != tables[0].group) {
                return tables.iter().map(|item| item.display.clone()).collect();
            }
        }
        Vec::new()
    }
}
