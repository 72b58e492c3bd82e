//! Lines as CPython has them, where an expression goes over several: a link of a chain is at the line of its name, a loop
//! at the line of its `for`. RustPython says where the chain begins, and so a statement that `.all()` sends would stand at
//! the line of `session`. What a `with` does when a `return`, `break` or `continue` leaves it is at the line of the `with`,
//! where RustPython has it at the line that leaves.

use std::collections::HashMap;

use ruff_text_size::{Ranged, TextRange};
use rustpython_vm::compiler::CodeObject;
use rustpython_vm::compiler::ast::visitor::{Visitor, walk_expr, walk_stmt};
use rustpython_vm::compiler::ast::{Comprehension, Expr, ExprAttribute, ExprCall, ModModule, Stmt};
use rustpython_vm::compiler::core::bytecode::{ConstantData, Instruction};
use rustpython_vm::compiler::core::{LineIndex, OneIndexed, PositionEncoding, SourceLocation};

/// Moves the instructions of a module's chains and loops to the lines that CPython has them on.
pub(super) fn move_lines(module: &ModModule, source: &str, code: &mut CodeObject) {
    let mut chains = Chains::new(source);
    for stmt in &module.body {
        chains.visit_stmt(stmt);
    }
    chains.move_lines(code);
}

/// Where a node begins and ends.
type Span = (SourceLocation, SourceLocation);

/// The lines of attributes that are not where their chains begin.
struct Chains<'a> {
    source: &'a str,
    index: LineIndex,
    /// Of calls, by the call's place.
    calls: HashMap<Span, OneIndexed>,
    /// Of reads, by the place of what the first of them reads from, in order: that is where the compiler says that all
    /// reads of `a.b.c` are.
    reads: HashMap<Span, Vec<OneIndexed>>,
    /// Of loops, by the place of what they go over.
    loops: HashMap<Span, OneIndexed>,
    /// Of the `with` blocks that a statement leaves, from within, by the statement's place.
    exits: Vec<(Span, Vec<OneIndexed>)>,
    /// What the statement that is looked at stands in, from outside.
    blocks: Vec<Block>,
}

/// What a statement can leave.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    With(OneIndexed),
    Loop,
}

impl<'a> Chains<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            index: LineIndex::from_source_text(source),
            calls: HashMap::new(),
            reads: HashMap::new(),
            loops: HashMap::new(),
            exits: Vec::new(),
            blocks: Vec::new(),
        }
    }

    fn span(&self, range: TextRange) -> Span {
        let at = |offset| {
            self.index
                .source_location(offset, self.source, PositionEncoding::Utf8)
        };
        (at(range.start()), at(range.end()))
    }

    /// The line of an attribute's name, when what stands at `range` begins on another.
    fn elsewhere(&self, range: TextRange, attribute: &ExprAttribute) -> Option<(Span, OneIndexed)> {
        let span = self.span(range);
        let line = self.index.line_index(attribute.attr.end());
        (line != span.0.line).then_some((span, line))
    }

    /// A loop is at the line where its statement begins, wherever that is which it goes over.
    fn note_loop(&mut self, over: &Expr, whole: TextRange) {
        let span = self.span(over.range());
        let line = self.index.line_index(whole.start());
        if line != span.0.line {
            self.loops.insert(span, line);
        }
    }

    fn note_comprehension(&mut self, generators: &[Comprehension], whole: TextRange) {
        if let Some(first) = generators.first() {
            self.note_loop(&first.iter, whole);
        }
    }

    /// A statement that leaves the blocks around it: all of them, or those within the innermost loop.
    fn note_exit(&mut self, range: TextRange, only_loop: bool) {
        let inner = self.blocks.iter().rev();
        let left = inner.take_while(|block| !only_loop || **block != Block::Loop);
        let lines: Vec<OneIndexed> = left
            .filter_map(|block| match block {
                Block::With(line) => Some(*line),
                Block::Loop => None,
            })
            .collect();
        if !lines.is_empty() {
            let span = self.span(range);
            self.exits.push((span, lines));
        }
    }

    fn visit_loop(&mut self, body: &[Stmt], orelse: &[Stmt]) {
        self.blocks.push(Block::Loop);
        body.iter().for_each(|stmt| self.visit_stmt(stmt));
        self.blocks.pop();
        orelse.iter().for_each(|stmt| self.visit_stmt(stmt));
    }

    /// Moves the calls of `__exit__(None, None, None)` that belong to a statement which leaves blocks: its last ones.
    fn move_exits(&self, code: &mut CodeObject) {
        let mut calls: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, units) in code.instructions.windows(4).enumerate() {
            let is_exit = matches!(units[3].op, Instruction::Call { .. })
                && u8::from(units[3].arg) == 3
                && units[..3]
                    .iter()
                    .all(|unit| matches!(unit.op, Instruction::LoadConst { .. }));
            let (start, end) = code.locations[at + 3];
            let leaves = |(span, _): &(Span, _)| is_within((start, end), *span);
            if is_exit && let Some(exit) = self.exits.iter().position(leaves) {
                calls.entry(exit).or_default().push(at + 3);
            }
        }
        for (exit, calls) in calls {
            let lines = self.exits[exit].1.iter().rev();
            for (&call, &line) in calls.iter().rev().zip(lines) {
                // An asynchronous one is awaited behind the call; its answer is let go of at the end.
                let units = code.instructions[call..].iter();
                let length = units
                    .take_while(|unit| !matches!(unit.op, Instruction::PopTop))
                    .count();
                for location in &mut code.locations[call..call + length] {
                    location.0.line = line;
                }
            }
        }
    }

    fn move_lines(&self, code: &mut CodeObject) {
        self.move_exits(code);
        let mut read: HashMap<Span, usize> = HashMap::new();
        for (span, unit) in code.locations.iter_mut().zip(code.instructions.iter()) {
            let line = match unit.op {
                Instruction::LoadAttr { .. } => self.reads.get(span).and_then(|lines| {
                    // What is compiled twice, as a `finally` is, is read from the first on again.
                    let count = read.entry(*span).or_default();
                    *count += 1;
                    lines.get((*count - 1) % lines.len())
                }),
                Instruction::Call { .. } | Instruction::CallKw { .. } => self.calls.get(span),
                Instruction::GetIter | Instruction::ForIter { .. } => self.loops.get(span),
                _ => None,
            };
            if let Some(line) = line {
                span.0.line = *line;
            }
        }
        code.constants = code
            .constants
            .iter()
            .cloned()
            .map(|constant| match constant {
                ConstantData::Code { mut code } => {
                    self.move_lines(&mut code);
                    ConstantData::Code { code }
                }
                other => other,
            })
            .collect();
    }
}

