//! The compression functions of SHA-256 (FIPS 180-4 §6.2.2) and of SHA-384 and
//! SHA-512 (§6.4.2), which differ in word size, rounds and rotations only.

#[cfg(not(target_feature = "simd128"))]
use super::constants::ROUNDS_32;
use super::constants::ROUNDS_64;

/// Sixteen rounds, with the working variables renamed instead of moved; `$input` gives what the
/// schedule and the constants have for each.
macro_rules! sixteen_rounds {
    ($input:ident, $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident) => {
        ($d, $h) = round($a, $b, $c, $d, $e, $f, $g, $h, $input(0));
        ($c, $g) = round($h, $a, $b, $c, $d, $e, $f, $g, $input(1));
        ($b, $f) = round($g, $h, $a, $b, $c, $d, $e, $f, $input(2));
        ($a, $e) = round($f, $g, $h, $a, $b, $c, $d, $e, $input(3));
        ($h, $d) = round($e, $f, $g, $h, $a, $b, $c, $d, $input(4));
        ($g, $c) = round($d, $e, $f, $g, $h, $a, $b, $c, $input(5));
        ($f, $b) = round($c, $d, $e, $f, $g, $h, $a, $b, $input(6));
        ($e, $a) = round($b, $c, $d, $e, $f, $g, $h, $a, $input(7));
        ($d, $h) = round($a, $b, $c, $d, $e, $f, $g, $h, $input(8));
        ($c, $g) = round($h, $a, $b, $c, $d, $e, $f, $g, $input(9));
        ($b, $f) = round($g, $h, $a, $b, $c, $d, $e, $f, $input(10));
        ($a, $e) = round($f, $g, $h, $a, $b, $c, $d, $e, $input(11));
        ($h, $d) = round($e, $f, $g, $h, $a, $b, $c, $d, $input(12));
        ($g, $c) = round($d, $e, $f, $g, $h, $a, $b, $c, $input(13));
        ($f, $b) = round($c, $d, $e, $f, $g, $h, $a, $b, $input(14));
        ($e, $a) = round($b, $c, $d, $e, $f, $g, $h, $a, $input(15));
    };
}

/// Defines one round, which returns the two variables that change.
macro_rules! round {
    ($word:ty, sum0: $s0:tt, sum1: $sum1:ident $s1:tt) => {
        #[expect(
            clippy::too_many_arguments,
            reason = "the eight variables of the standard"
        )]
        #[inline(always)]
        fn round(
            a: $word,
            b: $word,
            c: $word,
            d: $word,
            e: $word,
            f: $word,
            g: $word,
            h: $word,
            input: $word,
        ) -> ($word, $word) {
            let choice = g ^ (e & (f ^ g));
            // Written so that `a ^ b` serves the next round as `b ^ c`.
            let majority = b ^ ((a ^ b) & (b ^ c));
            let first = h
                .wrapping_add(input)
                .wrapping_add(choice)
                .wrapping_add($sum1!(e, $s1));
            let second = nested_sum!(a, $s0).wrapping_add(majority);
            (d.wrapping_add(first), first.wrapping_add(second))
        }
    };
}

/// Three rotations of one word, added without carry: side by side, for the next round waits for
/// the second sum. Of words of 64 bits that brought nothing.
macro_rules! sum {
    ($x:ident, [$first:literal, $second:literal, $third:literal]) => {
        $x.rotate_right($first) ^ $x.rotate_right($second) ^ $x.rotate_right($third)
    };
}

/// The same one after the other, without copies of the word, for what has the time.
macro_rules! nested_sum {
    ($x:ident, [$first:literal, $second:literal, $third:literal]) => {
        (($x.rotate_right($third - $second) ^ $x).rotate_right($second - $first) ^ $x)
            .rotate_right($first)
    };
}

#[cfg(any(test, target_feature = "simd128"))]
pub(super) use {nested_sum, round, sixteen_rounds, sum};

/// Defines one compression function.
///
/// Sixteen rounds stand unrolled; the message schedule is a ring of sixteen words
/// that is renewed between the passes. Unrolling all rounds brought no speed and
/// costs size.
macro_rules! compression {
    (
        $name:ident, $word:ty, $block:literal, $constants:ident,
        sum0: $s0:tt, sum1: $sum1:ident $s1:tt, schedule0: $m0:tt, schedule1: $m1:tt,
    ) => {
        /// Absorbs whole blocks into `state`.
        #[inline(never)]
        pub(super) fn $name(state: &mut [$word; 8], blocks: &[[u8; $block]]) {
            for block in blocks {
                let mut words = [0; 16];
                let (bytes, _) = block.as_chunks();
                for (word, bytes) in words.iter_mut().zip(bytes) {
                    *word = <$word>::from_be_bytes(*bytes);
                }
                let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
                let (passes, _) = $constants.as_chunks::<16>();
                for (pass, constants) in passes.iter().enumerate() {
                    if pass > 0 {
                        words = next_words(words);
                    }
                    let input = |index: usize| words[index].wrapping_add(constants[index]);
                    sixteen_rounds!(input, a b c d e f g h);
                }
                for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
                    *word = word.wrapping_add(add);
                }
            }

            round!($word, sum0: $s0, sum1: $sum1 $s1);

            /// The sixteen words of the schedule that follow.
            #[inline(always)]
            fn next_words(mut words: [$word; 16]) -> [$word; 16] {
                let mut next = |index: usize| {
                    let before15 = words[(index + 1) & 15];
                    let before2 = words[(index + 14) & 15];
                    words[index] = words[index]
                        .wrapping_add(rotations!(before15, $m0))
                        .wrapping_add(words[(index + 9) & 15])
                        .wrapping_add(rotations!(before2, $m1));
                };
                next(0);
                next(1);
                next(2);
                next(3);
                next(4);
                next(5);
                next(6);
                next(7);
                next(8);
                next(9);
                next(10);
                next(11);
                next(12);
                next(13);
                next(14);
                next(15);
                words
            }
        }
    };
}

/// Two rotations and a shift of one word, added without carry.
macro_rules! rotations {
    ($x:ident, [$first:literal, $second:literal, shift $third:literal]) => {
        $x.rotate_right($first) ^ $x.rotate_right($second) ^ ($x >> $third)
    };
}

#[cfg(not(target_feature = "simd128"))]
compression! {
    compress_32, u32, 64, ROUNDS_32,
    sum0: [2, 13, 22], sum1: sum [6, 11, 25],
    schedule0: [7, 18, shift 3], schedule1: [17, 19, shift 10],
}

compression! {
    compress_64, u64, 128, ROUNDS_64,
    sum0: [28, 34, 39], sum1: nested_sum [14, 18, 41],
    schedule0: [1, 8, shift 7], schedule1: [19, 61, shift 6],
}
