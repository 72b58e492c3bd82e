use std::cmp::Ordering;
use std::ops::Range;

use super::column::Column;

/// Items under one node, and nodes under one node of the level above.
const FAN_OUT: usize = 8;

/// When an item is on screen; items of one forest come in order of their start and do not overlap.
pub trait Clock {
    /// Nanoseconds on the drawn time line.
    fn start_ns(&self, item: u32) -> f64;
    /// Nanoseconds on the drawn time line; not before the start.
    fn end_ns(&self, item: u32) -> f64;
}

/// What a forest needs to know of an item to fold it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leaf {
    /// The item that ranks highest gives a folded bar its colour.
    pub rank: u64,
    /// Measured nanoseconds of work.
    pub busy_ns: u64,
    /// What else is summed: round trips of statements, reads of ticks.
    pub weight: u64,
}

/// Where a forest asks for its leaves.
pub trait Leaves {
    fn leaf(&self, item: u32) -> Leaf;
}

/// Level of detail: neighbours that are too close to tell apart fold into one bar, at any zoom, without a walk over
/// the items.
///
/// A forest of implicit segments: level k holds one node for every 8^(k+1) items that are complete, in a
/// column. Appending costs an eighth of a node, and the sum over any run of neighbours takes some 14 nodes a level.
#[derive(Clone, Debug, Default)]
pub struct Forest {
    items: Column<u32>,
    levels: Vec<Column<Node>>,
    /// The sum over the last items, which are too few yet for a node.
    open: Option<Node>,
}

/// The sum over a run of neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Node {
    worst: u32,
    rank: u64,
    busy_ns: u64,
    weight: u64,
}

/// One bar to draw: an item alone, or neighbours folded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Position in the forest of its first item.
    pub first: usize,
    /// Position in the forest of its last item, which may be the first.
    pub last: usize,
    /// The item that ranks highest; for a bar of one, the item.
    pub worst: u32,
    /// Start of the first item.
    pub start_ns: f64,
    /// End of the last item.
    pub end_ns: f64,
    /// Sum of the measured work of its items.
    pub busy_ns: u64,
    /// Sum of the weights of its items.
    pub weight: u64,
}

impl Bar {
    /// Number of items in it.
    #[expect(clippy::len_without_is_empty, reason = "a bar has a first item")]
    pub fn len(&self) -> usize {
        self.last - self.first + 1
    }
}

impl Forest {
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items in order of time.
    pub fn items(&self) -> &Column<u32> {
        &self.items
    }

    /// Appends an item, later than all before it.
    #[inline]
    pub fn push(&mut self, item: u32, leaf: Leaf) {
        self.items.push(item);
        let node = Node::of(item, leaf);
        match &mut self.open {
            Some(open) => open.add(node),
            None => self.open = Some(node),
        }
        if self.items.len().is_multiple_of(FAN_OUT)
            && let Some(open) = self.open.take()
        {
            self.close(open);
        }
    }

    /// Puts a complete node into the first level, and those that it completes in their turn into those above.
    fn close(&mut self, node: Node) {
        let mut node = Some(node);
        for level in 0.. {
            let Some(complete) = node else {
                return;
            };
            if level == self.levels.len() {
                self.levels.push(Column::default());
            }
            self.levels[level].push(complete);
            let count = self.levels[level].len();
            let is_full = count.is_multiple_of(FAN_OUT);
            node = is_full.then(|| self.children(level + 1, count / FAN_OUT - 1));
        }
    }

    /// Says that the leaf of an item has changed.
    pub fn update(&mut self, item: u32, leaves: &impl Leaves) {
        let Some(mut position) = self.items.position(&item) else {
            return;
        };
        position /= FAN_OUT;
        let under = position * FAN_OUT..((position + 1) * FAN_OUT).min(self.items.len());
        let items = under.map(|at| self.items[at]);
        let sum = Node::sum(items.map(|item| Node::of(item, leaves.leaf(item))));
        let complete = self.levels.first_mut();
        match (complete.and_then(|nodes| nodes.get_mut(position)), sum) {
            (Some(node), Some(sum)) => *node = sum,
            _ => self.open = sum,
        }
        for level in 1..self.levels.len() {
            position /= FAN_OUT;
            if position >= self.levels[level].len() {
                break;
            }
            self.levels[level][position] = self.children(level, position);
        }
    }

    /// The sum of the eight children of a node above the first level.
    fn children(&self, level: usize, node: usize) -> Node {
        let under = node * FAN_OUT..(node + 1) * FAN_OUT;
        let below = &self.levels[level - 1];
        Node::sum(under.map(|at| below[at])).expect("a node has eight children")
    }

