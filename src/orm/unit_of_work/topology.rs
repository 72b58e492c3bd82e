//! Sorting by dependency, and finding what depends on itself.

use std::collections::{HashMap, HashSet};

/// Nodes in the order of their dependencies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// Those that depend on nothing, then those that depend on them, and so on; within a step in the order given.
    pub steps: Vec<Vec<usize>>,
    /// What is left depends on itself.
    pub is_circular: bool,
}

/// Sorts nodes, as far as they do not depend on one another.
pub fn sort_in_steps(edges: &[(usize, usize)], nodes: &[usize]) -> Sorted {
    let mut before: HashMap<usize, Vec<usize>> = HashMap::new();
    for &(first, then) in edges {
        before.entry(then).or_default().push(first);
    }
    let mut left: Vec<usize> = nodes.to_vec();
    let mut waiting: HashSet<usize> = nodes.iter().copied().collect();
    let mut steps = Vec::new();
    while !left.is_empty() {
        let step: Vec<usize> = left
            .iter()
            .copied()
            .filter(|node| {
                before
                    .get(node)
                    .is_none_or(|first| first.iter().all(|first| !waiting.contains(first)))
            })
            .collect();
        if step.is_empty() {
            return Sorted {
                steps,
                is_circular: true,
            };
        }
        for node in &step {
            waiting.remove(node);
        }
        left.retain(|node| waiting.contains(node));
        steps.push(step);
    }
    Sorted {
        steps,
        is_circular: false,
    }
}

/// Every node that lies on a cycle.
pub fn cycles(edges: &[(usize, usize)]) -> HashSet<usize> {
    let mut after: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut starts: Vec<usize> = Vec::new();
    for &(first, then) in edges {
        let next = after.entry(first).or_insert_with(|| {
            starts.push(first);
            Vec::new()
        });
        if !next.contains(&then) {
            next.push(then);
        }
    }
    let none = Vec::new();
    let mut found = HashSet::new();
    for &start in &starts {
        let mut stack = vec![start];
        let mut todo: HashSet<usize> = starts.iter().copied().filter(|&n| n != start).collect();
        while let Some(&top) = stack.last() {
            let mut deeper = None;
            for node in after.get(&top).unwrap_or(&none) {
                if let Some(at) = stack.iter().position(|known| known == node) {
                    for &member in &stack[at..] {
                        todo.remove(&member);
                        found.insert(member);
                    }
                }
                if todo.remove(node) {
                    deeper = Some(*node);
                    break;
                }
            }
            match deeper {
                Some(node) => stack.push(node),
                None => {
                    stack.pop();
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(edges: &[(usize, usize)], nodes: &[usize], steps: &[&[usize]], is_circular: bool) {
        let expected = Sorted {
            steps: steps.iter().map(|step| step.to_vec()).collect(),
            is_circular,
        };
        assert_eq!(sort_in_steps(edges, nodes), expected);
    }

    #[test]
    fn steps() {
        check(&[], &[2, 1], &[&[2, 1]], false);
        check(&[(1, 2), (2, 3)], &[3, 2, 1], &[&[1], &[2], &[3]], false);
        check(&[(1, 3), (2, 3)], &[3, 2, 1], &[&[2, 1], &[3]], false);
        // What comes before the circle is sorted all the same.
        check(&[(0, 1), (1, 2), (2, 1)], &[0, 1, 2], &[&[0]], true);
        // An edge from a node that is not there does not count.
        check(&[(9, 1)], &[1], &[&[1]], false);
    }

    #[test]
    fn what_lies_on_a_cycle() {
        let sorted = |edges: &[(usize, usize)]| {
            let mut found: Vec<usize> = cycles(edges).into_iter().collect();
            found.sort_unstable();
            found
        };
        assert_eq!(sorted(&[(1, 2), (2, 3)]), Vec::<usize>::new());
        assert_eq!(sorted(&[(1, 2), (2, 1), (2, 3)]), [1, 2]);
        assert_eq!(sorted(&[(1, 1)]), [1]);
        assert_eq!(
            sorted(&[(1, 2), (2, 3), (3, 1), (3, 4), (4, 3)]),
            [1, 2, 3, 4]
        );
    }
}