impl<'a> Visitor<'a> for Chains<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::For(it) => {
                self.note_loop(&it.iter, it.range());
                self.visit_expr(&it.iter);
                self.visit_expr(&it.target);
                self.visit_loop(&it.body, &it.orelse);
            }
            Stmt::While(it) => {
                self.visit_expr(&it.test);
                self.visit_loop(&it.body, &it.orelse);
            }
            Stmt::With(it) => {
                let line = self.index.line_index(it.range().start());
                let outside = self.blocks.len();
                self.blocks
                    .extend(it.items.iter().map(|_| Block::With(line)));
                walk_stmt(self, stmt);
                self.blocks.truncate(outside);
            }
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {
                let outside = std::mem::take(&mut self.blocks);
                walk_stmt(self, stmt);
                self.blocks = outside;
            }
            Stmt::Return(it) => {
                self.note_exit(it.range(), false);
                walk_stmt(self, stmt);
            }
            Stmt::Break(it) => self.note_exit(it.range(), true),
            Stmt::Continue(it) => self.note_exit(it.range(), true),
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(attribute) if attribute.ctx.is_load() => {
                // From within, so that the reads are in their order.
                walk_expr(self, expr);
                let mut first = &attribute.value;
                while let Expr::Attribute(inner) = &**first {
                    first = &inner.value;
                }
                let span = self.span(first.range());
                let line = self.index.line_index(attribute.attr.end());
                self.reads.entry(span).or_default().push(line);
                return;
            }
            Expr::Call(call) if is_plain(call) => {
                if let Expr::Attribute(attribute) = &*call.func {
                    let called = self.elsewhere(call.range(), attribute);
                    self.calls.extend(called);
                }
            }
            Expr::ListComp(it) => self.note_comprehension(&it.generators, it.range()),
            Expr::SetComp(it) => self.note_comprehension(&it.generators, it.range()),
            Expr::DictComp(it) => self.note_comprehension(&it.generators, it.range()),
            Expr::Generator(it) => self.note_comprehension(&it.generators, it.range()),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// Whether the first place lies in the second one.
fn is_within((start, end): Span, (from, to): Span) -> bool {
    let place = |at: SourceLocation| (at.line, at.character_offset);
    place(from) <= place(start) && place(end) <= place(to)
}

/// A call without `*args` and `**kwargs`: CPython compiles others in another way, and says where they begin.
fn is_plain(call: &ExprCall) -> bool {
    let starred = call.arguments.args.iter().any(Expr::is_starred_expr);
    let doubled = call
        .arguments
        .keywords
        .iter()
        .any(|keyword| keyword.arg.is_none());
    !starred && !doubled
}
