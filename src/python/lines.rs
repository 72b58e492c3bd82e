//! Lines as CPython has them, where an expression goes over several: a link of a chain is at the line of its name, a loop
//! at the line of its `for`. RustPython says where the chain begins, and so a statement that `.all()` sends would stand at
//! the line of `session`.

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
    /// Of reads, by the place of what is read from: that is where the compiler says they are.
    reads: HashMap<Span, OneIndexed>,
    /// Of loops, by the place of what they go over.
    loops: HashMap<Span, OneIndexed>,
}

impl<'a> Chains<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            index: LineIndex::from_source_text(source),
            calls: HashMap::new(),
            reads: HashMap::new(),
            loops: HashMap::new(),
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

    fn move_lines(&self, code: &mut CodeObject) {
        for (span, unit) in code.locations.iter_mut().zip(code.instructions.iter()) {
            let line = match unit.op {
                Instruction::LoadAttr { .. } => self.reads.get(span),
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
        if let Stmt::For(it) = stmt {
            self.note_loop(&it.iter, it.range());
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(attribute) => {
                let read = self.elsewhere(attribute.value.range(), attribute);
                self.reads.extend(read);
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
