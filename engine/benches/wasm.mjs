// Compares builds of examples/wasm.rs with each other and with node:crypto.
//
//   node engine/benches/wasm.mjs          time, all builds
//   node engine/benches/wasm.mjs check N  N powers against crypto-bigint
//
// Builds take turns in slices of a few milliseconds; the time of a row is the
// lowest tenth, because neighbours on a shared machine only ever add.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { createHash, createHmac, constants, generateKeyPairSync, publicDecrypt } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const output = mkdtempSync(join(tmpdir(), "engine-bench-"));
const SIMD = "-Ctarget-feature=+simd128";

function build(name, rustflags, features) {
  const target = "wasm32-unknown-unknown";
  const args = ["build", "--release", "--package", "countersign-engine", "--example", "wasm"];
  execFileSync("cargo", [...args, "--target", target, ...features], {
    cwd: root,
    env: { ...process.env, RUSTFLAGS: rustflags },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const directory = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const file = join(output, `${name}.wasm`);
  copyFileSync(join(directory, target, "release", "examples", "wasm.wasm"), file);
  const bytes = readFileSync(file);
  return { name, exports: new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports };
}

function time(candidates, rounds) {
  const samples = candidates.map(() => []);
  for (const { run } of candidates) for (let i = 0; i < 40; i++) run(rounds);
  for (let slice = 0; slice < 200; slice++) {
    candidates.forEach(({ run }, index) => {
      const start = performance.now();
      run(rounds);
      samples[index].push(((performance.now() - start) * 1000) / rounds);
    });
  }
  return samples.map((row) => row.sort((a, b) => a - b)[row.length / 10]);
}

function natives() {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { key: publicKey, padding: constants.RSA_NO_PADDING };
  const signature = Buffer.alloc(256, 1);
  const long = Buffer.alloc(65536, 7);
  const short = Buffer.alloc(640, 7);
  const repeat = (work) => (rounds) => {
    for (let i = 0; i < rounds; i++) work();
  };
  return {
    "rsa 2048": repeat(() => publicDecrypt(key, signature)),
    "sha256 65536": repeat(() => createHash("sha256").update(long).digest()),
    "sha512 65536": repeat(() => createHash("sha512").update(long).digest()),
    "hmac256 640": repeat(() => createHmac("sha256", short.subarray(0, 32)).update(short).digest()),
  };
}

function report() {
  const builds = [
    build("simd", SIMD, []),
    build("portable", "", []),
    build("rustcrypto", SIMD, ["--features", "rustcrypto"]),
  ];
  const native = natives();
  const rows = [
    ["rsa", 2048, 20], ["rsa", 3072, 10], ["rsa", 4096, 5], ["rsa", 8192, 2], ["rsa_key", 2048, 10],
    ["sha256", 65536, 5], ["sha512", 65536, 5], ["hmac256", 640, 500],
  ];
  for (const [name, size, rounds] of rows) {
    const candidates = builds.map((build) => ({
      name: build.name,
      run: (count) => build.exports[name](size, count),
    }));
    const run = native[`${name} ${size}`];
    if (run) candidates.push({ name: "node:crypto", run });
    const micros = time(candidates, rounds);
    const cells = candidates.map(({ name }, index) => {
      const ratio = (micros[index] / micros[0]).toFixed(2);
      return `${name} ${micros[index].toFixed(1)} us (${ratio})`;
    });
    console.log(`${name} ${size}: ${cells.join(", ")}`);
  }
}

function check(cases) {
  for (const [name, flags] of [["simd", SIMD], ["portable", ""]]) {
    const { exports } = build(name, flags, []);
    const wrong = exports.disagreements(1, cases);
    console.log(`${name}: ${wrong} of ${cases} powers differ from crypto-bigint`);
    if (wrong > 0) process.exitCode = 1;
  }
}

const [mode, count] = process.argv.slice(2);
if (mode === "check") check(Number(count ?? 2000));
else report();
