//! The numbers of the curve, as 32-bit words, least significant first.
//!
//! All of them follow from RFC 8032 §5.1; the tests compute them anew.

use super::field::Fe;
use super::point::{Affine, AffineAddend};

/// d = −121665/121666.
pub(super) const D: Fe = Fe::from_words(&[
    0x135978a3, 0x75eb4dca, 0x4141d8ab, 0x00700a4d, 0x7779e898, 0x8cc74079, 0x2b6ffe73, 0x52036cee,
]);

/// 2·d.
pub(super) const TWO_D: Fe = Fe::from_words(&[
    0x26b2f159, 0xebd69b94, 0x8283b156, 0x00e0149a, 0xeef3d130, 0x198e80f2, 0x56dffce7, 0x2406d9dc,
]);

/// A square root of −1: 2^((p − 1) / 4).
pub(super) const SQRT_OF_MINUS_ONE: Fe = Fe::from_words(&[
    0x4a0ea0b0, 0xc4ee1b27, 0xad2fe478, 0x2f431806, 0x3dfbd7a7, 0x2b4d0099, 0x4fc1df0b, 0x2b832480,
]);

/// The y-coordinates of the eight points whose order divides the cofactor: 1
/// (order 1), p − 1 (order 2), 0 (order 4) and two of order 8. No other point
/// of the curve has one of these.
pub(super) const LOW_ORDER_Y: [[u32; 8]; 5] = [
    [1, 0, 0, 0, 0, 0, 0, 0],
    [
        0xffffffec, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
        0x7fffffff,
    ],
    [0; 8],
    [
        0x706a17c7, 0x4fd84d3d, 0x760b3cba, 0x0f67100d, 0xfa53202a, 0xc6cc392c, 0x77fdc74e,
        0x7a03ac92,
    ],
    [
        0x8f95e826, 0xb027b2c2, 0x89f4c345, 0xf098eff2, 0x05acdfd5, 0x3933c6d3, 0x880238b1,
        0x05fc536d,
    ],
];

/// The base point B.
pub(super) const BASE: Affine = Affine {
    x: Fe::from_words(&[
        0x8f25d51a, 0xc9562d60, 0x9525a7b2, 0x692cc760, 0xfdd6dc5c, 0xc0a4e231, 0xcd6e53fe,
        0x216936d3,
    ]),
    y: Fe::from_words(&[
        0x66666658, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666, 0x66666666,
        0x66666666,
    ]),
};