    /// The sum over the items at these positions; none when there are none.
    fn sum(&self, positions: Range<usize>, leaves: &impl Leaves) -> Option<Node> {
        let mut total: Option<Node> = None;
        let mut add = |node: Node| {
            total = Some(total.map_or(node, |sum| sum.and(node)));
        };
        let Range { mut start, mut end } = positions;
        let mut level = 0;
        while start < end {
            let mut at_level = |position: usize| {
                add(match level {
                    0 => Node::of(self.items[position], leaves.leaf(self.items[position])),
                    _ => self.levels[level - 1][position],
                });
            };
            while start < end && !start.is_multiple_of(FAN_OUT) {
                at_level(start);
                start += 1;
            }
            while start < end && !end.is_multiple_of(FAN_OUT) {
                end -= 1;
                at_level(end);
            }
            start /= FAN_OUT;
            end /= FAN_OUT;
            level += 1;
        }
        total
    }

    /// The bars to draw in a window of time.
    ///
    /// Items shorter than `min_ns` that start in the same `min_ns` of time (counted from zero, so that panning does
    /// not regroup them) share a bar; a longer one stands alone. With `min_ns` 0 each stands alone.
    pub fn bars<'a, C: Clock + Leaves>(
        &'a self,
        window: Range<f64>,
        min_ns: f64,
        clock: &'a C,
    ) -> impl Iterator<Item = Bar> + 'a {
        let mut position = self
            .items
            .partition_point(|&item| clock.end_ns(item) < window.start);
        if min_ns > 0.0 && position < self.items.len() {
            // Begin with the whole of the first bar, although only its end may be in sight.
            let start = clock.start_ns(self.items[position]);
            let cell = (start / min_ns).floor() * min_ns;
            position = self
                .items
                .partition_point_in(0..position, |&item| clock.start_ns(item) < cell);
        }
        let mut length = 1;
        std::iter::from_fn(move || {
            let &item = self.items.get(position)?;
            let start_ns = clock.start_ns(item);
            if start_ns > window.end {
                return None;
            }
            let next = self.end_of_bar(position, length, min_ns, clock);
            length = next - position;
            let bar = self.bar(position..next, clock)?;
            position = next;
            Some(bar)
        })
    }

    /// The bar over all items at these positions, whatever lies between them.
    pub fn bar(&self, positions: Range<usize>, clock: &(impl Clock + Leaves)) -> Option<Bar> {
        let sum = self.sum(positions.clone(), clock)?;
        Some(Bar {
            first: positions.start,
            last: positions.end - 1,
            worst: sum.worst,
            start_ns: clock.start_ns(self.items[positions.start]),
            end_ns: clock.end_ns(self.items[positions.end - 1]),
            busy_ns: sum.busy_ns,
            weight: sum.weight,
        })
    }

    /// Position after the last item of the bar that begins at `first`; `guess` is how many items it may have.
    fn end_of_bar(&self, first: usize, guess: usize, min_ns: f64, clock: &impl Clock) -> usize {
        let item = self.items[first];
        let start = clock.start_ns(item);
        if min_ns <= 0.0 || clock.end_ns(item) - start >= min_ns {
            return first + 1;
        }
        let limit = ((start / min_ns).floor() + 1.0) * min_ns;
        let inside = |position: usize| clock.start_ns(self.items[position]) < limit;
        // Gallop from the guess: a bar holds few of all items, and about as many as the one before it.
        let (mut low, mut high) = (first + 1, self.items.len());
        let mut at = (first + guess).clamp(low, high);
        let mut step = 1;
        if at < high && inside(at) {
            while at < high && inside(at) {
                low = at + 1;
                at = (at + step).min(high);
                step *= 2;
            }
            high = at;
        } else {
            high = at;
            while at > low && !inside(at - 1) {
                high = at - 1;
                at = at.saturating_sub(step).max(low);
                step *= 2;
            }
            low = at;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            match inside(middle) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        let last = self.items[low - 1];
        if low - first > 1 && clock.end_ns(last) - clock.start_ns(last) >= min_ns {
            low -= 1;
        }
        low
    }
}

impl Node {
    fn of(item: u32, leaf: Leaf) -> Self {
        Self {
            worst: item,
            rank: leaf.rank,
            busy_ns: leaf.busy_ns,
            weight: leaf.weight,
        }
    }

    /// Takes another node into the sum.
    fn add(&mut self, other: Self) {
        // The earlier of equals, in whichever order they are summed.
        let is_worse = match other.rank.cmp(&self.rank) {
            Ordering::Greater => true,
            Ordering::Equal => other.worst < self.worst,
            Ordering::Less => false,
        };
        if is_worse {
            self.worst = other.worst;
            self.rank = other.rank;
        }
        self.busy_ns += other.busy_ns;
        self.weight += other.weight;
    }

    fn and(mut self, other: Self) -> Self {
        self.add(other);
        self
    }

