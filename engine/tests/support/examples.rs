//! One ECDSA signature over the text `message` for each curve, hashed with the
//! SHA-2 of the curve's size. Computed in plain big-integer arithmetic.

use super::{bytes, subtract};

/// Numbers in hexadecimal, each as long as the field.
pub(crate) struct Example {
    pub(crate) x: &'static str,
    pub(crate) y: &'static str,
    pub(crate) prime: &'static str,
    pub(crate) order: &'static str,
    pub(crate) r: &'static str,
    pub(crate) s: &'static str,
}

impl Example {
    pub(crate) fn y_negated(&self) -> Vec<u8> {
        subtract(&bytes(self.prime), &bytes(self.y))
    }

    pub(crate) fn s_negated(&self) -> Vec<u8> {
        subtract(&bytes(self.order), &bytes(self.s))
    }
}

pub(crate) const P256: Example = Example {
    x: "2f9b871294392fbfb33bbd916800a7c2bc15f387122690cc06784fc61a16d129",
    y: "d2e18837f375f40654a3ab98558c1af059af74810a3cda3372e197d6ed541e10",
    prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    r: "d7f7553f1a69ca68d4fce69c835f66e7d8659850769c60c810e82afbad210c7e",
    s: "2637aaaba7673f2a7b7f0b80882199f3d7e189cc17f033396ee2b1c358010fcf",
};

pub(crate) const P384: Example = Example {
    x: "60ff72134c5e8a0edd534ba402847200c729e2d94807ae46394192e729ad7571474446f015cb8c430bee696e8ca6abdb",
    y: "1955c7a369f14980168af31ab75a296094115d0f7ec387951a3e9fa9bd5141aaff4b07ab10ade3d3c22c5072af46376f",
    prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
    order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    r: "ffabdd15a533ef306ed9df7c631d34a24a388eec37ba0207be1bf939a1ee3a52996f48284f99e40b431e05d7887f90d5",
    s: "fceea705c6ab70236659891959c17572e150f104af7329d98c3bffde742975a05804071a8fc939630db6140939aeea73",
};

pub(crate) const P521: Example = Example {
    x: "01decd4f0643683c8e14d1ae2f46886ec964251fd5f56a49c305e8e0b46be7bcc259c20087af7aae34927ed50e49973824dbb6316a826ae12dcbe12e7580182862b9",
    y: "007fd1253d70dbfe8ea4e04dfa45841d1b8e58125f8002f979d38477715c59c0ac06ca54269bcc9f87b5d8234946d692c5129cd9ab8251beb15387be9ec34f2b8963",
    prime: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    order: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    r: "00462cda42071718e6dee451252d39a8258746b6212cb23e753da611cbdbe8e0e4463425c54ba8fccb4e479697e43357bea55ca52b0e31b2c9aa183f9a7234ea96ec",
    s: "00a7f2bfaa96414b600975330c2839253863efbf561e5d4d09942d86389a2f7ed8d4e5c633146b78f84433a0d7f747db0d21c8bbabe3ef6faac9e36752de94dd65f2",
};
