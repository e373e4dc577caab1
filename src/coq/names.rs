//! Names and comments of a Coq file, from text that may hold anything.

use std::collections::HashSet;

/// What an exported file itself refers to: no leaf or step may take these names.
const TAKEN: &str = "D PI R Z Cst Int Rat Pi Neg Add Sub Mul Div Sqrt Cbrt Ln Exp Powi Pow Ceil \
Min Max Kl KlInv LnXi Harmonic LnBinomial Peeling GridExponent I \
IZR Rmax Rmin binomial_upper cbrt ceiling chi_upper_quantile computes dyadicR exp grid_exponent \
harmonic intervals kl kl_inv ln ln_binomial ln_xi normal_upper_quantile peeling powerRZ program \
sqrt start starts computed checked value values within distance_squared \
said_in_decimals proj2 list dyadic instr conj eq_refl true CheckerZ Layers Bound \
as at cofix else end exists exists2 fix for forall fun if in let match mod return Prop Set SProp \
then Type using where with";

/// Hands out names, each once.
#[derive(Debug)]
pub struct Names(HashSet<String>);

impl Names {
    pub fn new() -> Self {
        Self(TAKEN.split_whitespace().map(str::to_owned).collect())
    }

    /// `wanted`, as an identifier that nothing else has.
    pub fn take(&mut self, wanted: &str, place: usize) -> String {
        let mut name: String = wanted
            .chars()
            .filter(|c| *c != ']')
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .take(60)
            .collect();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            name.insert(0, 'x');
        }
        while self.0.contains(&name) {
            name = format!("{name}_{place}");
        }
        self.0.insert(name.clone());
        name
    }
}

/// A comment, whatever the text: Coq's comments nest and hold strings.
pub fn comment(text: &str) -> String {
    format!("(** {} *)", harmless(text))
}

/// Text that cannot end the comment it is in.
pub fn harmless(text: &str) -> String {
    let printable = |c: char| match c {
        '"' => '\'',
        c if c.is_control() => ' ',
        c => c,
    };
    let text: String = text.chars().map(printable).collect();
    // Twice: breaking one pair must not make another.
    let broken = text.replace("(*", "( *").replace("*)", "* )");
    broken.replace("(*", "( *").replace("*)", "* )")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_identifiers_and_differ() {
        let mut names = Names::new();
        assert_eq!(names.take("sparse_norm_1[0,0]", 4), "sparse_norm_1_0_0");
        assert_eq!(names.take("sparse_norm_1[0,0]", 5), "sparse_norm_1_0_0_5");
        assert_eq!(names.take("kl", 7), "kl_7");
        assert_eq!(names.take("1. Axiom x : False", 1), "x1__Axiom_x___False");
    }

    #[test]
    fn a_comment_stays_one() {
        for text in ["*) Axiom a : False. (*", "\"", "(**)", "**))", "((**"] {
            let inner = harmless(text);
            assert!(
                !inner.contains("*)") && !inner.contains("(*") && !inner.contains('"'),
                "{inner}"
            );
        }
    }
}
