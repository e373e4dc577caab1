//! Which tensor is the first layer, which the second.
//!
//! Files do not keep the order of the layers, only names. Numbers in names
//! order them (`fc2` before `fc10`). Where words differ as well (`encoder`,
//! `head`), the order must follow from the shapes: if more than one order of
//! the layers makes the shapes chain, guessing would certify another network
//! than the user's, so it is refused.

use std::cmp::Ordering;

/// Orders tried before giving up on names that do not tell the order.
const MAX_STEPS: usize = 100_000;

/// Compares names with runs of digits compared as numbers.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (left, right) = (pieces(a), pieces(b));
    let by_pieces = left.iter().zip(&right).map(|(x, y)| x.cmp(y));
    by_pieces
        .fold(Ordering::Equal, Ordering::then)
        .then(left.len().cmp(&right.len()))
        // `1` and `01` are equal as numbers; any fixed order will do.
        .then_with(|| a.cmp(b))
}

/// A maximal run of digits, or of anything else.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'a> {
    /// Number of digits without leading zeros, then the digits: compares as
    /// the number does, of any length.
    Number(usize, &'a str),
    Word(&'a str),
}

fn pieces(name: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest
            .find(|c: char| c.is_ascii_digit() != digits)
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        pieces.push(if digits {
            let number = run.trim_start_matches('0');
            Piece::Number(number.len(), number)
        } else {
            Piece::Word(run)
        });
        rest = after;
    }
    pieces
}

/// Whether the names differ in numbers only.
fn numbered(a: &str, b: &str) -> bool {
    let words = |name| {
        pieces(name)
            .into_iter()
            .map(|piece| match piece {
                Piece::Number(..) => None,
                Piece::Word(word) => Some(word.to_owned()),
            })
            .collect::<Vec<_>>()
    };
    words(a) == words(b)
}

/// What [`determine`] finds.
#[derive(Debug, PartialEq, Eq)]
pub enum Order {
    /// Positions of the layers, first layer first.
    Known(Vec<usize>),
    /// More than one order is possible, or too many to try.
    Ambiguous,
}

/// The order of layers given by name and shape (out, in).
///
/// If no order makes the shapes chain, it is the natural order of the names,
/// for the error to be explained on.
pub fn determine(layers: &[(&str, [usize; 2])]) -> Order {
    let mut natural_order: Vec<usize> = (0..layers.len()).collect();
    natural_order.sort_by(|&i, &j| match (layers.get(i), layers.get(j)) {
        (Some(a), Some(b)) => natural(a.0, b.0),
        _ => Ordering::Equal,
    });
    let sorted: Vec<_> = natural_order
        .iter()
        .filter_map(|&i| layers.get(i).copied())
        .collect();
    if sorted.windows(2).all(|pair| match pair {
        [a, b] => numbered(a.0, b.0),
        _ => true,
    }) {
        return Order::Known(natural_order);
    }
    let mut search = Search::new(&sorted);
    search.extend(None);
    let found = match search.found.as_slice() {
        [] if search.steps >= MAX_STEPS => return Order::Ambiguous,
        [] => return Order::Known(natural_order),
        [only] if search.steps < MAX_STEPS => only,
        _ => return Order::Ambiguous,
    };
    let original = found.iter().filter_map(|&i| natural_order.get(i).copied());
    Order::Known(original.collect())
}

/// Depth-first search for orders in which the shapes chain and numbered names
/// keep their order; stops at the second.
struct Search<'a> {
    /// In natural order.
    layers: &'a [(&'a str, [usize; 2])],
    /// For each layer, the earlier ones that must come before it.
    before: Vec<Vec<usize>>,
    path: Vec<usize>,
    used: Vec<bool>,
    found: Vec<Vec<usize>>,
    steps: usize,
}

impl<'a> Search<'a> {
    fn new(layers: &'a [(&'a str, [usize; 2])]) -> Self {
        let before = layers
            .iter()
            .enumerate()
            .map(|(j, b)| {
                let earlier = layers.iter().take(j).enumerate();
                let numbered = earlier.filter(|(_, a)| numbered(a.0, b.0));
                numbered.map(|(i, _)| i).collect()
            })
            .collect();
        Self {
            layers,
            before,
            path: Vec::new(),
            used: vec![false; layers.len()],
            found: Vec::new(),
            steps: 0,
        }
    }

    fn is_used(&self, i: usize) -> bool {
        self.used.get(i).copied().unwrap_or(false)
    }

    fn set_used(&mut self, i: usize, value: bool) {
        if let Some(used) = self.used.get_mut(i) {
            *used = value;
        }
    }

    /// Extends the path, whose last layer has `width` outputs.
    fn extend(&mut self, width: Option<usize>) {
        if self.path.len() == self.layers.len() {
            self.found.push(self.path.clone());
            return;
        }
        let layers = self.layers;
        for (i, (_, [out, into])) in layers.iter().enumerate() {
            if self.found.len() > 1 || self.steps >= MAX_STEPS {
                return;
            }
            self.steps += 1;
            let ready = self
                .before
                .get(i)
                .is_some_and(|before| before.iter().all(|&j| self.is_used(j)));
            if self.is_used(i) || !ready || width.is_some_and(|width| width != *into) {
                continue;
            }
            self.set_used(i, true);
            self.path.push(i);
            self.extend(Some(*out));
            self.path.pop();
            self.set_used(i, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_compare_as_numbers() {
        let mut names = ["10.weight", "2.weight", "0.weight", "fc10", "fc9", "fc"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            ["0.weight", "2.weight", "10.weight", "fc", "fc9", "fc10"]
        );
    }

    #[test]
    fn shapes_order_what_names_do_not() {
        let layers = [("head", [10, 50]), ("fc2", [50, 100]), ("fc1", [100, 784])];
        assert_eq!(determine(&layers), Order::Known(vec![2, 1, 0]));
    }

    #[test]
    fn squares_need_numbers() {
        let named = [("first", [9, 9]), ("second", [9, 9]), ("third", [1, 9])];
        assert_eq!(determine(&named), Order::Ambiguous);
        let numbered = [("l2", [9, 9]), ("l1", [9, 9]), ("out", [1, 9])];
        assert_eq!(determine(&numbered), Order::Known(vec![1, 0, 2]));
    }

    #[test]
    fn what_cannot_chain_keeps_the_natural_order() {
        let layers = [("b", [2, 3]), ("a", [5, 7])];
        assert_eq!(determine(&layers), Order::Known(vec![1, 0]));
    }

    #[test]
    fn too_many_orders_are_ambiguous_in_bounded_time() {
        let names: Vec<String> = (0..40u8)
            .map(|i| char::from(b'0' + i).to_string() + "é")
            .collect();
        let mut layers: Vec<_> = names.iter().map(|n| (n.as_str(), [2, 2])).collect();
        layers.push(("z", [5, 7]));
        assert_eq!(determine(&layers), Order::Ambiguous);
    }
}