    fn sum(nodes: impl Iterator<Item = Self>) -> Option<Self> {
        nodes.reduce(Self::and)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items with a start and a length; the longest ranks highest.
    struct Items(Vec<(f64, f64)>);

    impl Clock for Items {
        fn start_ns(&self, item: u32) -> f64 {
            self.0[item as usize].0
        }
        fn end_ns(&self, item: u32) -> f64 {
            let (start, length) = self.0[item as usize];
            start + length
        }
    }

    impl Leaves for Items {
        fn leaf(&self, item: u32) -> Leaf {
            let length = self.0[item as usize].1 as u64;
            Leaf {
                rank: length,
                busy_ns: length,
                weight: 1,
            }
        }
    }

    fn forest(items: &Items) -> Forest {
        let mut forest = Forest::default();
        for item in 0..items.0.len() as u32 {
            forest.push(item, items.leaf(item));
        }
        forest
    }

    /// Bars as `first..=last worst`, space between.
    #[track_caller]
    fn check(items: &[(f64, f64)], window: Range<f64>, min_ns: f64, expected: &str) {
        let items = Items(items.to_vec());
        let forest = forest(&items);
        let bars: Vec<String> = forest
            .bars(window, min_ns, &items)
            .map(|bar| format!("{}-{}!{}", bar.first, bar.last, bar.worst))
            .collect();
        assert_eq!(bars.join(" "), expected);
    }

    #[test]
    fn neighbours_fold() {
        let items = [
            (0.0, 1.0),
            (2.0, 3.0),
            (6.0, 1.0),
            (10.0, 20.0),
            (31.0, 1.0),
        ];
        check(&items, 0.0..100.0, 0.0, "0-0!0 1-1!1 2-2!2 3-3!3 4-4!4");
        check(&items, 0.0..100.0, 10.0, "0-2!1 3-3!3 4-4!4");
        check(&items, 0.0..100.0, 1000.0, "0-4!3");
        check(&items, 4.0..8.0, 0.0, "1-1!1 2-2!2");
        // Only the end of the first bar is in sight, and yet it is the same bar.
        check(&items, 6.5..8.0, 10.0, "0-2!1");
        check(&items, 50.0..60.0, 10.0, "");
        check(&[], 0.0..60.0, 10.0, "");
        // A long one at the end of a crowd stands alone.
        check(
            &[(0.0, 1.0), (2.0, 1.0), (4.0, 50.0)],
            0.0..9.0,
            10.0,
            "0-1!0 2-2!2",
        );
    }

    #[test]
    fn sums_are_those_of_a_plain_walk() {
        let items = Items(
            (0..1000u32)
                .map(|n| (f64::from(n) * 10.0, f64::from(n * 7919 % 9)))
                .collect(),
        );
        let forest = forest(&items);
        for first in [0, 1, 7, 8, 63, 64, 65, 500, 999] {
            for end in [first + 1, first + 8, first + 64, 777, 1000] {
                if end > 1000 || end <= first {
                    continue;
                }
                let bar = forest.bar(first..end, &items).expect("not empty");
                let busy: u64 = (first..end).map(|n| items.leaf(n as u32).busy_ns).sum();
                assert_eq!((bar.busy_ns, bar.weight), (busy, (end - first) as u64));
                let most = (first..end).map(|n| items.leaf(n as u32).rank).max();
                assert_eq!(Some(items.leaf(bar.worst).rank), most);
            }
        }
    }

    #[test]
    fn no_item_is_lost_at_any_zoom() {
        let items = Items(
            (0..5000u32)
                .map(|n| (f64::from(n) * 10.0 + f64::from(n % 3), f64::from(n % 7)))
                .collect(),
        );
        let forest = forest(&items);
        for min_ns in [0.0, 1.0, 5.0, 17.0, 100.0, 1e4, 1e6] {
            let mut next = 0;
            for bar in forest.bars(0.0..1e9, min_ns, &items) {
                assert_eq!(bar.first, next);
                next = bar.last + 1;
            }
            assert_eq!(next, 5000, "at {min_ns}");
        }
    }

    #[test]
    fn a_changed_rank_reaches_every_level() {
        // Complete nodes at the end, and then some that are not.
        for count in [600, 603] {
            for changed in [0, 300, 599, count - 1] {
                let mut items = Items((0..count).map(|n| (f64::from(n), 0.0)).collect());
                let mut forest = forest(&items);
                items.0[changed as usize].1 = 5.0;
                forest.update(changed, &items);
                for n in count..700 {
                    items.0.push((f64::from(n), 0.0));
                    forest.push(n, items.leaf(n));
                }
                let bar = forest.bar(0..700, &items).expect("not empty");
                assert_eq!(bar.worst, changed, "of {count}");
            }
        }
    }
}
