// The core names no host and its arrows point one way (error, time, http,
// encoding ← flow ← crypto ← jwk ← jwt; webhook, api ← providers ← js, envoy).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, filesBelow, main, root } from './lib/tree.mjs';

// A module may use those of its own row and of the rows above it.
const rows = [['error', 'time', 'http', 'encoding'], ['flow'], ['crypto'], ['jwk'], ['jwt'], ['webhook', 'api'], ['providers'], ['js', 'envoy']];
const hosts = rows.at(-1);
const rank = new Map(rows.flatMap((names, row) => names.map((name) => [name, row])));
const hostWords = /\b(wasm_bindgen|js_sys|web_sys|proxy_wasm|SystemTime|Instant|getrandom|target_arch|cfg\(feature)/;

await main(() => {
  const source = join(root, 'src');
  const problems = filesBelow(source)
    .filter((name) => name.endsWith('.rs'))
    .flatMap((name) => judge(name, withoutComments(readFileSync(join(source, name), 'utf8'))));
  const engine = join(root, 'engine/src');
  if (existsSync(engine)) {
    for (const name of filesBelow(engine).filter((one) => one.endsWith('.rs'))) {
      const word = /\b(wasm_bindgen|js_sys|web_sys|proxy_wasm|SystemTime|Instant|getrandom|countersign::)/.exec(withoutComments(readFileSync(join(engine, name), 'utf8')));
      if (word) problems.push(`engine/src/${name} names ${word[0]}`);
    }
  }
  if (problems.length > 0) fail(`\n  ${problems.join('\n  ')}`);
  console.log(`${rank.size} modules in ${rows.length} rows, none uses one below it`);
});

function judge(name, text) {
  const module = name.split('/')[0].replace(/\.rs$/, '');
  if (module === 'lib') return [];
  if (!rank.has(module)) return [`src/${name}: the module ${module} has no row in scripts/layering.mjs`];
  if (hosts.includes(module)) return [];
  const host = hostWords.exec(text);
  const used = new Set([...text.matchAll(/\bcrate::(\w+)/g)].map((match) => match[1]));
  const below = [...used].filter((other) => rank.has(other) && rank.get(other) > rank.get(module));
  return [...(host ? [`src/${name} names the host: ${host[0]}`] : []), ...below.map((other) => `src/${name} uses ${other}, which is built on it`)];
}

function withoutComments(text) {
  return text.replace(/\/\*[^]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}