/// B, 3·B, 5·B, ... 15·B.
pub(super) static BASE_ODD_MULTIPLES: [AffineAddend; 8] = [
    AffineAddend {
        y_plus_x: Fe::from_words(&[
            0xf58c3b85, 0x2fbc93c6, 0xfb8c0e19, 0xcf932dc6, 0x643d42c2, 0x270b4898, 0x33d4ba65,
            0x07cf9d3a,
        ]),
        y_minus_x: Fe::from_words(&[
            0xd740913e, 0x9d103905, 0xd140beb3, 0xfd399f05, 0x688f8a09, 0xa5c18434, 0x98f81267,
            0x44fd2f92,
        ]),
        xy_2d: Fe::from_words(&[
            0x877aaa68, 0xabc91205, 0xccaac49e, 0x26d9e823, 0xdd43598c, 0x5a1b7dcb, 0x9f0c65a8,
            0x6f117b68,
        ]),
    },
    AffineAddend {
        y_plus_x: Fe::from_words(&[
            0x4cee9730, 0xaf25b0a8, 0xe8864b8a, 0x025a8430, 0x9f016732, 0xc11b5002, 0x9a80f8f4,
            0x7a164e1b,
        ]),
        y_minus_x: Fe::from_words(&[
            0xa4fcd265, 0x56611fe8, 0xe5c1ba7d, 0x3bd353fd, 0x214bd6bd, 0x8131f31a, 0x555bda62,
            0x2ab91587,
        ]),
        xy_2d: Fe::from_words(&[
            0x0dd0d889, 0x14ae933f, 0x1c35da62, 0x58942322, 0x8cf2db4c, 0xd170e545, 0x12b9b4c6,
            0x5a2826af,
        ]),
    },
    AffineAddend {
        y_plus_x: Fe::from_words(&[
            0x08a5bb33, 0xa212bc44, 0xc75eed02, 0x8d5048c3, 0x5abfec44, 0xdd1beb0c, 0x46e206eb,
            0x2945ccf1,
        ]),
        y_minus_x: Fe::from_words(&[
            0xa447d6ba, 0x7f9182c3, 0x4b2729b7, 0xd50014d1, 0xb864a087, 0xe33cf11c, 0xeb1b55f3,
            0x154a7e73,
        ]),
        xy_2d: Fe::from_words(&[
            0x812a8285, 0xbcbbdbf1, 0xd0bdd1fc, 0x270e0807, 0x1bbda72d, 0xb41b670b, 0x6b3bb69a,
            0x43aabe69,
        ]),
    },
    AffineAddend {
        y_plus_x: Fe::from_words(&[
            0x944ea3bf, 0x6b1a5cd0, 0xb39dc0d2, 0x7470353a, 0x28542e49, 0x71b25282, 0x283c927e,
            0x461bea69,
        ]),
        y_minus_x: Fe::from_words(&[
            0xaa3221b1, 0xba6f2c9a, 0x3bba23a7, 0x6ca02153, 0x92192c3a, 0x9dea764f, 0x2e5317e0,
            0x1d6edd5d,
        ]),
        xy_2d: Fe::from_words(&[
            0x01b8b3a2, 0xf1836dc8, 0x053ea49a, 0xb3035f47, 0x5877adf3, 0x529c41ba, 0x6a0f90a7,
            0x7a9fbb1c,
        ]),
    },
    AffineAddend {
        y_plus_x: Fe::from_words(&[
            0xa6a8632f, 0x9b2e678a, 0x51bc46c5, 0xa6509e6f, 0xc686f5b5, 0xceb233c9, 0x8add7f59,
            0x34b9ed33,
        ]),
        y_minus_x: Fe::from_words(&[
            0x039d8064, 0xf36e217e, 0xf520419b, 0x98a081b6, 0xe75eb044, 0x96cbc608, 0xfadc9c8f,
            0x49c05a51,
        ]),
        xy_2d: Fe::from_words(&[
            0x9045af1b, 0x06b4e8bf, 0xa719d22f, 0xe2ff83e8, 0x93d4cf16, 0xaaf6fc29, 0x1b008b06,
            0x73c17202,
        ]),
    },
    AffineAddend {
        y_plus_x: Fe::from_words(&[
            0x8a802ade, 0x2fbf0084, 0x02302e27, 0xe5d9fecf, 0x17703406, 0x113e8471, 0x546d8faf,
            0x4275aae2,
        ]),
        y_minus_x: Fe::from_words(&[
            0x49864348, 0x315f5b02, 0x77088381, 0x3ed6b369, 0x6a8deb95, 0xa3a07555, 0x29d5c77f,
            0x18ab5980,
        ]),
        xy_2d: Fe::from_words(&[
            0xfd6089e9, 0xd82b2cc5, 0x3282e4a4, 0x031eb4a1, 0xb51a8622, 0x44311199, 0xb53df948,
            0x3dc65522,
        ]),
    },
    AffineAddend {
        y_plus_x: Fe::from_words(&[
            0xa2007f6d, 0xbf70c222, 0xb5bcdedb, 0xbf84b39a, 0xfb07ba07, 0x537a0e12, 0xc346f241,
            0x234fd7ee,
        ]),
        y_minus_x: Fe::from_words(&[
            0x327fbf93, 0x506f013b, 0x9b776f6b, 0xaefcebc9, 0xaaad5968, 0x9d12b232, 0x176024a7,
            0x0267882d,
        ]),
        xy_2d: Fe::from_words(&[
            0x732ea378, 0x5360a119, 0xdf8dd471, 0x2437e6b1, 0x91a7e533, 0xa2ef37f8, 0xaa097863,
            0x497ba6fd,
        ]),
    },
    AffineAddend {
        y_plus_x: Fe::from_words(&[
            0x13cfeaa0, 0x24cecc03, 0x189c246d, 0x8648c28d, 0xc1f2d4d0, 0x2dbdbdfa, 0xf12de72b,
            0x61e22917,
        ]),
        y_minus_x: Fe::from_words(&[
            0x468ccf0b, 0x040bcd86, 0x2a9910d6, 0xd3829ba4, 0x07b25192, 0x75083008, 0x18d05ebf,
            0x43b5cd42,
        ]),
        xy_2d: Fe::from_words(&[
            0x9bd0b516, 0x5d9a762f, 0x373fdeee, 0xeb38af4e, 0x93d64270, 0x032e5a7d, 0x0ae4d842,
            0x511d6121,
        ]),
    },
];
